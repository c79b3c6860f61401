// Who may in: every route but the public ones wants a key, where keys are asked for, and counts the call.

import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { Problem } from "../errors.ts";
import { identifyCaller, identifyReader } from "./auth.ts";
import { renderError } from "./problems.ts";
import { countCall, countedFor, limitOf, policyHeader } from "./rate-limits.ts";
import type { AppEnv } from "./router.ts";

const publicPaths = new Set(["/", "/docs", "/openapi.json", "/health"]);

export function isPublic(path: string): boolean {
  return publicPaths.has(path) || path.startsWith("/image/");
}

/** Guarded by a token of its own and not by API keys. */
export const metricsPath = "/metrics";

export const guardAccess: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (isPublic(c.req.path) || !hasRoute(c)) return next();
  const identify = c.req.path === metricsPath ? identifyReader : identifyCaller;
  const caller = await identify(c.env, c.req.header("authorization"));
  const limit = limitOf(c.req.method, c.req.path);
  // Calls with a bad key are counted by their address, or guessing would be free.
  const countedCaller = countedFor(caller instanceof Problem ? null : caller, c.req.header("cf-connecting-ip"));
  const tooMany = await countCall(c.env, limit, countedCaller);
  if (tooMany !== null) {
    c.res = renderError(tooMany, c);
  } else if (caller instanceof Problem) {
    c.res = renderError(caller, c);
  } else {
    c.set("caller", caller);
    await next();
  }
  c.header("ratelimit-policy", policyHeader(limit));
};

/** Where nothing answers there is nothing to guard: the 404 or 405 is the same for everybody. */
function hasRoute(c: Context): boolean {
  return matchedRoutes(c).some((route) => route.method !== "ALL");
}
