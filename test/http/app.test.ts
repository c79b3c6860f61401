import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { app } from "../../src/http/app.ts";
import { envWith } from "../support/coordinators.ts";
import { catalogue, getImages, request, submit, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";

const photo = "https://shop.example/photo.jpg";

describe("every route", () => {
  test.each([
    ["DELETE", "/health", "GET, HEAD"],
    ["PUT", "/v1/jobs", "GET, HEAD, POST"],
    ["POST", `/v1/jobs/${crypto.randomUUID()}`, "DELETE, GET, HEAD"],
    ["GET", "/upload", "POST"],
    ["POST", "/image/x.jpg", "GET, HEAD"],
  ])("answers %s %s with 405 and what it allows", async (method, path, allowed) => {
    const response = await request(path, { method });

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allowed);
    expect(await response.json()).toMatchObject({ code: "method_not_allowed" });
  });

  test("that does not exist is a 404 in the same form", async () => {
    const response = await request("/v2/jobs");

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ status: 404, code: "not_found", title: "Not found" });
  });

  test("hides what failed on our side behind a reference", async () => {
    const broken = envWith({
      DB: {
        prepare: () => {
          throw new Error("secret detail");
        },
      },
    });

    const response = await app.request(`/v1/jobs/${crypto.randomUUID()}`, {}, broken);
    const text = await response.text();

    expect(response.status).toBe(500);
    expect(text).toMatch(/reference [0-9a-f-]{36}/);
    expect(text).not.toContain("secret detail");
  });

  test("stands in the OpenAPI document", async () => {
    const document = await (await request("/openapi.json")).json<Json>();

    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toContain("/v1/jobs/{id}/output.csv");
    expect(Object.keys(document.paths["/v1/jobs"].post.requestBody.content)).toEqual([
      "multipart/form-data",
      "text/csv",
      "application/gzip",
      "application/json",
    ]);
  });
});

describe("GET /health", () => {
  test("is 200 while the record and the files are in reach", async () => {
    const response = await request("/health");

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: "ok", database: true, images: true, files: true });
  });

  test.each([
    ["database", "DB"],
    ["images", "IMAGE_BUCKET"],
    ["files", "FILE_BUCKET"],
  ])("is 503 when the %s cannot be reached", async (part, binding) => {
    const response = await app.request("/health", {}, envWith({ [binding]: {} }));

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: "unavailable", [part]: false });
  });
});

describe("GET /image/{file}", () => {
  let id = "";
  let path = "";
  let bytes = 0;
  beforeAll(async () => {
    ({ id } = await submit(catalogue([photo])));
    await waitForEnd(id);
    const [image] = await getImages(id);
    ({ pathname: path } = new URL(image.output));
    bytes = image.bytes_out;
  });

  test("serves the picture, so that nothing in it can run and it is never asked for twice", async () => {
    const response = await request(path);

    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/jpeg",
      "content-length": String(bytes),
      "cache-control": "public, max-age=31536000, immutable",
      "content-disposition": "inline; filename*=UTF-8''photo.jpg",
      "content-security-policy": "default-src 'none'",
      "x-content-type-options": "nosniff",
      "access-control-allow-origin": "*",
    });
    expect((await response.arrayBuffer()).byteLength).toBe(bytes);
  });

  test("answers HEAD, a range and a repeated request", async () => {
    const etag = (await request(path)).headers.get("etag") ?? "";

    const head = await request(path, { method: "HEAD" });
    const part = await request(path, { headers: { range: "bytes=0-9" } });
    const unchanged = await request(path, { headers: { "if-none-match": etag } });

    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes)]);
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 0-9/${bytes}`]);
    expect((await part.arrayBuffer()).byteLength).toBe(10);
    expect(unchanged.status).toBe(304);
  });

  test.each<[string, Record<string, string>, number, Record<string, string | null>]>([
    ["the end of it", { range: "bytes=-10" }, 206, { "content-length": "10" }],
    ["a range of what it still is", { range: "bytes=0-9", "if-range": "ETAG" }, 206, { "content-length": "10" }],
    ["a range of what it was", { range: "bytes=0-9", "if-range": '"old"' }, 200, { "content-range": null }],
    ["a range past its end", { range: "bytes=999999-" }, 416, { "content-range": "bytes */SIZE" }],
    ["it if it is another", { "if-match": '"old"' }, 412, {}],
    ["it with a tag that is none", { "if-none-match": "old" }, 200, {}],
    ["it with a date that is none", { "if-modified-since": "yesterday" }, 200, {}],
    ["a range of what is known", { range: "bytes=0-9", "if-none-match": "ETAG" }, 304, { "content-range": null }],
  ])("is asked for %s", async (_what, asked, status, expected) => {
    const etag = (await request(path, { method: "HEAD" })).headers.get("etag") ?? "";
    const headers = Object.entries(asked).map(([name, value]): [string, string] => [name, value.replace("ETAG", etag)]);

    const response = await request(path, { headers });
    await response.arrayBuffer();

    expect(response.status).toBe(status);
    for (const [name, value] of Object.entries(expected)) {
      expect(response.headers.get(name)).toBe(value?.replace("SIZE", String(bytes)) ?? null);
    }
  });

  test("answers HEAD with the whole, whatever range it names", async () => {
    const head = await request(path, { method: "HEAD", headers: { range: "bytes=0-9" } });

    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes)]);
  });

  test.each(["x.jpg", `${crypto.randomUUID()}-1.jpg`, "..%2Finput%2Fx.csv", `${crypto.randomUUID()}-1.svg%00`])(
    "answers 404 to %s",
    async (file) => {
      expect((await request(`/image/${file}`)).status).toBe(404);
    },
  );

  test("does not lead to the catalogue of its job", async () => {
    expect(await env.IMAGE_BUCKET.head(`output/${id}.csv`)).toBeNull();
    expect(await env.FILE_BUCKET.head(`output/${id}.csv`)).not.toBeNull();
  });
});
