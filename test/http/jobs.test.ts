import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { catalogue, csvForm, getJob, origin, request, submit, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { acceptWith, losingQueue, recordedOutcome } from "../support/coordinators.ts";
import { until } from "../support/until.ts";

const photo = "https://shop.example/photo.jpg";
const csv = catalogue([photo]);
const mebibyte = 1024 * 1024;

async function post(body: BodyInit, headers: Record<string, string> = {}, path = "/v1/jobs") {
  const response = await request(path, { method: "POST", body, headers });
  return { response, body: await response.json<Json>() };
}

describe("POST /v1/jobs", () => {
  test("answers 202 with the job and where to follow it", async () => {
    const { response, body } = await post(csvForm(csv));

    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(`/v1/jobs/${body.id}`);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(body).toMatchObject({
      request_id: body.id,
      outcome: null,
      options: {
        quality: 50,
        format: "keep",
        scale: 1,
        background: "#ffffff",
        email: [],
        webhook_url: null,
        reuse: true,
      },
      images_total: 1,
      warnings: [],
      links: { self: `${origin}/v1/jobs/${body.id}` },
    });
  });

  test.each(["file", "csv_file", "csvFile", "csv", "anything"])("takes the file from the field %s", async (field) => {
    const form = new FormData();
    form.set("note", "not a file");
    form.set(field, new File([csv], "catalogue.csv"));

    expect((await post(form)).response.status).toBe(202);
  });

  test("takes a bare CSV, with options in the query", async () => {
    const { response, body } = await post(csv, { "content-type": "text/csv" }, "/v1/jobs?quality=70");

    expect(response.status).toBe(202);
    expect(body.options.quality).toBe(70);
  });

  test.each(["webhook_url", "webhookUrl", "callback_url", "notification_url", "notify_url"])(
    "knows the webhook as %s",
    async (name) => {
      const { body } = await post(csvForm(csv, { [name]: "https://receiver.example/hook?box=alias" }));

      expect(body.options.webhook_url).toBe("https://receiver.example/hook?box=alias");
    },
  );

  test.each([
    ["quality", "0"],
    ["quality", "101"],
    ["quality", "half"],
    ["quality", "50.5"],
    ["quality", "1e2"],
    ["compression_percentage", "101"],
    ["format", "gif"],
    ["scale", "0"],
    ["scale", "0.009"],
    ["scale", "1.01"],
    ["background", "white"],
    ["background", "#fff"],
    ["email", "nobody"],
    ["email", "a@shop.example, nobody"],
    ["email", `${"a".repeat(250)}@shop.example`],
    ["email", Array.from({ length: 11 }, (_, index) => `a${index}@shop.example`).join()],
    ["on_invalid", "maybe"],
    ["reuse", "maybe"],
    ["webhook_url", "not a url"],
    ["webhook_url", "http://127.0.0.1/hook"],
    ["webhook_url", "http://[::ffff:10.0.0.1]/hook"],
  ])("refuses %s=%s by its name", async (name, value) => {
    const { response, body } = await post(csvForm(csv, { [name]: value }));

    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(body).toMatchObject({ status: 400, code: "invalid_option", instance: "/v1/jobs" });
    expect(body.detail).toContain(`\`${name}\``);
  });

  test.each(["keep", "auto", "jpeg", "webp", "png", "avif", "WebP"])("takes the format %s", async (format) => {
    const { response, body } = await post(csvForm(csv, { format }));

    expect([response.status, body.options.format]).toEqual([202, format.toLowerCase()]);
  });

  test.each(["0.01", "0.5", ".333", "1"])("takes the scale %s", async (scale) => {
    const { response, body } = await post(csvForm(csv, { scale }));

    expect([response.status, body.options.scale]).toEqual([202, Number(scale)]);
  });

  test("takes the options, and shows how it understood them", async () => {
    const { body } = await post(
      csvForm(csv, {
        compression_percentage: "40",
        format: "keep",
        scale: "1.0",
        background: "#FFEEDD",
        email: "a@shop.example; b@shop.example,a@shop.example",
      }),
    );

    expect(body.options).toMatchObject({
      quality: 40,
      format: "keep",
      scale: 1,
      background: "#ffeedd",
      email: ["a@shop.example", "b@shop.example"],
    });
  });

  test.each([
    ["true", true],
    ["1", true],
    ["FALSE", false],
    ["off", false],
    ["", true],
  ])("understands reuse=%s as %s", async (text, understood) => {
    expect((await post(csvForm(csv, { reuse: text }))).body.options.reuse).toBe(understood);
  });

  test("writes to ten addresses", async () => {
    const email = Array.from({ length: 10 }, (_, index) => `a${index}@shop.example`).join();

    const { body } = await post(csvForm(csv, { email }));

    expect(body.options.email).toHaveLength(10);
  });

  test.each(["1", "100"])("takes a quality at its bound: %s", async (quality) => {
    expect((await post(csvForm(csv, { quality }))).response.status).toBe(202);
  });

  test("names every problem of a CSV that cannot be used, with row and column", async () => {
    const broken = "S. No.,Product Name,Input Image Urls\r\nx,,no-url\r\n2,Chair,\r\n";

    const { response, body } = await post(csvForm(broken, { on_invalid: "reject" }));

    expect(response.status).toBe(422);
    expect(body.code).toBe("invalid_rows");
    expect(body.errors.map((error: Json) => [error.row, error.column])).toEqual([
      [2, "A"],
      [2, "B"],
      [2, "C"],
      [3, "C"],
    ]);
    expect(body.errors_total).toBe(4);
  });

  test("lets a bad row fail alone, and says so", async () => {
    const { id, warnings, products } = await submit(`${csv}x,,${photo}?bad\r\n`);

    expect(products).toBe(2);
    expect(warnings.map((warning: Json) => warning.row)).toEqual([3, 3]);
    expect(await waitForEnd(id)).toMatchObject({ state: "completed", images_total: 1, images_succeeded: 1 });
  });

  test("lets a bad URL fail alone, in its place", async () => {
    const { id } = await submit(catalogue([photo, "ftp://shop.example/a.jpg", `${photo}?2`]));
    await waitForEnd(id);

    const output = await (await request(`/v1/jobs/${id}/output.csv`)).text();

    expect(output.split("\r\n")[1]).toMatch(/"http[^,]+-1\.jpg,,http[^,]+-3\.jpg"$/);
  });

  test.each([
    ["", "empty_csv"],
    ["S. No.,Product Name\r\n1,Chair\r\n", "missing_columns"],
    ["just text", "missing_columns"],
  ])("refuses %j as %s", async (text, code) => {
    const { response, body } = await post(csvForm(text));

    expect([response.status, body.code]).toEqual([422, code]);
  });

  test("refuses a form without a file", async () => {
    const form = new FormData();
    form.set("quality", "50");

    const { response, body } = await post(form);

    expect([response.status, body.code]).toEqual([400, "file_missing"]);
  });

  test("refuses a form whose boundary is missing", async () => {
    const { response, body } = await post("--x", { "content-type": "multipart/form-data" });

    expect([response.status, body.code]).toEqual([400, "malformed_form"]);
  });

  test.each(["application/x-www-form-urlencoded", "image/png", "text/plain", "text/json"])(
    "refuses a body of type %s",
    async (type) => {
      const { response, body } = await post("{}", { "content-type": type });

      expect([response.status, body.code]).toEqual([415, "unsupported_media_type"]);
    },
  );

  test("takes a CSV of exactly 10 MB, and refuses one byte more", async () => {
    const filler = (bytes: number) => `${csv}${" ".repeat(bytes - csv.length - 2)}\r\n`;

    const atLimit = await post(filler(10 * mebibyte), { "content-type": "text/csv" });
    const inForm = await post(csvForm(filler(10 * mebibyte)));
    const past = await post(filler(10 * mebibyte + 1), { "content-type": "text/csv" });
    const pastInForm = await post(csvForm(filler(10 * mebibyte + 1)));

    expect([atLimit, inForm, past, pastInForm].map(({ response }) => response.status)).toEqual([202, 202, 413, 413]);
    expect(past.body).toMatchObject({ code: "csv_too_large" });
  });

  test("refuses a stream that grows past the cap without saying its length", async () => {
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(mebibyte).fill(32)),
    });

    const { response } = await post(endless, { "content-type": "text/csv" });

    expect(response.status).toBe(413);
  });

  test("takes 50,000 images, and refuses one more", async () => {
    const urls = (count: number) => Array.from({ length: count }, (_, index) => `http://127.0.0.1/${index}`);

    const atLimit = await post(catalogue(urls(50_000)), { "content-type": "text/csv" });
    const past = await post(catalogue(urls(50_001)), { "content-type": "text/csv" });

    expect([atLimit.response.status, atLimit.body.images_total]).toEqual([202, 50_000]);
    expect([past.response.status, past.body.code]).toEqual([422, "too_many_images"]);
    await request(`/v1/jobs/${atLimit.body.id}/cancel`, { method: "POST" });
    await waitForEnd(atLimit.body.id);
  });
});

describe("GET /v1/jobs/{id}", () => {
  test("shows what is done so far while the job runs", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([photo, `${photo}?2`], [photo]));
    const outcome = recordedOutcome(1, { uses: 2, bytesIn: 100, bytesOut: 40 });
    await env.COORDINATOR.getByName(job.id).report([outcome]);

    const response = await request(`/v1/jobs/${job.id}`);

    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.json()).toMatchObject({
      images_total: 3,
      images_processed: 2,
      completion_percentage: 66.6,
      bytes_in: 100,
      saved_percent: 60,
    });
  });

  test("says when nothing has changed, and while the job runs when to ask again", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([photo, `${photo}?2`]));
    await until(async () => (await getJob(job.id)).state === "processing");
    const look = (etag: string) => request(`/v1/jobs/${job.id}`, { headers: { "if-none-match": etag } });
    const first = await look("");

    const unchanged = await look(first.headers.get("etag") ?? "");
    await env.COORDINATOR.getByName(job.id).report([recordedOutcome(1)]);
    const changed = await look(first.headers.get("etag") ?? "");

    expect([first.status, unchanged.status, changed.status]).toEqual([200, 304, 200]);
    expect(await unchanged.text()).toBe("");
    for (const name of ["etag", "retry-after", "cache-control"]) {
      expect(unchanged.headers.get(name)).toBe(first.headers.get(name));
    }
    expect(changed.headers.get("etag")).not.toBe(first.headers.get("etag"));
  });

  test.each(["nonsense", crypto.randomUUID()])("answers 404 to the id %s", async (id) => {
    const response = await request(`/v1/jobs/${id}`);

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "job_not_found" });
  });

  test("takes the id in upper case, and with a slash behind it", async () => {
    const { id } = await submit(csv);

    expect((await getJob(`${id.toUpperCase()}/`)).id).toBe(id);
  });
});

describe("GET /v1/jobs/{id}/images", () => {
  test("comes in pages, and by outcome", async () => {
    const { id } = await submit(catalogue([photo, "https://shop.example/1.jpg", "https://shop.example/2.jpg"]));
    await waitForEnd(id);
    const page = async (query: string) => (await request(`/v1/jobs/${id}/images?${query}`)).json<Json>();

    const first = await page("limit=2");
    const second = await page(`limit=2&cursor=${first.next_cursor}`);
    const failed = await page("outcome=failed");

    expect(first.images.map((image: Json) => image.position)).toEqual([1, 2]);
    expect(second.images.map((image: Json) => image.position)).toEqual([3]);
    expect(second.next_cursor).toBeNull();
    expect(failed.images.map((image: Json) => image.position)).toEqual([2, 3]);
    expect(failed.images[0]).toMatchObject({ code: "http_404", output: null, attempts: 1 });
    expect(failed.images[0].message).toContain("404");
  });

  test.each(["limit=0", "limit=1001", "cursor=-1", "cursor=x", "outcome=good"])("refuses %s", async (query) => {
    const { id } = await submit(csv);

    const response = await request(`/v1/jobs/${id}/images?${query}`);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_parameter" });
  });
});

describe("GET /v1/jobs/{id}/output.csv", () => {
  test("has to wait for the end, unless a part will do", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, csv);

    const early = await request(`/v1/jobs/${job.id}/output.csv`);
    const part = await request(`/v1/jobs/${job.id}/output.csv?partial=true`);

    expect(early.status).toBe(409);
    expect(await early.json()).toMatchObject({ code: "job_not_finished" });
    expect(await part.text()).toBe(
      `S. No.,Product Name,Input Image Urls,Output Image Urls\r\n1,Product 1,${photo},\r\n`,
    );
  });

  test("adds columns on request, and is safe for Excel on request", async () => {
    const { id } = await submit(`S. No.,Product Name,Input Image Urls,Note\r\n1,=cmd(),${photo},kept\r\n`);
    await waitForEnd(id);

    const plain = await (await request(`/v1/jobs/${id}/output.csv`)).text();
    const extended = await (await request(`/v1/jobs/${id}/output.csv?columns=extended`)).text();
    const excel = new Uint8Array(await (await request(`/v1/jobs/${id}/output.csv?excel=true`)).arrayBuffer());

    expect(plain).toContain(`1,=cmd(),${photo},`);
    expect(plain.split("\r\n")[0]).toBe("S. No.,Product Name,Input Image Urls,Output Image Urls,Note");
    expect(extended.split("\r\n")[0]).toMatch(/,Note,Status,Errors,Original Bytes,Output Bytes,Saved %$/);
    expect(excel.slice(0, 3)).toEqual(new Uint8Array([0xef, 0xbb, 0xbf]));
    expect(new TextDecoder().decode(excel)).toContain("1,'=cmd(),");
  });
});
