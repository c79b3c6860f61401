// The body of an upload, read and unpacked under a size cap: what is the catalogue in it, and what is said beside it.

import type { Table } from "../catalogue/csv.ts";
import { csvOfTable, tableOfProducts } from "../catalogue/listed-products.ts";
import { Problem } from "../errors.ts";
import { gunzip, gzipOverheadBytes, isGzip } from "./gunzip.ts";
import { readJsonUpload } from "./json-upload.ts";

export interface UploadedCatalogue {
  /** As it was sent, but unpacked; of JSON, the same as a CSV. */
  csv: Uint8Array;
  /** Of JSON; null where the CSV has yet to be parsed. */
  table: Table | null;
  /** Text fields of the body and of the query; the body wins. */
  fields: Map<string, string>;
}

const fileFieldNames = ["file", "csv_file", "csvFile", "csv"] as const;
/** What a multipart body may need beside its file: boundaries, part headers, text fields. */
const formOverheadBytes = 64 * 1024;

/**
 * @throws Problem 413 past the cap, 415 for another type or content coding, 400 for a form without a file, for damaged gzip
 * and for JSON of another shape.
 */
export async function readUpload(request: Request, maxCsvBytes: number): Promise<UploadedCatalogue> {
  switch (mediaTypeOf(request)) {
    case "multipart/form-data": {
      const { csv, fields } = await readForm(request, maxCsvBytes);
      if (csv === null) throw fileMissing(400);
      return { csv, table: null, fields };
    }
    case "text/csv":
    case "application/csv":
    case "application/gzip":
    case "application/x-gzip":
      return { csv: await readCsv(request, maxCsvBytes), table: null, fields: queryFields(request) };
    case "application/json": {
      const body = await readLimited(request, "JSON", maxCsvBytes);
      const { products, options } = readJsonUpload(body);
      const table = tableOfProducts(products);
      return { csv: csvOfTable(table), table, fields: new Map([...queryFields(request), ...options]) };
    }
    default:
      throw new Problem({
        status: 415,
        code: "unsupported_media_type",
        detail:
          "Send the CSV as multipart/form-data with a file in the field `file`, or as a text/csv or application/gzip body, or its products as application/json.",
        headers: { accept: "multipart/form-data, text/csv, application/gzip, application/json" },
      });
  }
}

/** A body that is the CSV itself, or a gzip of it. @throws Problem 413, 400 for damaged gzip. */
export async function readCsv(request: Request, maxCsvBytes: number): Promise<Uint8Array> {
  const body = await readLimited(request, "CSV", maxCsvBytes, gzipOverheadBytes);
  return unpacked(body, maxCsvBytes);
}

/** In lower case, without parameters; empty where none is given. */
export function mediaTypeOf(request: Request): string {
  return (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

export function queryFields(request: Request): Map<string, string> {
  return new Map(new URL(request.url).searchParams);
}

export interface ReadForm {
  /** Null where the form has no file. */
  csv: Uint8Array | null;
  /** Text fields of the form and of the query; the form wins. */
  fields: Map<string, string>;
  /** Of every field, files included. */
  names: Set<string>;
}

/** A form of either encoding. @throws Problem 413 past the cap, 400 when it or the gzip in it cannot be read. */
export async function readForm(request: Request, maxCsvBytes: number): Promise<ReadForm> {
  const body = await readLimited(request, "CSV", maxCsvBytes, formOverheadBytes);
  const form = await parseForm(body, request.headers.get("content-type") ?? "");
  const fields = queryFields(request);
  for (const [name, value] of form) if (typeof value === "string") fields.set(name, value);
  const file = findFile(form);
  const bytes = file && new Uint8Array(await file.arrayBuffer());
  return { csv: bytes && unpacked(bytes, maxCsvBytes), fields, names: new Set(form.keys()) };
}

export function fileMissing(status: 400 | 422): Problem {
  return new Problem({
    status,
    code: "file_missing",
    detail: "The form has no file. Send the CSV as a file in the field `file`.",
  });
}

/** A CSV, or a gzip of one: its first bytes tell, whatever its name and type say. */
function unpacked(file: Uint8Array, maxCsvBytes: number): Uint8Array {
  if (isGzip(file)) return gunzip(file, maxCsvBytes, tooLargeUnpacked("CSV", maxCsvBytes));
  if (file.byteLength > maxCsvBytes) throw tooLarge("CSV", maxCsvBytes);
  return file;
}

/** Up to the limit, and what it may need beside that. */
function readLimited(request: Request, kind: Kind, limitBytes: number, overheadBytes = 0): Promise<Uint8Array> {
  const refusals = { asSent: tooLarge(kind, limitBytes), unpacked: tooLargeUnpacked(kind, limitBytes) };
  return readCapped(request, limitBytes + overheadBytes, refusals);
}

/** The body without its `Content-Encoding`. @throws Problem a refusal past the cap, before more is read. */
export async function readCapped(
  request: Request,
  maxBytes: number,
  { asSent, unpacked }: { asSent: Problem; unpacked: Problem },
): Promise<Uint8Array> {
  if (!(await hasGzipEncoding(request))) return readSent(request, maxBytes, asSent);
  return gunzip(await readSent(request, maxBytes + gzipOverheadBytes, unpacked), maxBytes, unpacked);
}

/** @throws Problem 415 for another coding than gzip, as RFC 9110 section 15.5.16 has it. */
async function hasGzipEncoding(request: Request): Promise<boolean> {
  const coding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  if (coding === "gzip" || coding === "x-gzip") return true;
  if (coding === "" || coding === "identity") return false;
  await request.body?.cancel();
  throw new Problem({
    status: 415,
    code: "unsupported_content_encoding",
    detail: "Send the body with `Content-Encoding: gzip`, or without one.",
    headers: { "accept-encoding": "gzip" },
  });
}

async function readSent(request: Request, maxBytes: number, refusal: Problem): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > maxBytes) {
    await request.body?.cancel();
    throw refusal;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) throw refusal;
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

async function parseForm(body: Uint8Array, contentType: string): Promise<FormData> {
  try {
    return await new Response(body, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw new Problem({
      status: 400,
      code: "malformed_form",
      detail: "The multipart body cannot be read. Let your HTTP client set the Content-Type with its boundary.",
    });
  }
}

function findFile(form: FormData): File | null {
  for (const name of fileFieldNames) {
    const value = form.get(name);
    if (value instanceof File) return value;
  }
  for (const [, value] of form) if (value instanceof File) return value;
  return null;
}

type Kind = "CSV" | "JSON";

function tooLarge(kind: Kind, limitBytes: number): Problem {
  return sizeProblem(kind, `The ${kind} is larger than ${megabytes(limitBytes)}.`);
}

function tooLargeUnpacked(kind: Kind, limitBytes: number): Problem {
  return sizeProblem(kind, `The ${kind} is larger than ${megabytes(limitBytes)} once it is unpacked.`);
}

function sizeProblem(kind: Kind, finding: string): Problem {
  const code = kind === "CSV" ? "csv_too_large" : "json_too_large";
  return new Problem({ status: 413, code, detail: `${finding} Split it into several uploads.` });
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 / 1024)} MB`;
}
