// `/v1/webhooks`: what webhooks are signed with, and how one would arrive.

import { createRoute, z } from "@hono/zod-openapi";
import { readConfig } from "../config.ts";
import { Problem } from "../errors.ts";
import { checkReceiver, testReceiver } from "../job/receiver.ts";
import { ownSecret, replaceSecret } from "../job/webhook-secrets.ts";
import type { OwnSecret } from "../job/webhook-secrets.ts";
import { ownerOf } from "./caller.ts";
import type { Caller } from "./caller.ts";
import { describeAttempt } from "./deliveries.ts";
import { readJsonBody } from "./json-body.ts";
import { newRouter } from "./router.ts";
import * as schemas from "./schemas.ts";
import { problemResponse } from "./schemas.ts";

export const webhookRoutes = newRouter();

const testRoute = createRoute({
  method: "post",
  path: "/v1/webhooks/test",
  operationId: "testWebhook",
  summary: "Send a signed `webhook.test` to a receiver, once, and see how it goes",
  responses: {
    200: {
      description: "The attempt was made; `delivered` tells whether it went well.",
      content: { "application/json": { schema: schemas.testedWebhook } },
    },
    400: problemResponse(
      "The body is malformed, or the URL cannot be called.",
      "invalid_option",
      "invalid_parameter",
      "malformed_json",
    ),
    413: problemResponse("The body is larger than such a body can be.", "json_too_large"),
    415: problemResponse("The body is not JSON.", "unsupported_media_type"),
  },
});

const receiver = z.object({
  url: z.string().max(2_048).meta({ example: "https://shop.example/hooks/halftone" }),
});

// The body is documented here but read by `readJsonBody`, which caps it before anything parses it.
webhookRoutes.openAPIRegistry.registerPath({
  ...testRoute,
  request: { body: { required: true, content: { "application/json": { schema: receiver } } } },
});

webhookRoutes.openapi({ ...testRoute, hide: true }, async (c) => {
  const config = readConfig(c.env);
  const { url } = await readJsonBody(c.req.raw, receiver);
  const { origin } = new URL(c.req.url);
  const refusal = checkReceiver(url, config, origin);
  if (refusal !== null) {
    throw new Problem({ status: 400, code: "invalid_option", detail: `\`url\` cannot be called. ${refusal}` });
  }
  const tested = await testReceiver(c.env.DB, config, { url, origin, owner: ownerOf(c.var.caller) });
  return c.json({ webhook_id: tested.webhookId, delivered: tested.delivered, ...describeAttempt(tested) }, 200);
});

const secretResponses = {
  200: { description: "The secret.", content: { "application/json": { schema: schemas.webhookSecret } } },
  409: problemResponse("Without API keys there is one secret for all: the deployment's WEBHOOK_SECRET."),
};

webhookRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/webhooks/secret",
    operationId: "getWebhookSecret",
    summary: "What the webhooks of this API key's jobs are signed with",
    responses: secretResponses,
  }),
  async (c) => {
    const secret = await ownSecret(c.env.DB, requireOwner(c.var.caller), Date.now());
    c.header("cache-control", "no-store");
    return c.json(describeSecret(secret), 200);
  },
);

webhookRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/webhooks/secret/rotate",
    operationId: "rotateWebhookSecret",
    summary: "Replace the secret; for 24 hours the old one signs as well",
    responses: secretResponses,
  }),
  async (c) => {
    const secret = await replaceSecret(c.env.DB, requireOwner(c.var.caller), Date.now());
    c.header("cache-control", "no-store");
    return c.json(describeSecret(secret), 200);
  },
);

/** @throws Problem 409 where nobody has a key. */
function requireOwner(caller: Caller): string {
  const owner = ownerOf(caller);
  if (owner === null) {
    throw new Problem({
      status: 409,
      code: "one_secret_for_all",
      detail: "This deployment asks for no API keys and signs every webhook with its own WEBHOOK_SECRET.",
    });
  }
  return owner;
}

function describeSecret({ secret, previousUntil }: OwnSecret): z.infer<typeof schemas.webhookSecret> {
  return {
    secret,
    previous_valid_until: previousUntil === null ? null : new Date(previousUntil).toISOString(),
  };
}
