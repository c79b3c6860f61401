// Requests that nobody would send in earnest, drawn by fast-check, and what is wrong with an answer to any of them.
import * as fc from "fast-check";
import { isLegacyPath } from "../../src/http/dialects.ts";
import { errorCodes } from "../../src/http/error-codes.ts";
import { catalogue, origin } from "./jobs.ts";

export const unknownId = "0b5c2f6e-4c0d-4b0e-9d67-0a8c0f1f7a55";
export const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("", "0", "-1", "1e309", "NaN", "null", "true", "..", "%00", "%2e%2e%2f", "%ff", "'; --", "__proto__"),
  fc.constantFrom("constructor", "9".repeat(400), "é".repeat(50), "\u0000", "\ud800", unknownId, unknownId.slice(1)),
);
const names = [
  "quality",
  "format",
  "scale",
  "background",
  "on_invalid",
  "webhook_url",
  "webhook_events",
  "email",
  "reuse",
];
const parameters = [...names, "state", "cursor", "limit", "outcome", "columns", "excel", "partial", "request_id"];
export const query = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...parameters), oddText), oddText), { maxLength: 4 })
  .map((pairs) => new URLSearchParams(pairs.map(([name, value]) => [wellFormed(name), wellFormed(value)])).toString());

export const contentType = fc.constantFrom(
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

/** Of a text of so many bytes, or near it. */
const range = fc
  .tuple(fc.nat(1_100), fc.nat(1_100), fc.constantFrom("bytes", "Bytes", "lines", "bytes "))
  .chain(([from, to, unit]) =>
    fc.constantFrom(`${unit}=${from}-${to}`, `${unit}=${from}-`, `${unit}=-${to}`, `${unit}=${from}-${to},0-0`, unit),
  );
const headerValue = fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, "?"));
export const headers = fc.dictionary(
  fc.constantFrom(
    "accept",
    "access-control-request-method",
    "authorization",
    "content-length",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "last-event-id",
    "origin",
    "range",
    "x-request-id",
  ),
  fc.oneof(
    headerValue,
    range,
    fc.constantFrom("bytes=0-", "bytes=9-1", "*", '"x"', "-1", "99999999999999", "bytes=-0"),
  ),
  { maxKeys: 4 },
);

const good = catalogue(["https://shop.example/a.jpg"], ["https://shop.example/b.jpg", "nonsense"]);
export const csv = fc.oneof(
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
export const json = fc.oneof(
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
export const form = fc.oneof(wholeForm, wholeForm.chain(cutUp));

export const body = fc.oneof(
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
export function wellFormed(text: string): string {
  return text.toWellFormed();
}

export interface Call {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  type: string;
  body: string | Uint8Array<ArrayBuffer>;
}

export function requestOf(call: Call): Request {
  const bodyless = call.method === "GET" || call.method === "HEAD";
  return new Request(`${origin}${call.path}?${call.query}`, {
    method: call.method,
    headers: call.type === "" ? call.headers : { ...call.headers, "content-type": call.type },
    ...(bodyless ? {} : { body: call.body }),
  });
}

/** What is wrong with an answer; empty where nothing is. Reads it, but for the end of an endless stream. */
export function faultsOf(request: Request, response: Response): Promise<string[]> {
  return response.status < 400 ? faultsOfGood(request, response) : faultsOfRefusal(request, response);
}

async function faultsOfGood(request: Request, response: Response): Promise<string[]> {
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("text/event-stream")) {
    await response.body?.cancel();
    return [];
  }
  const body = await response.arrayBuffer();
  if (request.method === "HEAD" || [204, 304].includes(response.status)) {
    return body.byteLength === 0 ? [] : [`a body: ${response.status}`];
  }
  if (type.startsWith("application/json")) JSON.parse(new TextDecoder().decode(body));
  return [];
}

async function faultsOfRefusal(request: Request, response: Response): Promise<string[]> {
  const text = await response.text();
  const faults: string[] = [];
  const claim = (holds: boolean, fault: string) => void (holds || faults.push(`${fault}: ${response.status} ${text}`));
  claim(response.status < 500, "a fault of ours");
  claim(!/\bat \S+ \(|\.ts:\d+|TypeError|D1_ERROR|SQLITE/.test(text), "private words");
  if (request.method === "HEAD") return faults;
  const refusal = JSON.parse(text);
  claim(Object.hasOwn(errorCodes, refusal.code), "a code of no meaning");
  claim(/\S.*[.a-zA-Z]$/s.test(refusal.detail), "no sentence");
  const legacy = isLegacyPath(new URL(request.url).pathname);
  const type = response.headers.get("content-type") ?? "";
  claim(type.startsWith(legacy ? "application/json" : "application/problem+json"), "another type");
  claim(legacy ? typeof refusal.error === "string" : refusal.status === response.status, "another form");
  return faults;
}
