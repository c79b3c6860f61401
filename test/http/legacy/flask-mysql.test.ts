import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { findJob } from "../../../src/store/jobs.ts";
import { catalogue, request, submit } from "../../support/jobs.ts";
import { badCsv, call, get, goodCsv, halfDoneJob, missing, upload, uploadAndEnd } from "../../support/legacy.ts";

describe("dialect B", () => {
  test.each(["file", "csv", "csvFile", "anything"])("takes a form and answers the id alone: %s", async (field) => {
    const { status, body } = await upload("/upload", field, goodCsv);

    expect(status).toBe(200);
    expect(body).toEqual({ request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect((await findJob(env.DB, body.request_id))?.dialect).toBe("b");
  });

  test.each(["webhook_url", "webhookUrl", "callback_url", "notification_url", "notify_url"])(
    "takes the webhook as %s",
    async (name) => {
      const { body } = await upload("/upload", "file", goodCsv, { [name]: "https://receiver.example/hook?box=b" });

      expect((await findJob(env.DB, body.request_id))?.webhookUrl).toBe("https://receiver.example/hook?box=b");
    },
  );

  test("takes a bare CSV too", async () => {
    const { status } = await call("/upload", {
      method: "POST",
      body: goodCsv,
      headers: { "content-type": "text/csv" },
    });

    expect(status).toBe(200);
  });

  test("re-encodes at quality 50, in the picture's own size", async () => {
    const { body } = await upload("/upload", "file", goodCsv);

    expect((await findJob(env.DB, body.request_id))?.options).toMatchObject({ quality: 50, scale: 1 });
  });

  test("tells Pending or Processing, then Completed", async () => {
    const running = await halfDoneJob("b");
    const done = await uploadAndEnd("/upload", "file", goodCsv);

    expect((await get(`/status/${running}`)).body.status).toMatch(/^(Pending|Processing)$/);
    expect(await get(`/status/${done}`)).toMatchObject({ status: 200, body: { status: "Completed" } });
    expect((await get(`/status/${done}/`)).body.status).toBe("Completed");
  });

  test("tells Failed for a job without one success", async () => {
    const id = await uploadAndEnd("/upload", "file", catalogue([missing]));

    expect((await get(`/status/${id}`)).body).toMatchObject({ status: "Failed", state: "failed" });
  });

  test("is what a job of the canonical API is told about in", async () => {
    const { id } = await submit(goodCsv);

    expect((await get(`/status/${id}`)).body.status).toMatch(/^(Pending|Processing|Completed)$/);
  });

  test("keeps to itself who is written to and called", async () => {
    const fields = { webhook_url: "https://receiver.example/hook?box=secret", quality: "40" };
    const { body } = await upload("/upload", "file", goodCsv, fields);

    const text = await (await request(`/status/${body.request_id}`)).text();

    expect(text).not.toContain("receiver.example");
  });

  test.each(["nonsense", crypto.randomUUID(), "%00", "..%2F..%2Fx"])("does not know the id %s", async (id) => {
    const { status, body } = await get(`/status/${id}`);

    expect(status).toBe(404);
    expect(body).toEqual({ error: "Invalid request ID", detail: "Request id not found.", code: "job_not_found" });
  });

  test("gives the output CSV with the four columns", async () => {
    const id = await uploadAndEnd("/upload", "file", goodCsv);
    const { body } = await get(`/status/${id}`);

    const csv = await (await request(body.links.output_csv)).text();

    expect(csv.split("\r\n")[0]).toBe("S. No.,Product Name,Input Image Urls,Output Image Urls");
  });

  test("refuses a CSV with a bad row, and names it", async () => {
    const { status, body } = await upload("/upload", "file", badCsv);

    expect(status).toBe(400);
    expect(body).toMatchObject({ code: "invalid_rows", error: body.detail, errors: [{ row: 3, column: "A" }] });
  });

  test("lets a bad row fail alone where it is asked to", async () => {
    expect((await upload("/upload", "file", badCsv, { on_invalid: "skip" })).status).toBe(200);
  });

  test.each([
    ["an empty form", { body: new FormData() }],
    ["no body at all", {}],
    ["JSON", { body: "{}", headers: { "content-type": "application/json" } }],
    ["a form of the other encoding", { body: new URLSearchParams({ quality: "50" }) }],
  ])("refuses %s as a 400 that asks for the file", async (_what, init) => {
    const { status, body } = await call("/upload", { method: "POST", ...init });

    expect(status).toBe(400);
    expect(body).toEqual({ error: expect.stringContaining("file"), detail: body.error, code: "file_missing" });
  });

  test("refuses a bad option by its name", async () => {
    const { status, body } = await upload("/upload", "file", goodCsv, { quality: "0" });

    expect(status).toBe(400);
    expect(body.error).toContain("`quality`");
  });

  test("refuses a CSV past the cap as too large", async () => {
    const { status, body } = await upload("/upload", "file", " ".repeat(10 * 1024 * 1024 + 1));

    expect([status, body.code]).toEqual([413, "csv_too_large"]);
    expect(body.error).toBe(body.detail);
  });
});
