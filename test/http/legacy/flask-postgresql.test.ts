import { describe, expect, test } from "vitest";
import { catalogue, request, submit, waitForEnd } from "../../support/jobs.ts";
import type { Json } from "../../support/jobs.ts";
import { badCsv, get, goodCsv, halfDoneJob, missing, upload, uploadAndEnd } from "../../support/legacy.ts";
import { until } from "../../support/until.ts";

describe("dialect E", () => {
  test("tells PROCESSING with what is done, whatever the job was uploaded as", async () => {
    const id = await halfDoneJob("a");

    const { status, body } = await get(`/job/status/${id}`);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      request_id: id,
      status: expect.stringMatching(/^(PENDING|PROCESSING)$/),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      completion_percentage: 50,
      error_message: null,
    });
  });

  test.each(["", "/"])("tells COMPLETED (%j)", async (slash) => {
    const id = await uploadAndEnd("/upload", "file", goodCsv);

    const { body } = await get(`/job/status/${id}${slash}`);

    expect(body).toMatchObject({
      request_id: id,
      status: "COMPLETED",
      completion_percentage: 100,
      error_message: null,
    });
  });

  test("tells FAILED and why, for a job without one success", async () => {
    const id = await uploadAndEnd("/upload", "file", catalogue([missing]));

    const { body } = await get(`/job/status/${id}`);

    expect(body).toMatchObject({ status: "FAILED", completion_percentage: 100 });
    expect(body.error_message).toContain("None of the 1 images succeeded");
  });

  test("tells FAILED for a job that was cancelled", async () => {
    const id = await halfDoneJob("v1");
    await request(`/v1/jobs/${id}/cancel`, { method: "POST" });
    await waitForEnd(id);

    expect((await get(`/job/status/${id}`)).body).toMatchObject({
      status: "FAILED",
      error_message: "The job was cancelled.",
    });
  });

  test("does not know an id that nobody was given", async () => {
    const { status, body } = await get(`/job/status/${crypto.randomUUID()}`);

    expect(status).toBe(404);
    expect(body).toEqual({ error: "Job not found", detail: "Job not found", code: "job_not_found" });
  });

  test.each(["nonsense", "1", `${crypto.randomUUID()}0`, "%20"])("tells the malformed id %s", async (id) => {
    const { status, body } = await get(`/job/status/${id}`);

    expect(status).toBe(400);
    expect(body).toMatchObject({ error: "Invalid request_id format", code: "malformed_id" });
  });

  test("calls the webhook with the id, the status and the message", async () => {
    const id = await uploadAndEnd("/upload", "file", goodCsv, {
      webhook_url: "https://receiver.example/hook?box=dialect-e",
    });

    const [hook] = await until(async () => {
      const response = await fetch("https://receiver.example/received?box=dialect-e");
      const received = await response.json<Json[]>();
      return received.length > 0 && received;
    });

    expect(JSON.parse(hook.body)).toMatchObject({
      request_id: id,
      status: "COMPLETED",
      message: "CSV and image processing completed successfully.",
    });
  });

  test("answers 400 with an error to a bad row", async () => {
    const { status, body } = await upload("/upload", "file", badCsv);

    expect(status).toBe(400);
    expect(body).toMatchObject({ error: body.detail, code: "invalid_rows" });
  });

  test("knows the job of the canonical API too", async () => {
    const { id } = await submit(goodCsv);

    expect((await get(`/job/status/${id}`)).body.request_id).toBe(id);
  });
});
