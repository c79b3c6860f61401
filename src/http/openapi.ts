// `/openapi.json`: the API's description, put together from what each route says of itself and what holds for all.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Config } from "../config.ts";
import { describeAccess } from "./access-docs.ts";
import { isLegacyPath } from "./dialects.ts";
import { examples } from "./examples.ts";
import { plainPaths, plainSchemas } from "./plain-docs.ts";
import type { AppEnv } from "./router.ts";
import { problemResponse } from "./schemas.ts";
import { version } from "./version.ts";
import { describeWebhooks, webhookMessage } from "./webhook-docs.ts";

const tags = [
  { name: "Jobs", description: "Upload a catalogue, follow it, stop it, take it away." },
  { name: "Results", description: "What became of each image, and the catalogue with the new URLs." },
  { name: "Deliveries", description: "What was sent at the end of a job." },
  { name: "Service", description: "Images, health and metrics; no API key is needed." },
  { name: "Earlier services", description: "The routes of five services that Halftone stands in for." },
  { name: "Webhooks", description: "What Halftone sends." },
];

const description = `Re-encodes the images of a product catalogue and gives the catalogue back with the new URLs.

Upload a CSV to \`POST /v1/jobs\`, follow the job at its \`Location\`, fetch \`output.csv\`. Every refusal is
\`application/problem+json\` (RFC 9457) with a stable \`code\` and a \`detail\` that says what to do; the earlier services'
routes say the same in their own form.`;

/** @param api the router of the canonical routes. */
export function describeApi(api: OpenAPIHono<AppEnv>, origin: string, auth: Config["auth"]) {
  const document = api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Halftone",
      version,
      description,
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: origin }],
    tags,
  });
  const schemas: Record<string, object> = { ...document.components?.schemas, ...plainSchemas };
  schemas["WebhookMessage"] = webhookMessage;
  for (const [name, example] of Object.entries(examples)) schemas[name] = { ...schemas[name], example };
  // Typed by its parts: those of the documentation library know no type for a finished document.
  const whole = { ...document, paths: { ...document.paths, ...structuredClone(plainPaths) } };
  const all = Object.assign(document, whole);
  for (const [path, item] of Object.entries(all.paths ?? {})) {
    for (const operation of [item.get, item.post, item.delete]) {
      if (operation === undefined) continue;
      operation.tags ??= [tagOf(path)];
      const responses: Record<string, object> = operation.responses ?? {};
      operation.responses = responses;
      responses["500"] ??= isLegacyPath(path) ? legacyFailure : problemReference("Something failed on our side.");
    }
  }
  const described = describeAccess(all, auth);
  return { ...described, components: { ...described.components, schemas }, webhooks: describeWebhooks() };
}

const legacyFailure = {
  description: "Something failed on our side.",
  content: { "application/json": { schema: { $ref: "#/components/schemas/LegacyRefusal" } } },
};

function problemReference(about: string) {
  const { content } = problemResponse(about, "internal");
  const { examples: shown } = content["application/problem+json"];
  return {
    description: about,
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" }, examples: shown } },
  };
}

function tagOf(path: string): string {
  if (/\/(?:images|output\.csv|output\.json)$/.test(path)) return "Results";
  return /deliver|webhooks/.test(path) ? "Deliveries" : "Jobs";
}
