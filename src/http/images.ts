// `/image/<job>-<position>.<extension>`: the output images, from R2 under the same key.

import { Hono } from "hono";
import { Problem } from "../errors.ts";

export const imageRoutes = new Hono<{ Bindings: Env }>();

const imageFile = /^[0-9a-f-]{36}-[0-9]{1,7}\.[a-z]{3,4}$/;

imageRoutes.get("/image/:file", async (c) => {
  const file = c.req.param("file");
  const object = imageFile.test(file)
    ? await c.env.IMAGE_BUCKET.get(`image/${file}`, { range: c.req.raw.headers, onlyIf: c.req.raw.headers })
    : null;
  if (object === null) {
    throw new Problem({ status: 404, code: "image_not_found", detail: "There is no such image." });
  }
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
  // A precondition of the request did not hold, so R2 sent no body.
  if (!hasBody(object)) {
    const asksIfChanged = c.req.header("if-none-match") ?? c.req.header("if-modified-since");
    return new Response(null, { status: asksIfChanged === undefined ? 412 : 304, headers });
  }
  if (c.req.header("range") !== undefined && object.range !== undefined && "offset" in object.range) {
    const offset = object.range.offset ?? 0;
    const length = object.range.length ?? object.size - offset;
    if (length < object.size) {
      headers.set("content-range", `bytes ${offset}-${offset + length - 1}/${object.size}`);
      headers.set("content-length", String(length));
      return new Response(object.body, { status: 206, headers });
    }
  }
  headers.set("content-length", String(object.size));
  return new Response(object.body, { headers });
});

function hasBody(object: R2Object | R2ObjectBody): object is R2ObjectBody {
  return "body" in object;
}
