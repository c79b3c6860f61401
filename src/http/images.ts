// `/image/<job>-<position>.<extension>`: the output images, from R2 under the same key.

import { Hono } from "hono";
import { Problem } from "../errors.ts";
import { readRange } from "./byte-range.ts";
import { evaluatePreconditions, rangeHolds } from "./preconditions.ts";

export const imageRoutes = new Hono<{ Bindings: Env }>();

const imageFile = /^[0-9a-f-]{36}-[0-9]{1,7}\.[a-z]{3,4}$/;
const conditions = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "range"] as const;

imageRoutes.get("/image/:file", async (c) => {
  const file = c.req.param("file");
  if (!imageFile.test(file)) throw imageNotFound();
  const { headers: asked, method } = c.req.raw;
  const [bucket, key] = [c.env.IMAGE_BUCKET, `image/${file}`];
  if (method === "GET" && !conditions.some((name) => asked.has(name))) return sendWhole(await bucket.get(key));

  // What is asked can only be answered with the object's validators and size at hand.
  const found = await bucket.head(key);
  if (found === null) throw imageNotFound();
  const validators = { etag: found.httpEtag, lastModified: found.uploaded };
  const headers = headersOf(found);
  switch (evaluatePreconditions(asked, validators)) {
    case "not_modified":
      return new Response(null, { status: 304, headers });
    case "failed":
      throw new Problem({
        status: 412,
        code: "precondition_failed",
        detail: "The image is not the one that `If-Match` or `If-Unmodified-Since` names. Ask for it without.",
      });
    case "met":
  }
  if (method === "HEAD") {
    headers.set("content-length", String(found.size));
    return new Response(null, { headers });
  }
  const range = rangeHolds(asked, validators) ? readRange(asked.get("range"), found.size) : null;
  if (range === "unsatisfiable") {
    throw new Problem({
      status: 416,
      code: "range_not_satisfiable",
      detail: `The image has ${found.size} bytes, and none of them is in this range.`,
      headers: { "content-range": `bytes */${found.size}` },
    });
  }
  if (range === null) return sendWhole(await bucket.get(key));
  const part = await bucket.get(key, { range });
  if (part === null) throw imageNotFound();
  const { offset, length } = range;
  headers.set("content-range", `bytes ${offset}-${offset + length - 1}/${found.size}`);
  headers.set("content-length", String(length));
  return new Response(part.body, { status: 206, headers });
});

function sendWhole(object: R2ObjectBody | null): Response {
  if (object === null) throw imageNotFound();
  const headers = headersOf(object);
  headers.set("content-length", String(object.size));
  return new Response(object.body, { headers });
}

function headersOf(object: R2Object): Headers {
  const headers = new Headers({
    etag: object.httpEtag,
    "accept-ranges": "bytes",
    "last-modified": object.uploaded.toUTCString(),
    // Pictures come from strangers: nothing in them may run, whatever a browser takes them for.
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
  });
  object.writeHttpMetadata(headers);
  return headers;
}

function imageNotFound(): Problem {
  return new Problem({ status: 404, code: "image_not_found", detail: "There is no such image." });
}
