// Every request has an id, its caller's or a new one: it goes back in the answer and stands in every line of the log.

import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { logEvent, underRequestId } from "../job/log.ts";
import type { AppEnv } from "./router.ts";

const safeId = /^[A-Za-z0-9._:=+/@-]{1,128}$/;
const uuidInPath = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

export const observeRequest: MiddlewareHandler<AppEnv> = (c, next) => {
  const given = c.req.header("x-request-id") ?? "";
  const id = safeId.test(given) ? given : crypto.randomUUID();
  return underRequestId(id, async () => {
    const began = Date.now();
    await next();
    c.header("x-request-id", id);
    logEvent("request", {
      method: c.req.method,
      route: routeOf(c),
      job: uuidInPath.exec(c.req.path)?.[0] ?? null,
      status: c.res.status,
      duration_ms: Date.now() - began,
    });
  });
};

/** The pattern and not the path: what a stranger writes into an address is not for the log. Null where none matched. */
function routeOf(c: Context): string | null {
  return matchedRoutes(c).findLast((route) => route.method !== "ALL")?.path ?? null;
}
