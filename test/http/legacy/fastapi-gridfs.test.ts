import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { listDeliveries } from "../../../src/store/deliveries.ts";
import { findJob } from "../../../src/store/jobs.ts";
import { catalogue, getImages, request } from "../../support/jobs.ts";
import { badCsv, call, get, goodCsv, halfDoneJob, missing, photo, upload, uploadAndEnd } from "../../support/legacy.ts";

const email = "buyer@shop.example";
const inQuery = `?email=${encodeURIComponent(email)}`;

describe("dialect C", () => {
  test.each([
    ["in the form", "/upload", { email }],
    ["in the form, with a slash", "/upload/", { email }],
    ["in the query", `/upload${inQuery}`, {}],
    ["in the query, with a slash", `/upload/${inQuery}`, {}],
  ])("takes a file and an address %s, and answers the id alone", async (_where, path, fields) => {
    const { status, body } = await upload(path, "file", goodCsv, fields);

    expect(status).toBe(200);
    expect(body).toEqual({ request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await findJob(env.DB, body.request_id)).toMatchObject({
      dialect: "c",
      options: { email: [email], quality: 50 },
    });
  });

  test("takes the quality as compression_percentage", async () => {
    const { body } = await upload("/upload", "file", goodCsv, { email, compression_percentage: "35" });

    expect((await findJob(env.DB, body.request_id))?.options.quality).toBe(35);
  });

  test.each(["/status/%", "/status/%/", "/status?request_id=%", "/status/?request_id=%"])(
    "tells PENDING with its progress, then COMPLETED, at GET %s",
    async (path) => {
      const running = await halfDoneJob("c");
      const done = await uploadAndEnd("/upload", "file", goodCsv, { email });

      expect((await get(path.replace("%", running))).body).toMatchObject({ status: "PENDING", progress: "50.0%" });
      expect((await get(path.replace("%", done))).body).toMatchObject({ status: "COMPLETED", progress: "100.0%" });
    },
  );

  test("tells FAILED for a job without one success", async () => {
    const id = await uploadAndEnd("/upload", "file", catalogue([missing]), { email });

    expect((await get(`/status?request_id=${id}`)).body).toMatchObject({ status: "FAILED", progress: "100.0%" });
  });

  test.each(["/status?request_id=nonsense", `/status?request_id=${crypto.randomUUID()}`, "/status/nonsense"])(
    "does not know %s",
    async (path) => {
      const { status, body } = await get(path);

      expect(status).toBe(404);
      expect(body).toMatchObject({ detail: "Request id not found.", error: expect.any(String), code: "job_not_found" });
    },
  );

  test.each(["/status", "/status/", "/status?request_id="])("asks for the id at GET %s", async (path) => {
    const { status, body } = await get(path);

    expect(status).toBe(400);
    expect(body.detail).toContain("request_id");
  });

  test("serves the images", async () => {
    const id = await uploadAndEnd("/upload", "file", goodCsv, { email });
    const [image] = await getImages(id);

    const response = await request(new URL(image.output).pathname);

    expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    await response.arrayBuffer();
  });

  test.each([
    ["a form with the address alone", "/upload", new URLSearchParams({ email })],
    ["a form without the file", `/upload/${inQuery}`, new FormData()],
    ["no body", `/upload${inQuery}`, null],
  ])("answers 422 where the file is missing: %s", async (_what, path, body) => {
    const answer = await call(path, { method: "POST", body });

    expect(answer.status).toBe(422);
    expect(answer.body).toEqual({
      detail: expect.stringContaining("file"),
      error: answer.body.detail,
      code: "file_missing",
    });
  });

  test.each([
    ["a bad row", badCsv, { email }, "invalid_rows"],
    ["no header", photo, { email }, "missing_columns"],
    ["an address that is none", goodCsv, { email: "nobody" }, "invalid_option"],
  ])("answers 400 with a detail to %s", async (_what, csv, fields, code) => {
    const { status, body } = await upload("/upload", "file", csv, fields);

    expect(status).toBe(400);
    expect(body).toMatchObject({ code, detail: expect.any(String), error: body.detail });
  });
});

describe("POST /webhook-completed", () => {
  const completed = (id: string, slash = "") => call(`/webhook-completed${slash}?request_id=${id}`, { method: "POST" });

  test.each(["nonsense", crypto.randomUUID()])("does not know %s", async (id) => {
    const { status, body } = await completed(id);

    expect(status).toBe(404);
    expect(body).toMatchObject({ detail: "Request id not found." });
  });

  test("answers 409 while the job runs", async () => {
    const { status, body } = await completed(await halfDoneJob("c"));

    expect([status, body.code]).toEqual([409, "job_not_finished"]);
    expect(body.error).toBe(body.detail);
  });

  test.each(["", "/"])("answers 200 when it has ended, and sends nothing (%j)", async (slash) => {
    const id = await uploadAndEnd("/upload", "file", goodCsv, { email });
    const before = await listDeliveries(env.DB, id);

    const { status, body } = await completed(id, slash);

    expect(status).toBe(200);
    expect(body).toMatchObject({ request_id: id, status: "COMPLETED", message: expect.any(String) });
    expect(await listDeliveries(env.DB, id)).toEqual(before);
  });

  test("asks for the id", async () => {
    const { status, body } = await call("/webhook-completed", { method: "POST" });

    expect(status).toBe(400);
    expect(body.detail).toContain("request_id");
  });

  test("takes no GET", async () => {
    const { status, headers } = await get(`/webhook-completed?request_id=${crypto.randomUUID()}`);

    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });
});
