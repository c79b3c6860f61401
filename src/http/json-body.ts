// The JSON body of a request that says a little. Uploads, which say a lot, are read in `upload.ts`.

import type { z } from "@hono/zod-openapi";
import { Problem } from "../errors.ts";
import { mediaTypeOf, readCapped } from "./upload.ts";

/** Some hundred times what such a request has to say, and nothing to memory. */
const maxBytes = 16 * 1024;

/** @throws Problem 415 for another type, 413 past 16 KB, 400 for what is no JSON or has another shape. */
export async function readJsonBody<Value>(request: Request, schema: z.ZodType<Value>): Promise<Value> {
  if (mediaTypeOf(request) !== "application/json") {
    throw new Problem({
      status: 415,
      code: "unsupported_media_type",
      detail: "Send JSON, with the header `Content-Type: application/json`.",
      headers: { accept: "application/json" },
    });
  }
  const tooLarge = new Problem({
    status: 413,
    code: "json_too_large",
    detail: `The JSON is larger than ${maxBytes / 1024} KB. Leave out what is not asked for.`,
  });
  const parsed = schema.safeParse(parse(await readCapped(request, maxBytes, { asSent: tooLarge, unpacked: tooLarge })));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `\`${path.join(".") || "body"}\`: ${message}`);
  throw new Problem({ status: 400, code: "invalid_parameter", detail: `${issues.join("; ")}.` });
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body));
  } catch {
    throw new Problem({
      status: 400,
      code: "malformed_json",
      detail: "The body is not JSON in UTF-8. Check its quotes, commas and brackets.",
    });
  }
}
