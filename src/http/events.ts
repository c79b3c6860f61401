// `/v1/jobs/{id}/events`: server-sent events, served by the job's coordinator while it runs.

import { createRoute, z } from "@hono/zod-openapi";
import { isEnded, summarizeJob } from "../job/summary.ts";
import { doneId, eventStreamHeaders, formatDone } from "../job/watchers.ts";
import { requireJob } from "./find-job.ts";
import { newRouter } from "./router.ts";
import * as schemas from "./schemas.ts";
import { problemResponse } from "./schemas.ts";

export const eventRoutes = newRouter();

eventRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs/{id}/events",
    operationId: "watchJob",
    summary: "Watch a job",
    description:
      "`progress` at most four times a second, `image` for every outcome, `done` with the job at its end. A watcher " +
      "that was cut off goes on behind its `Last-Event-ID`; one without gets every outcome from the first.",
    request: {
      params: schemas.jobParams,
      headers: z.object({ "last-event-id": z.string().optional() }),
    },
    responses: {
      200: { description: "The events.", content: { "text/event-stream": { schema: z.string() } } },
      204: { description: "The job has ended, and the `Last-Event-ID` is that of its `done`." },
      404: problemResponse("There is no such job.", "job_not_found"),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.var.caller, c.req.valid("param").id);
    if (!isEnded(job)) {
      const events = await c.env.COORDINATOR.getByName(job.id).fetch("https://coordinator/events", {
        headers: { "last-event-id": c.req.header("last-event-id") ?? "" },
      });
      if (events.status === 200) return new Response(events.body, { headers: eventStreamHeaders });
    }
    // An EventSource connects again whenever its stream ends; nothing but 204 keeps it from it.
    if (c.req.header("last-event-id") === doneId) return c.body(null, 204);
    const ended = await requireJob(c.env.DB, c.var.caller, job.id);
    return new Response(formatDone(summarizeJob(ended, null)), { headers: eventStreamHeaders });
  },
);
