import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { findJob } from "../../../src/store/jobs.ts";
import { catalogue, getImages, request } from "../../support/jobs.ts";
import { badCsv, get, goodCsv, halfDoneJob, missing, photo, upload, uploadAndEnd } from "../../support/legacy.ts";

const uuid = /^[0-9a-f-]{36}$/;

describe("dialect A", () => {
  test.each(["/upload", "/upload/"])("takes csv_file at POST %s and answers a message and the id", async (path) => {
    const { status, body } = await upload(path, "csv_file", goodCsv);

    expect(status).toBe(200);
    expect(body).toEqual({ message: expect.any(String), request_id: expect.stringMatching(uuid) });
  });

  test("is known by the field, also where an address is given", async () => {
    const { body } = await upload("/upload", "csv_file", goodCsv, { email: "a@shop.example" });

    expect(await findJob(env.DB, body.request_id)).toMatchObject({
      dialect: "a",
      options: { email: ["a@shop.example"] },
    });
  });

  test.each([
    [{}, 0.5],
    [{ scale: "1" }, 1],
    [{ scale: "0.5" }, 0.5],
  ])("halves width and height unless scale is given: %j", async (fields: Record<string, string>, scale) => {
    const { body } = await upload("/upload", "csv_file", goodCsv, fields);

    expect((await findJob(env.DB, body.request_id))?.options.scale).toBe(scale);
  });

  test("hands out images of half the width and height", async () => {
    const id = await uploadAndEnd("/upload", "csv_file", goodCsv);

    const [image] = await getImages(id);
    expect(image).toMatchObject({ outcome: "compressed", width: 160, height: 120 });
    expect(image).toMatchObject({ output_width: 80, output_height: 60, output_format: "jpeg" });
  });

  test.each(["/status/%", "/status/%/"])("tells the id and the status at GET %s", async (path) => {
    const id = await uploadAndEnd("/upload", "csv_file", goodCsv);

    const { status, body } = await get(path.replace("%", id));

    expect(status).toBe(200);
    expect(body).toMatchObject({ request_id: id, status: "Completed", state: "completed", images_total: 1 });
  });

  test("tells Processing while it runs, and Failed without one success", async () => {
    const running = await halfDoneJob("a");
    const failed = await uploadAndEnd("/upload", "csv_file", catalogue([missing]));

    expect((await get(`/status/${running}`)).body.status).toMatch(/^(Pending|Processing)$/);
    expect((await get(`/status/${failed}`)).body.status).toBe("Failed");
  });

  test.each(["/fetch/nonsense", `/fetch/${crypto.randomUUID()}`, `/fetch/${crypto.randomUUID()}/`])(
    "does not know %s",
    async (path) => {
      const { status, body } = await get(path);

      expect(status).toBe(404);
      expect(body).toMatchObject({
        error: "No data found for the given request ID",
        detail: "No data found for the given request ID",
        code: "job_not_found",
      });
    },
  );

  test("lists every image of every product at /fetch, a failed one without its path", async () => {
    const id = await uploadAndEnd("/upload", "csv_file", catalogue([photo, missing], [photo]));
    const [first] = await getImages(id);

    const { status, headers, body } = await get(`/fetch/${id}`);

    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json");
    const times = { created_at: expect.stringMatching(/Z$/), updated_at: expect.stringMatching(/Z$/) };
    expect(body).toEqual([
      {
        serial_number: "1",
        product_name: "Product 1",
        image_path: photo,
        processed_image_path: first.output,
        ...times,
      },
      { serial_number: "1", product_name: "Product 1", image_path: missing, processed_image_path: null, ...times },
      {
        serial_number: "2",
        product_name: "Product 2",
        image_path: photo,
        processed_image_path: first.output,
        ...times,
      },
    ]);
  });

  test("lists what there is so far while the job runs, and names the output CSV", async () => {
    const id = await halfDoneJob("a");

    const { headers, body } = await get(`/fetch/${id}/`);

    expect(body).toHaveLength(2);
    expect(headers.get("link")).toContain(`/v1/jobs/${id}/output.csv>; rel="alternate"`);
  });

  test("gives the output CSV with the four columns", async () => {
    const id = await uploadAndEnd("/upload", "csv_file", goodCsv);
    const link = (await get(`/fetch/${id}`)).headers.get("link") ?? "";

    const csv = await (await request(/<(.*)>/.exec(link)?.[1] ?? "")).text();

    expect(csv.split("\r\n")[0]).toBe("S. No.,Product Name,Input Image Urls,Output Image Urls");
  });

  test.each([
    ["a bad row", badCsv, "invalid_rows"],
    ["no header", "just text", "missing_columns"],
    ["nothing", "", "empty_csv"],
  ])("refuses %s as 400 with an error", async (_what, csv, code) => {
    const { status, body } = await upload("/upload", "csv_file", csv);

    expect(status).toBe(400);
    expect(body).toMatchObject({ code, error: body.detail });
  });

  test("refuses a csv_file that is no file", async () => {
    const { status, body } = await upload("/upload", "csv_file", null, { csv_file: "no file" });

    expect([status, body.code]).toEqual([400, "file_missing"]);
    expect(body.error).toContain("file");
  });
});
