// `/v1/jobs/{id}/deliveries`: what was sent at the end of a job, and how it went. `/v1/webhooks/test`: how it would go.

import { createRoute, z } from "@hono/zod-openapi";
import { readConfig } from "../config.ts";
import { Problem } from "../errors.ts";
import { checkReceiver, testReceiver } from "../job/receiver.ts";
import { listDeliveries } from "../store/deliveries.ts";
import type { DeliveryRecord } from "../store/deliveries.ts";
import type { DeliveryAttempt } from "../store/schema.ts";
import { requireJob } from "./find-job.ts";
import { newRouter } from "./router.ts";
import * as schemas from "./schemas.ts";
import { problemResponse } from "./schemas.ts";

export const deliveryRoutes = newRouter();

deliveryRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs/{id}/deliveries",
    summary: "Webhooks and mails of a job, with every attempt",
    request: { params: schemas.jobParams },
    responses: {
      200: { description: "The deliveries.", content: { "application/json": { schema: schemas.deliveriesList } } },
      404: problemResponse("There is no such job."),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.var.caller, c.req.valid("param").id);
    const deliveries = await listDeliveries(c.env.DB, job.id);
    return c.json({ deliveries: deliveries.map(describeDelivery) }, 200);
  },
);

deliveryRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/jobs/{id}/deliveries/{delivery}/redeliver",
    summary: "Make a delivery once more, at once",
    request: { params: schemas.jobParams.extend({ delivery: z.string() }) },
    responses: {
      202: { description: "It is being made; its attempts tell how it goes." },
      404: problemResponse("There is no such job or delivery."),
    },
  }),
  async (c) => {
    const { id, delivery } = c.req.valid("param");
    const job = await requireJob(c.env.DB, c.var.caller, id);
    if (!(await c.env.COORDINATOR.getByName(job.id).redeliver(delivery))) {
      throw new Problem({
        status: 404,
        code: "delivery_not_found",
        detail: "This job has no such delivery. `GET /v1/jobs/{id}/deliveries` lists those it has.",
      });
    }
    return c.body(null, 202);
  },
);

deliveryRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/webhooks/test",
    summary: "Send a signed `webhook.test` to a receiver, once, and see how it goes",
    request: {
      body: { required: true, content: { "application/json": { schema: z.object({ url: z.string().max(2_048) }) } } },
    },
    responses: {
      200: {
        description: "The attempt was made; `delivered` tells whether it went well.",
        content: { "application/json": { schema: schemas.testedWebhook } },
      },
      400: problemResponse("The URL cannot be called."),
    },
  }),
  async (c) => {
    const config = readConfig(c.env);
    const { url } = c.req.valid("json");
    const { origin } = new URL(c.req.url);
    const refusal = checkReceiver(url, config, origin);
    if (refusal !== null) {
      throw new Problem({ status: 400, code: "invalid_option", detail: `\`url\` cannot be called. ${refusal}` });
    }
    const tested = await testReceiver(url, config, origin);
    return c.json({ webhook_id: tested.webhookId, delivered: tested.delivered, ...describeAttempt(tested) }, 200);
  },
);

function describeDelivery(delivery: DeliveryRecord): z.infer<typeof schemas.delivery> {
  return {
    id: delivery.id,
    kind: delivery.kind,
    event: delivery.event,
    target: delivery.target,
    state: delivery.state,
    next_attempt_at: delivery.nextAttemptAt === null ? null : isoTime(delivery.nextAttemptAt),
    attempts: delivery.attempts.map(describeAttempt),
  };
}

function describeAttempt({ at, status, durationMs, error, response }: DeliveryAttempt) {
  return { at: isoTime(at), status, duration_ms: durationMs, error, response };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
