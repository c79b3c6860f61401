// CORS (Fetch Standard, 3.3): which other origins' pages may read what we answer. None, unless `CORS_ORIGINS` names them.
// Keys come in a header and never in a cookie, so no credentials are allowed. Images, which all may read, say so themselves.

import type { MiddlewareHandler } from "hono";
import { readConfig } from "../config.ts";
import type { AppEnv } from "./router.ts";

/** Beyond those that every page may read. */
const exposed = [
  "Content-Disposition",
  "ETag",
  "Idempotent-Replayed",
  "Link",
  "Location",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "WWW-Authenticate",
  "X-Request-Id",
].join(", ");

const preflight = {
  "access-control-allow-methods": "GET, HEAD, POST, DELETE",
  "access-control-allow-headers":
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, X-Request-Id",
  // Browsers cut it to what they allow, two hours in Chromium.
  "access-control-max-age": "86400",
};

export const allowOrigins: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.req.path.startsWith("/image/")) return next();
  const { corsOrigins } = readConfig(c.env);
  if (corsOrigins.length === 0) return next();
  const origin = c.req.header("origin") ?? "";
  const allowed = corsOrigins.includes("*") ? "*" : corsOrigins.find((one) => one === origin);
  const isPreflight = c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;
  // Asked without a key, and therefore before anything that wants one.
  if (isPreflight && allowed !== undefined) c.res = new Response(null, { status: 204, headers: preflight });
  else await next();
  if (allowed !== "*") c.header("vary", "Origin", { append: true });
  if (allowed === undefined) return;
  c.header("access-control-allow-origin", allowed);
  c.header("access-control-expose-headers", exposed);
};
