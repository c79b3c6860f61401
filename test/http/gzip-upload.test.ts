// A catalogue that comes packed, in every way that callers pack one.
import { gzipSync } from "node:zlib";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { catalogue, origin, request } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";

const csv = catalogue(["http://127.0.0.1/a.jpg"]);
const mebibyte = 1024 * 1024;
const products = [{ serial: "1", name: "Chair", urls: ["http://127.0.0.1/a.jpg"] }];

function gzip(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(data));
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function formOf(file: Uint8Array<ArrayBuffer>, field = "file"): FormData {
  const form = new FormData();
  form.set(field, new File([file], "catalogue.csv.gz", { type: "application/gzip" }));
  return form;
}

async function post(body: BodyInit, headers: Record<string, string> = {}, path = "/v1/jobs") {
  const response = await request(path, { method: "POST", body, headers });
  return { response, status: response.status, body: await response.json<Json>() };
}

/** A form as its bytes, for whom wants to pack it as a whole. */
async function encodedForm(form: FormData) {
  const encoded = new Request(origin, { method: "POST", body: form });
  return { bytes: await encoded.bytes(), type: encoded.headers.get("content-type") ?? "" };
}

async function storedInput(jobId: string): Promise<string | undefined> {
  return (await env.FILE_BUCKET.get(`input/${jobId}.csv`))?.text();
}

describe("a packed catalogue", () => {
  test.each<[string, BodyInit, Record<string, string>]>([
    ["a file of a form", formOf(gzip(csv)), {}],
    ["a body of application/gzip", gzip(csv), { "content-type": "application/gzip" }],
    ["a body of application/x-gzip", gzip(csv), { "content-type": "application/x-gzip" }],
    ["a CSV with Content-Encoding", gzip(csv), { "content-type": "text/csv", "content-encoding": "gzip" }],
    ["a CSV with an encoding in capitals", gzip(csv), { "content-type": "text/csv", "content-encoding": "X-GZIP" }],
    ["a CSV that says nothing of it", gzip(csv), { "content-type": "text/csv" }],
    ["both at once, packed once", gzip(csv), { "content-type": "application/gzip", "content-encoding": "gzip" }],
    ["both at once, packed twice", gzip(gzip(csv)), { "content-type": "application/gzip", "content-encoding": "gzip" }],
    [
      "several members, as parallel packers write them",
      join(gzip(csv.slice(0, 20)), gzip(csv.slice(20))),
      { "content-type": "application/gzip" },
    ],
    ["zeros behind its end, as tapes leave them", join(gzip(csv), new Uint8Array(9)), { "content-type": "text/csv" }],
    ["a CSV that is not packed after all", csv, { "content-type": "application/gzip" }],
    ["a CSV with the coding `identity`", csv, { "content-type": "text/csv", "content-encoding": "identity" }],
  ])("is taken as %s, and kept unpacked", async (_, sent, headers) => {
    const { status, body } = await post(sent, headers);

    expect([status, body.images_total]).toEqual([202, 1]);
    expect(await storedInput(body.id)).toBe(csv);
  });

  test("is taken as JSON with Content-Encoding", async () => {
    const { status, body } = await post(gzip(JSON.stringify({ products, quality: 70 })), {
      "content-type": "application/json",
      "content-encoding": "gzip",
    });

    expect([status, body.images_total, body.options.quality]).toEqual([202, 1, 70]);
  });

  test("is taken as a form that is packed as a whole, with its options", async () => {
    const form = formOf(gzip(csv));
    form.set("quality", "70");
    const { bytes, type } = await encodedForm(form);

    const { status, body } = await post(gzip(bytes), { "content-type": type, "content-encoding": "gzip" });

    expect([status, body.options.quality]).toEqual([202, 70]);
    expect(await storedInput(body.id)).toBe(csv);
  });

  test("is validated as it would be taken", async () => {
    const { status, body } = await post(gzip(csv), { "content-type": "application/gzip" }, "/v1/validate");

    expect(status).toBe(200);
    expect(body).toMatchObject({ acceptable: true, images_total: 1 });
  });

  test.each<[string, BodyInit, Record<string, string>]>([
    ["a form of A", formOf(gzip(csv), "csv_file"), {}],
    ["a body", gzip(csv), { "content-type": "application/gzip" }],
    ["a body with Content-Encoding", gzip(csv), { "content-type": "text/csv", "content-encoding": "gzip" }],
  ])("is taken at the earlier services' address as %s", async (_, sent, headers) => {
    const { status, body } = await post(sent, headers, "/upload");

    expect(status).toBe(200);
    expect(await storedInput(body.request_id)).toBe(csv);
  });

  test("is the same request as the same catalogue in another packing", async () => {
    const send = (file: Uint8Array<ArrayBuffer>) => post(formOf(file), { "idempotency-key": "packed" });
    const plain = Uint8Array.from(new TextEncoder().encode(csv));

    const first = await send(gzip(csv));
    const again = await send(new Uint8Array(gzipSync(csv, { level: 0 })));
    const unpacked = await send(plain);
    const other = await send(gzip(catalogue(["http://127.0.0.1/b.jpg"])));

    expect([again.body.id, unpacked.body.id]).toEqual([first.body.id, first.body.id]);
    expect(other.body.code).toBe("idempotency_key_reused");
  });
});

describe("the cap", () => {
  const filler = (bytes: number) => csv.padEnd(bytes - 2) + "\r\n";

  test("of 10 MB counts what comes out: at it a packed CSV is taken, one byte past it refused", async () => {
    const [atLimit, past] = [gzip(filler(10 * mebibyte)), gzip(filler(10 * mebibyte + 1))];
    const encoded = { "content-type": "text/csv", "content-encoding": "gzip" };

    const taken = await Promise.all([post(formOf(atLimit)), post(atLimit, encoded)]);
    const refused = await Promise.all([
      post(formOf(past)),
      post(past, { "content-type": "application/gzip" }),
      post(past, encoded),
    ]);

    expect(taken.map(({ status }) => status)).toEqual([202, 202]);
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [413, "csv_too_large"]));
    expect(refused[0]?.body.detail).toContain("larger than 10 MB once it is unpacked");
  });

  test("holds for JSON as well", async () => {
    const padded = (bytes: number) => gzip(JSON.stringify({ products }).padEnd(bytes));
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };

    const atLimit = await post(padded(10 * mebibyte), headers);
    const past = await post(padded(10 * mebibyte + 1), headers);

    expect([atLimit.status, past.status, past.body.code]).toEqual([202, 413, "json_too_large"]);
  });

  test("takes 10 MB that packing made longer", async () => {
    const stored = new Uint8Array(gzipSync(filler(10 * mebibyte), { level: 0 }));
    expect(stored.length).toBeGreaterThan(10 * mebibyte);

    const { status } = await post(stored, { "content-type": "application/gzip" });

    expect(status).toBe(202);
  });

  test.each<[string, (bomb: Uint8Array<ArrayBuffer>) => BodyInit, Record<string, string>]>([
    ["in a form", (bomb) => formOf(bomb), {}],
    ["as a body", (bomb) => bomb, { "content-type": "application/gzip" }],
    ["as a content coding", (bomb) => bomb, { "content-type": "application/json", "content-encoding": "gzip" }],
    ["packed twice", (bomb) => gzip(bomb), { "content-type": "text/csv", "content-encoding": "gzip" }],
  ])("ends a bomb %s", async (_, wrap, headers) => {
    const bomb = gzip(new Uint8Array(100 * mebibyte));
    expect(bomb.length).toBeLessThan(mebibyte);

    const { status } = await post(wrap(bomb), headers);

    expect(status).toBe(413);
  });

  test("ends a stream of packed nothing that never stops", async () => {
    const [start, emptyBlock] = [gzip("").subarray(0, 10), new Uint8Array([0, 0, 0, 0xff, 0xff])];
    const blocks = join(...Array.from({ length: 10_000 }, () => emptyBlock));
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(start),
      pull: (controller) => controller.enqueue(blocks),
    });

    const { status } = await post(endless, { "content-type": "application/gzip" });

    expect(status).toBe(413);
  });
});

describe("gzip that cannot be unpacked", () => {
  const packed = gzip(csv);
  const flipped = packed.with(packed.length - 6, (packed.at(-6) ?? 0) ^ 1);
  const gzipBody = { "content-type": "application/gzip" };

  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ["is cut off", packed.subarray(0, -1)],
    ["is cut off in its header", packed.subarray(0, 5)],
    ["has another checksum", flipped],
    ["has something else behind it", join(packed, new TextEncoder().encode("more"))],
  ])("because it %s is refused with what to do", async (_, damaged) => {
    const answers = [
      await post(damaged, gzipBody),
      await post(formOf(damaged)),
      await post(damaged, gzipBody, "/upload"),
    ];

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [400, "malformed_gzip"]));
    expect(answers[0]?.body.detail).toContain("Pack the file again");
  });

  test("because it is none is refused where the encoding says it is", async () => {
    const { status, body } = await post(csv, { "content-type": "text/csv", "content-encoding": "gzip" });

    expect([status, body.code]).toEqual([400, "malformed_gzip"]);
  });

  test.each(["br", "deflate", "zstd", "gzip, gzip"])("because it is %s is refused by that name", async (coding) => {
    const { status, response, body } = await post(csv, { "content-type": "text/csv", "content-encoding": coding });

    expect([status, body.code]).toEqual([415, "unsupported_content_encoding"]);
    expect(response.headers.get("accept-encoding")).toBe("gzip");
  });
});
