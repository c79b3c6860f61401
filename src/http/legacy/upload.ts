// An upload as the earlier services took it, and which of them the caller takes us for.

import type { Dialect } from "../../store/schema.ts";
import { fileMissing, mediaTypeOf, queryFields, readCsv, readForm } from "../upload.ts";
import type { ReadForm } from "../upload.ts";

export type LegacyDialect = Exclude<Dialect, "v1">;

export interface LegacyUpload {
  dialect: LegacyDialect;
  csv: Uint8Array;
  fields: Map<string, string>;
}

/**
 * @throws Problem 400 (422 in dialect C) where there is no file, whatever the type of the body, as they did; 413 past
 * the cap.
 */
export async function readLegacyUpload(request: Request, maxCsvBytes: number): Promise<LegacyUpload> {
  const { csv, fields, names } = await readBody(request, maxCsvBytes);
  const dialect = dialectOf(names, fields, hasTrailingSlash(request.url));
  if (csv === null) throw fileMissing(dialect === "c" ? 422 : 400);
  return { dialect, csv, fields };
}

function dialectOf(names: ReadonlySet<string>, fields: ReadonlyMap<string, string>, slash: boolean): LegacyDialect {
  if (names.has("csv_file")) return "a";
  if (fields.has("email")) return "c";
  return slash ? "d" : "b";
}

/** The app routes without it; this is the path as it was sent. */
export function hasTrailingSlash(url: string): boolean {
  return new URL(url).pathname.endsWith("/");
}

async function readBody(request: Request, maxCsvBytes: number): Promise<ReadForm> {
  const none = { csv: null, fields: queryFields(request), names: new Set<string>() };
  switch (mediaTypeOf(request)) {
    case "multipart/form-data":
    case "application/x-www-form-urlencoded":
      return readForm(request, maxCsvBytes);
    case "text/csv":
    case "application/csv":
    case "application/gzip":
    case "application/x-gzip":
      return { ...none, csv: await readCsv(request, maxCsvBytes) };
    default:
      await request.body?.cancel();
      return none;
  }
}
