// What access adds to every operation of the API's description, so that no route has to say it and none can forget it.

import type { OpenAPIHono } from "@hono/zod-openapi";
import { rateLimits } from "../config.ts";
import type { Config } from "../config.ts";
import { isPublic, metricsPath } from "./access.ts";
import { isLegacyPath } from "./dialects.ts";
import { limitOf, policyHeader } from "./rate-limits.ts";
import type { AppEnv } from "./router.ts";

type Document = ReturnType<OpenAPIHono<AppEnv>["getOpenAPI31Document"]>;

const methods = ["get", "post", "put", "delete"] as const;

const requestId = {
  description:
    "The id of this request: the `X-Request-Id` it came with, if that was 1 to 128 safe characters, or a new one.",
  schema: { type: "string" },
} as const;

const challenge = { description: "RFC 6750.", schema: { type: "string" }, example: 'Bearer realm="halftone"' } as const;

/** Adds the security scheme, 401 and 429, and the header fields that stand on every answer. Changes the document. */
export function describeAccess(document: Document, auth: Config["auth"]): Document {
  document.components = {
    ...document.components,
    securitySchemes: {
      ApiKey: {
        type: "http",
        scheme: "bearer",
        bearerFormat: "ht_live_<prefix>_<secret>",
        description:
          "An API key, made by `npm run keys -- create NAME`. A job is visible only to the key that made it.",
      },
      MetricsToken: { type: "http", scheme: "bearer", description: "The deployment's `METRICS_TOKEN`." },
    },
  };
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      const operation = item[method];
      if (operation === undefined) continue;
      const guarded = !isPublic(path);
      const responses: Record<string, object> = operation.responses ?? {};
      if (guarded) {
        const refused =
          path === metricsPath
            ? "Not the deployment's `METRICS_TOKEN`."
            : "No API key came, or one that is unknown or revoked.";
        responses["401"] ??= refusalOf(path, refused, {
          "WWW-Authenticate": challenge,
        });
        responses["429"] ??= refusalOf(
          path,
          `Too many calls: ${rateLimits.uploads.quota} uploads and ${rateLimits.requests.quota} other calls a minute are allowed.`,
          { "Retry-After": text("Seconds to wait.", "60"), RateLimit: text("What is left.", '"requests";r=0;t=60') },
        );
      }
      const always = {
        "X-Request-Id": requestId,
        ...(guarded && {
          "RateLimit-Policy": text("What is allowed.", policyHeader(limitOf(method.toUpperCase(), path))),
        }),
      };
      for (const [status, response] of Object.entries(responses)) {
        responses[status] = {
          ...response,
          headers: { ...("headers" in response ? Object(response.headers) : {}), ...always },
        };
      }
      operation.responses = responses;
      operation.security = guarded ? securityOf(path, auth) : [];
    }
  }
  return document;
}

function securityOf(path: string, auth: Config["auth"]): Record<string, string[]>[] {
  const needed = path === metricsPath ? { MetricsToken: [] } : { ApiKey: [] };
  return auth === "required" ? [needed] : [needed, {}];
}

function refusalOf(path: string, description: string, headers: Record<string, object>) {
  const content = isLegacyPath(path)
    ? { "application/json": { schema: { $ref: "#/components/schemas/LegacyRefusal" } } }
    : { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return { description, headers, content };
}

function text(description: string, example: string) {
  return { description, schema: { type: "string" }, example };
}
