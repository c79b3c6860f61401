import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { getImages, request, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";

const photo = "https://shop.example/photo.jpg";
const mebibyte = 1024 * 1024;

async function post(body: unknown, path = "/v1/jobs"): Promise<{ status: number; body: Json }> {
  const text = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const response = await request(path, {
    method: "POST",
    body: text as BodyInit,
    headers: { "content-type": "application/json; charset=utf-8" },
  });
  return { status: response.status, body: await response.json() };
}

const chair = { serial: "1", name: "Chair", urls: [photo] };

describe("POST /v1/jobs with JSON", () => {
  test("is a job like any other, with options as members", async () => {
    const products = [
      { serial: "007", name: "Chair, folding", urls: [photo, "https://shop.example/a,b.jpg"] },
      { serial: 8, name: 'Desk "L"', urls: [photo] },
    ];

    const { status, body } = await post({
      products,
      quality: 60,
      reuse: false,
      on_invalid: "reject",
      email: ["a@shop.example", "b@shop.example"],
      webhook_url: null,
    });
    const job = await waitForEnd(body.id);

    expect(status).toBe(202);
    expect(job).toMatchObject({ products: 2, images_total: 3, images_succeeded: 2, outcome: "partial" });
    expect(job.options).toMatchObject({
      quality: 60,
      reuse: false,
      email: ["a@shop.example", "b@shop.example"],
      webhook_url: null,
    });
    const [first] = await getImages(job.id);
    const output = await (await request(`/v1/jobs/${job.id}/output.csv`)).text();
    expect(output.split("\r\n").slice(1)).toEqual([
      `007,"Chair, folding","${photo},https://shop.example/a,b.jpg","${first.output},"`,
      `8,"Desk ""L""",${photo},${first.output}`,
      "",
    ]);
  });

  test("keeps the same catalogue as CSV beside the job", async () => {
    const { body } = await post({ products: [{ serial: "1", name: "Chair, folding", urls: [photo, `${photo}?2`] }] });

    const stored = await env.FILE_BUCKET.get(`input/${body.id}.csv`);

    expect(await stored?.text()).toBe(
      `S. No.,Product Name,Input Image Urls\r\n1,"Chair, folding","${photo},${photo}?2"\r\n`,
    );
  });

  test("takes each text as one URL, whatever it holds", async () => {
    const urls = [
      `${photo}?of=https://a.example/1.jpg,https://a.example/2.jpg`,
      "www.shop.example/a.jpg",
      ` ${photo} `,
    ];

    const { body } = await post({ products: [{ ...chair, urls }] });
    await waitForEnd(body.id);
    const images = await getImages(body.id);

    expect(images.map((image) => [image.source, image.outcome])).toEqual([
      [urls[0], "compressed"],
      ["www.shop.example/a.jpg", "failed"],
      [photo, "compressed"],
    ]);
  });

  test("points at the member that cannot be used", async () => {
    const products = [chair, { serial: "x", name: " ", urls: [photo, "ftp://shop.example/a.jpg", ""] }, {}];

    const { status, body } = await post({ products, on_invalid: "reject" });

    expect([status, body.code, body.errors_total]).toEqual([422, "invalid_rows", 7]);
    expect(body.errors.map((error: Json) => [error.row, error.column, error.path, error.code])).toEqual([
      [3, "A", "products[1].serial", "invalid_serial"],
      [3, "B", "products[1].name", "empty_name"],
      [3, "C", "products[1].urls[1]", "invalid_url"],
      [3, "C", "products[1].urls[2]", "invalid_url"],
      [4, "A", "products[2].serial", "invalid_serial"],
      [4, "B", "products[2].name", "empty_name"],
      [4, "C", "products[2].urls", "empty_urls"],
    ]);
    expect(body.errors[2].message).toMatch(/^products\[1\]\.urls\[1\]: "ftp:/);
  });

  test("lets a bad product fail alone, in its place", async () => {
    const { body } = await post({ products: [{}, { ...chair, urls: [photo, "nonsense"] }] });
    const job = await waitForEnd(body.id);

    expect(job.warnings.map((warning: Json) => warning.message.split(":")[0])).toEqual([
      "products[0].serial",
      "products[0].name",
      "products[1].urls[1]",
    ]);
    const output = await (await request(`/v1/jobs/${job.id}/output.csv`)).text();
    expect(output.split("\r\n")[1]).toBe(",,,");
    expect(output.split("\r\n")[2]).toMatch(/^1,Chair,"[^"]+,nonsense","[^"]+-1\.jpg,"$/);
  });

  test.each([
    ["nothing", "", "malformed_json"],
    ["half an object", '{"products":', "malformed_json"],
    ["bytes that are no text", new Uint8Array([0x7b, 0xff, 0x7d]), "malformed_json"],
    ["a list", [chair], "invalid_json"],
    ["null", "null", "invalid_json"],
    ["no products", { quality: 50 }, "invalid_json"],
    ["a list without products", { products: [] }, "invalid_json"],
    ["products that are no list", { products: chair }, "invalid_json"],
    ["an option nobody knows", { products: [chair], qualty: 50 }, "invalid_json"],
    ["an option that is an object", { products: [chair], quality: {} }, "invalid_json"],
    ["an option out of bounds", { products: [chair], quality: 101 }, "invalid_option"],
    ["lists without end", "[".repeat(1_000_000), "invalid_json"],
    ["deep lists", `{"products":[{"urls":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}`, "invalid_json"],
  ])("refuses %s", async (_what, body, code) => {
    const answer = await post(body);

    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  test("names every member of another type", async () => {
    const products = [
      "chair",
      { serial: 1.5, name: 7, urls: photo },
      { ...chair, urls: [photo, 7, null] },
      { ...chair, color: "red" },
    ];

    const { status, body } = await post({ products });

    expect([status, body.code, body.errors_total]).toEqual([400, "invalid_json", 7]);
    expect(body.errors.map((error: Json) => error.path)).toEqual([
      "products[0]",
      "products[1].serial",
      "products[1].name",
      "products[1].urls",
      "products[2].urls[1]",
      "products[2].urls[2]",
      "products[3]",
    ]);
    expect(body.errors[6].message).toContain('"color"');
  });

  test("counts the faults of a hostile list, and tells the first thousand", async () => {
    const { body } = await post(`{"products":[{"urls":[${"1,".repeat(299_999)}1]}]}`);

    expect([body.code, body.errors.length, body.errors_total]).toEqual(["invalid_json", 1_000, 300_000]);
  });

  test("takes 10 MB, and refuses one byte more", async () => {
    const filled = (bytes: number) => {
      const text = JSON.stringify({ products: [chair] });
      return text + " ".repeat(bytes - text.length);
    };

    const atLimit = await post(filled(10 * mebibyte));
    const past = await post(filled(10 * mebibyte + 1));

    expect([atLimit.status, past.status, past.body.code]).toEqual([202, 413, "json_too_large"]);
  });

  test("takes options in the query, and those of the body first", async () => {
    const { body } = await post({ products: [chair], quality: 61 }, "/v1/jobs?quality=60&on_invalid=reject");

    expect(body.options.quality).toBe(61);
  });
});
