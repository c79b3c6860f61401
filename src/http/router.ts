// A router whose validation failures take the same door as every other problem.

import { OpenAPIHono } from "@hono/zod-openapi";
import { Problem } from "../errors.ts";
import type { Caller } from "./caller.ts";

/** What handlers have at hand: `c.env`, and `c.var.caller` on every route that is not public. */
export interface AppEnv {
  Bindings: Env;
  Variables: { caller: Caller };
}

export function newRouter() {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const issues = result.error.issues.map((issue) => `\`${issue.path.join(".")}\`: ${issue.message}`);
      throw new Problem({ status: 400, code: "invalid_parameter", detail: `${issues.join("; ")}.` });
    },
  });
}
