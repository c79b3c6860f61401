import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { findJob } from "../../../src/store/jobs.ts";
import { catalogue } from "../../support/jobs.ts";
import { badCsv, call, get, goodCsv, halfDoneJob, missing, upload, uploadAndEnd } from "../../support/legacy.ts";

describe("dialect D", () => {
  test("takes a file at POST /upload/ and answers the id alone", async () => {
    const { status, body } = await upload("/upload/", "file", goodCsv);

    expect(status).toBe(200);
    expect(body).toEqual({ request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await findJob(env.DB, body.request_id)).toMatchObject({ dialect: "d", options: { quality: 50, scale: 1 } });
  });

  test("is known by the slash, a query notwithstanding", async () => {
    const { body } = await upload("/upload/?quality=60", "file", goodCsv);

    expect((await findJob(env.DB, body.request_id))?.dialect).toBe("d");
  });

  test.each(["/status/%/", "/status/%"])("tells Pending until all is done, with counts, at GET %s", async (path) => {
    const running = await halfDoneJob("d");
    const done = await uploadAndEnd("/upload/", "file", goodCsv);

    expect((await get(path.replace("%", running))).body).toMatchObject({
      request_id: running,
      status: "Pending",
      images_processed: 1,
      images_total: 2,
    });
    expect((await get(path.replace("%", done))).body).toMatchObject({
      request_id: done,
      status: "Completed",
      images_processed: 1,
      images_total: 1,
    });
  });

  test("tells Failed for a job without one success", async () => {
    const id = await uploadAndEnd("/upload/", "file", catalogue([missing]));

    expect((await get(`/status/${id}/`)).body).toMatchObject({ status: "Failed", images_processed: 1 });
  });

  test.each(["nonsense", crypto.randomUUID()])("does not know the id %s", async (id) => {
    const { status, body } = await get(`/status/${id}/`);

    expect(status).toBe(404);
    expect(body).toMatchObject({ error: "Request not found", code: "job_not_found" });
  });

  test.each(["GET", "PUT", "DELETE"])("answers %s /upload/ with 405", async (method) => {
    const { status, headers, body } = await call("/upload/", { method });

    expect(status).toBe(405);
    expect(headers.get("allow")).toBe("POST");
    expect(body).toEqual({
      error: `${method} method not allowed`,
      detail: "This address takes POST.",
      code: "method_not_allowed",
    });
  });

  test.each([
    ["a bad row", badCsv, "invalid_rows"],
    ["an empty file", "", "empty_csv"],
    ["no file", null, "file_missing"],
  ])("answers 400 with an error to %s", async (_what, csv, code) => {
    const { status, body } = await upload("/upload/", "file", csv);

    expect(status).toBe(400);
    expect(body).toMatchObject({ code, error: body.detail });
  });
});
