import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { catalogue, csvForm, request } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";

const photo = "https://shop.example/photo.jpg";
const head = "S. No.,Product Name,Input Image Urls\r\n";

async function post(body: BodyInit, headers: Record<string, string> = {}, path = "/v1/validate") {
  const response = await request(path, { method: "POST", body, headers });
  return { status: response.status, body: await response.json<Json>() };
}

async function validate(csv: string, fields: Record<string, string> = {}): Promise<Json> {
  const { status, body } = await post(csvForm(csv, fields));
  expect(status).toBe(200);
  return body;
}

describe("POST /v1/validate", () => {
  test("reports what a good catalogue comes to", async () => {
    expect(
      await validate(`S. No.,SKU,Product Name,Images,\r\n1,x,Chair,"${photo},${photo}?2",\r\n2,,Desk,${photo}`),
    ).toEqual({
      acceptable: true,
      problem: null,
      rows: 2,
      products: 2,
      images_total: 3,
      images_distinct: 2,
      duplicates: 1,
      problems: [],
      problems_total: 0,
      warnings: [expect.objectContaining({ row: 1, column: "B", code: "duplicate_column" })],
      warnings_total: 1,
      columns: [
        { letter: "A", header: "S. No.", meaning: "serial" },
        { letter: "B", header: "SKU", meaning: null },
        { letter: "C", header: "Product Name", meaning: "name" },
        { letter: "D", header: "Images", meaning: "urls" },
      ],
      preview: [
        { row: 2, serial: "1", name: "Chair", urls: [photo, `${photo}?2`], urls_total: 2 },
        { row: 3, serial: "2", name: "Desk", urls: [photo], urls_total: 1 },
      ],
    });
  });

  test("leaves nothing behind", async () => {
    const remembered = async () => ({
      jobs: await env.DB.prepare("select count(*) as count from jobs").first("count"),
      images: await env.DB.prepare("select count(*) as count from images").first("count"),
      files: (await env.FILE_BUCKET.list()).objects.length,
    });
    const before = await remembered();

    await validate(catalogue([photo]));

    expect(await remembered()).toEqual(before);
  });

  test("marks every bad cell, also those of a row that is skipped", async () => {
    const csv = `${head}1,Chair,${photo}\r\nx,,"${photo},nonsense:// "\r\n3,Desk,\r\n`;

    const report = await validate(csv);

    expect(report).toMatchObject({ acceptable: true, problem: null, rows: 3, products: 2, images_total: 1 });
    expect(report.problems.map((problem: Json) => [problem.row, problem.column, problem.code])).toEqual([
      [3, "A", "invalid_serial"],
      [3, "B", "empty_name"],
      [3, "C", "invalid_url"],
      [4, "C", "empty_urls"],
    ]);
    expect(report.problems_total).toBe(4);
  });

  test("says that the same would be refused where nothing may be skipped", async () => {
    const report = await validate(`${head}1,Chair,${photo}\r\nx,Desk,${photo}\r\n`, { on_invalid: "reject" });

    expect(report).toMatchObject({
      acceptable: false,
      problem: { code: "invalid_rows", detail: expect.stringContaining("A3") },
      rows: 2,
      products: 1,
      images_total: 2,
      duplicates: 1,
      problems_total: 1,
      preview: [{ row: 2 }, { row: 3, serial: "x" }],
    });
  });

  test("shows the columns of a header that lacks one", async () => {
    const report = await validate(`S. No.,Titel,Image URL\r\n1,Chair,${photo}\r\n`);

    expect(report).toMatchObject({ acceptable: false, problem: { code: "missing_columns" }, problems_total: 1 });
    expect(report.columns.map((column: Json) => column.meaning)).toEqual(["serial", null, "urls"]);
  });

  test("takes a workbook for what it is", async () => {
    const report = await validate("PK\u0003\u0004 and so on");

    expect(report).toMatchObject({ acceptable: false, columns: [], preview: [], problem: { code: "invalid_csv" } });
    expect(report.problem.detail).toContain("Excel");
  });

  test.each([
    ["good", catalogue([photo]), {}],
    ["empty", "", {}],
    ["without products", head, {}],
    ["partly bad", `${catalogue([photo])}x,Desk,\r\n`, {}],
    ["partly bad, and refused for it", `${catalogue([photo])}x,Desk,\r\n`, { on_invalid: "reject" }],
    ["a bad URL, and refused for it", catalogue([photo, "x://y"]), { on_invalid: "reject" }],
    ["all bad", `${head}x,Desk,${photo}\r\n`, {}],
    ["only bad URLs", catalogue(["nonsense"]), {}],
    ["too many images", catalogue(Array.from({ length: 50_001 }, () => "x://y")), {}],
  ])("agrees with what an upload is answered: %s", async (_what, csv, fields: Record<string, string>) => {
    const report = await validate(csv, fields);

    const upload = await post(csvForm(csv, fields), {}, "/v1/jobs");

    expect(report.acceptable).toBe(upload.status === 202);
    expect(report.problem?.code).toBe(upload.body.code);
  });

  test("previews twenty rows, and twenty URLs of each", async () => {
    const urls = (count: number) => Array.from({ length: count }, (_, index) => `${photo}?${index}`);
    const csv = catalogue(urls(20), urls(21), ...urls(19).map((url) => [url]));

    const { preview } = await validate(csv);

    expect(preview).toHaveLength(20);
    expect(preview.slice(0, 2).map((row: Json) => [row.urls.length, row.urls_total])).toEqual([
      [20, 20],
      [20, 21],
    ]);
  });

  test("shows a list that had spilled over the columns as it was joined", async () => {
    const { preview, columns } = await validate(`${head.trimEnd()},,\r\n1,Chair,${photo},${photo}?2,${photo}?3\r\n`);

    expect(preview[0].urls).toHaveLength(3);
    expect(columns).toHaveLength(3);
  });

  test("takes a bare CSV and JSON", async () => {
    const csv = await post(catalogue([photo]), { "content-type": "text/csv" });
    const json = await post(
      JSON.stringify({ products: [{ serial: 1, name: "Chair", urls: [photo, "www.x.example/,a"] }] }),
      { "content-type": "application/json" },
    );

    expect(csv.body).toMatchObject({ acceptable: true, images_total: 1 });
    expect(json.body).toMatchObject({
      acceptable: true,
      images_total: 2,
      problems: [{ row: 2, column: "C", path: "products[0].urls[1]", code: "invalid_url" }],
      preview: [{ row: 2, urls: [photo, "www.x.example/,a"], urls_total: 2 }],
    });
  });

  test.each([
    ["an option out of bounds", csvForm(catalogue([photo]), { quality: "0" }), {}, 400, "invalid_option"],
    ["no file", new FormData(), {}, 400, "file_missing"],
    ["half an object", "{", { "content-type": "application/json" }, 400, "malformed_json"],
    ["another type", "x", { "content-type": "text/plain" }, 415, "unsupported_media_type"],
    ["more than 10 MB", " ".repeat(10 * 1024 * 1024 + 1), { "content-type": "text/csv" }, 413, "csv_too_large"],
  ])("refuses %s as an upload does", async (_what, body, headers: Record<string, string>, status, code) => {
    const answer = await post(body, headers);

    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
