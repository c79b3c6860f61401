// Thousands of requests that nobody would send in earnest, the same ones every time: none may find a fault of ours.
import { createExecutionContext } from "cloudflare:test";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { app } from "../../src/http/app.ts";
import { isLegacyPath } from "../../src/http/dialects.ts";
import { errorCodes } from "../../src/http/error-codes.ts";
import { envWith, quietCoordinators } from "../support/coordinators.ts";
import { catalogue, origin } from "../support/jobs.ts";

beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

const patterns = [...new Set(app.routes.map(({ path }) => path).filter((path) => !path.includes("*")))];

const unknownId = "0b5c2f6e-4c0d-4b0e-9d67-0a8c0f1f7a55";
const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("", "0", "-1", "1e309", "NaN", "null", "true", "..", "%00", "%2e%2e%2f", "%ff", "'; --", "__proto__"),
  fc.constantFrom("constructor", "9".repeat(400), "é".repeat(50), "\u0000", "\ud800", unknownId, unknownId.slice(1)),
);
const path = fc
  .tuple(
    fc.constantFrom(...patterns, "/v1/nothing", "/", "//", "/image/../v1/jobs"),
    fc.array(oddText, { maxLength: 3 }),
  )
  .chain(([pattern, parts]) => {
    let at = 0;
    const filled = pattern.replaceAll(/:\w+/g, () => encodeURIComponent(wellFormed(parts[at++] ?? unknownId)));
    return fc.constantFrom(filled, `${filled}/`, `${filled}//`, filled.toUpperCase(), `${filled}%`, `${filled}%zz`);
  });

const names = ["quality", "format", "scale", "background", "on_invalid", "webhook_url", "webhook_events", "email"];
const parameters = [...names, "state", "cursor", "limit", "outcome", "columns", "excel", "partial", "request_id"];
const query = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...parameters), oddText), oddText), { maxLength: 4 })
  .map((pairs) => new URLSearchParams(pairs.map(([name, value]) => [wellFormed(name), wellFormed(value)])).toString());

const contentType = fc.constantFrom(
  "",
  "text/csv",
  "text/csv; charset=utf-16",
  "application/json",
  'application/json; charset="',
  "multipart/form-data",
  "multipart/form-data; boundary=b",
  "multipart/form-data; boundary=",
  'multipart/form-data; boundary="',
  "multipart/form-data; boundary=" + "x".repeat(300),
  "application/x-www-form-urlencoded",
  "image/png",
  ";;;",
  "nonsense",
);

const headerValue = fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, "?"));
const headers = fc.dictionary(
  fc.constantFrom(
    "accept",
    "authorization",
    "content-length",
    "idempotency-key",
    "if-modified-since",
    "if-none-match",
    "last-event-id",
    "origin",
    "range",
    "x-request-id",
  ),
  fc.oneof(headerValue, fc.constantFrom("bytes=0-", "bytes=9-1", "*", '"x"', "-1", "99999999999999", "bytes=-0")),
  { maxKeys: 4 },
);

const good = catalogue(["https://shop.example/a.jpg"], ["https://shop.example/b.jpg", "nonsense"]);
const csv = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(",", '"', "\n", "\r", ";", "\t", "S. No.", "Product Name", "Input Image Urls", "1", "http://a.b"),
      {
        maxLength: 40,
      },
    )
    .map((parts) => parts.join("")),
  cutUp(good),
);

const member = fc.oneof(fc.constantFrom("products", "serial", "name", "urls", "url", ...names), oddText);
const json = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.object({ key: member, maxDepth: 4 }).map((value) => JSON.stringify(value) ?? ""),
  fc.array(fc.dictionary(member, fc.jsonValue({ maxDepth: 2 }))).map((products) => JSON.stringify({ products })),
  cutUp(JSON.stringify({ products: [{ serial: 1, name: "Mug", urls: ["https://shop.example/a.jpg"] }], quality: 50 })),
);

const part = fc
  .tuple(fc.constantFrom("file", "csv_file", "csvFile", "csv", ...names), fc.boolean(), fc.oneof(csv, oddText))
  .map(([name, isFile, body]) => {
    const filename = isFile ? '; filename="a.csv"' : "";
    return `--b\r\ncontent-disposition: form-data; name="${name}"${filename}\r\n\r\n${body}\r\n`;
  });
const wholeForm = fc.array(part, { maxLength: 3 }).map((parts) => `${parts.join("")}--b--\r\n`);
const form = fc.oneof(wholeForm, wholeForm.chain(cutUp));

const body = fc.oneof(
  csv,
  json,
  form,
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
);

/** A text with a piece taken out, put in twice, or with odd characters in its place. */
function cutUp(text: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(text.length), fc.nat(20), fc.oneof(oddText, fc.constant(text)))
    .map(([at, length, instead]) => text.slice(0, at) + instead + text.slice(at + length));
}

/** As a URL could carry it. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

interface Call {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  type: string;
  body: string | Uint8Array<ArrayBuffer>;
}

async function expectNoFaultOfOurs(call: Call): Promise<void> {
  const bodyless = call.method === "GET" || call.method === "HEAD";
  const request = new Request(`${origin}${call.path}?${call.query}`, {
    method: call.method,
    headers: call.type === "" ? call.headers : { ...call.headers, "content-type": call.type },
    ...(bodyless ? {} : { body: call.body }),
  });
  const response = await app.request(
    request,
    {},
    envWith({ COORDINATOR: quietCoordinators() }),
    createExecutionContext(),
  );
  // The end of an endless stream is not waited for.
  if (response.status < 400) return response.body?.cancel();
  const text = await response.text();

  expect(response.status, text).toBeLessThan(500);
  expect(text).not.toMatch(/\bat \S+ \(|\.ts:\d+|TypeError|D1_ERROR|SQLITE/);
  if (call.method === "HEAD" || response.status === 412) return;
  const refusal = JSON.parse(text);
  expect(Object.keys(errorCodes)).toContain(refusal.code);
  expect(refusal.detail).toMatch(/\S.*[.a-zA-Z]$/s);
  const legacy = isLegacyPath(new URL(request.url).pathname);
  const type = response.headers.get("content-type");
  expect(type).toContain(legacy ? "application/json" : "application/problem+json");
  expect(legacy ? typeof refusal.error : refusal.status).toBe(legacy ? "string" : response.status);
}

const method = fc.constantFrom("GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND");

test("no request to any address finds a fault of ours", async () => {
  const call = fc.record({ method, path, query, headers, type: contentType, body });

  await fc.assert(fc.asyncProperty(call, expectNoFaultOfOurs), { seed: 4_071, numRuns: 2_000 });
});

test.each([
  ["CSV", "text/csv", csv],
  ["JSON", "application/json", json],
  ["a form", "multipart/form-data; boundary=b", form],
])("no body that may be %s finds a fault of ours, wherever it is sent", async (_, type, texts) => {
  const call = fc.record({
    method: fc.constant("POST"),
    path: fc.constantFrom("/v1/jobs", "/v1/validate", "/v1/validate", "/upload", "/v1/webhooks/test"),
    query: fc.oneof(fc.constant(""), query),
    headers: fc.constant({}),
    type: fc.constant(type),
    body: texts,
  });

  await fc.assert(fc.asyncProperty(call, expectNoFaultOfOurs), { seed: 4_072, numRuns: 500 });
});
