// Every route, and what holds for all of them: trailing slashes, wrong methods, errors, the API's description.

import { getPath } from "hono/utils/url";
import { Hono } from "hono";
import { readConfig } from "../config.ts";
import { Problem } from "../errors.ts";
import { guardAccess } from "./access.ts";
import { allowedMethods } from "./allowed-methods.ts";
import { allowOrigins } from "./cors.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { eventRoutes } from "./events.ts";
import { healthRoutes } from "./health.ts";
import { imageRoutes } from "./images.ts";
import { jobRoutes } from "./jobs.ts";
import { legacyRoutes } from "./legacy.ts";
import { metricsRoutes } from "./metrics.ts";
import { describeApi } from "./openapi.ts";
import { renderError } from "./problems.ts";
import { observeRequest } from "./request-id.ts";
import { resultRoutes } from "./results.ts";
import { newRouter } from "./router.ts";
import type { AppEnv } from "./router.ts";
import { validateRoutes } from "./validate.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Every route answers with and without a slash at its end, and a POST is never redirected. */
function pathWithoutTrailingSlash(request: Request): string {
  const path = getPath(request);
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

export const app = new Hono<AppEnv>({ getPath: pathWithoutTrailingSlash });

app.use(observeRequest, allowOrigins, guardAccess);

const api = newRouter();
for (const routes of [jobRoutes, validateRoutes, resultRoutes, eventRoutes, deliveryRoutes, webhookRoutes])
  api.route("/", routes);

app.route("/", api);
app.route("/", imageRoutes);
app.route("/", legacyRoutes);
app.route("/", healthRoutes);
app.route("/", metricsRoutes);

app.get("/openapi.json", (c) => c.json(describeApi(api, new URL(c.req.url).origin, readConfig(c.env).auth)));

app.notFound((c) => {
  const methods = allowedMethods(app.routes, c.req.path);
  if (methods.length > 0) {
    throw new Problem({
      status: 405,
      code: "method_not_allowed",
      detail: `This address takes ${methods.join(", ")}.`,
      headers: { allow: methods.join(", ") },
    });
  }
  throw new Problem({ status: 404, code: "not_found", detail: "There is nothing at this address." });
});

app.onError(renderError);
