// The body of an upload, read under a size cap: which bytes are the CSV, and what the form says beside it.

import { Problem } from "../errors.ts";

export interface UploadedForm {
  csv: Uint8Array;
  /** Text fields of the form and of the query; the form wins. */
  fields: Map<string, string>;
}

const fileFieldNames = ["file", "csv_file", "csvFile", "csv"] as const;
/** What a multipart body may need beside its file: boundaries, part headers, text fields. */
const formOverheadBytes = 64 * 1024;

/**
 * @throws Problem 413 past the cap, 415 for another type, 400 for a form without a file.
 */
export async function readUpload(request: Request, maxCsvBytes: number): Promise<UploadedForm> {
  const fields = new Map(new URL(request.url).searchParams);
  const contentType = request.headers.get("content-type") ?? "";
  const mediaType = contentType.split(";")[0]?.trim().toLowerCase() ?? "";

  if (mediaType === "multipart/form-data") {
    const body = await readCapped(request, maxCsvBytes + formOverheadBytes, maxCsvBytes);
    const form = await parseForm(body, contentType);
    for (const [name, value] of form) if (typeof value === "string") fields.set(name, value);
    const file = findFile(form);
    if (file === null) {
      throw new Problem({
        status: 400,
        code: "file_missing",
        detail: "The form has no file. Send the CSV as a file in the field `file`.",
      });
    }
    if (file.size > maxCsvBytes) throw tooLarge(maxCsvBytes);
    return { csv: new Uint8Array(await file.arrayBuffer()), fields };
  }
  if (mediaType === "text/csv" || mediaType === "application/csv") {
    return { csv: await readCapped(request, maxCsvBytes, maxCsvBytes), fields };
  }
  throw new Problem({
    status: 415,
    code: "unsupported_media_type",
    detail: "Send the CSV as multipart/form-data with a file in the field `file`, or as a text/csv body.",
    headers: { accept: "multipart/form-data, text/csv" },
  });
}

async function readCapped(request: Request, maxBytes: number, maxCsvBytes: number): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > maxBytes) {
    await request.body?.cancel();
    throw tooLarge(maxCsvBytes);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge(maxCsvBytes);
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

function tooLarge(maxCsvBytes: number): Problem {
  return new Problem({
    status: 413,
    code: "csv_too_large",
    detail: `The CSV is larger than ${Math.floor(maxCsvBytes / 1024 / 1024)} MB. Split it into several uploads.`,
  });
}
