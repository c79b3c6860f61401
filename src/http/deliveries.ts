// `/v1/jobs/{id}/deliveries`: what was sent at the end of a job, and how it went.

import { createRoute, z } from "@hono/zod-openapi";
import { Problem } from "../errors.ts";
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
    operationId: "listDeliveries",
    summary: "Webhooks and mails of a job, with every attempt",
    request: { params: schemas.jobParams },
    responses: {
      200: { description: "The deliveries.", content: { "application/json": { schema: schemas.deliveriesList } } },
      404: problemResponse("There is no such job.", "job_not_found"),
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
    operationId: "redeliver",
    summary: "Make a delivery once more, at once",
    request: { params: schemas.jobParams.extend({ delivery: z.string() }) },
    responses: {
      202: { description: "It is being made; its attempts tell how it goes." },
      404: problemResponse("There is no such job or delivery.", "job_not_found", "delivery_not_found"),
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

export function describeAttempt({ at, status, durationMs, error, response }: DeliveryAttempt) {
  return { at: isoTime(at), status, duration_ms: durationMs, error, response };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
