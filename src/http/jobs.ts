// `/v1/jobs`: upload a catalogue, see how its job stands, stop it, send it through again, take it away.

import { createRoute, z } from "@hono/zod-openapi";
import { etag, RETAINED_304_HEADERS } from "hono/etag";
import { readConfig } from "../config.ts";
import { Problem } from "../errors.ts";
import { submitCsv } from "../job/submit.ts";
import { isEnded } from "../job/summary.ts";
import { deleteJob, listJobs } from "../store/jobs.ts";
import type { JobRecord } from "../store/jobs.ts";
import { ownerOf } from "./caller.ts";
import { currentSummary, requireJob } from "./find-job.ts";
import { fingerprintOf, readIdempotencyKey, submitOnce } from "./idempotency.ts";
import { readJobOptions } from "./job-options.ts";
import { newRouter } from "./router.ts";
import * as schemas from "./schemas.ts";
import { problemResponse } from "./schemas.ts";
import { uploadBody, uploadRefusals } from "./upload-schemas.ts";
import { readUpload } from "./upload.ts";

export const jobRoutes = newRouter();

const submitRoute = createRoute({
  method: "post",
  path: "/v1/jobs",
  operationId: "submitJob",
  summary: "Upload a catalogue",
  responses: {
    202: {
      description: "The job is accepted. Follow it at `Location`.",
      headers: schemas.submittedHeaders,
      content: { "application/json": { schema: schemas.job } },
    },
    400: problemResponse(
      "The request is malformed, or an option is.",
      ...uploadRefusals.malformed,
      "invalid_idempotency_key",
    ),
    409: problemResponse("The first request with this `Idempotency-Key` is still under way.", "idempotency_in_flight"),
    413: uploadRefusals.tooLarge,
    415: uploadRefusals.wrongType,
    422: problemResponse(
      "The CSV cannot be used; `errors` names every problem. Or the `Idempotency-Key` came with another request before " +
        "(`idempotency_key_reused`).",
      "missing_columns",
      "empty_csv",
      "invalid_csv",
      "invalid_rows",
      "too_many_columns",
      "too_many_rows",
      "too_many_images",
      "idempotency_key_reused",
    ),
  },
});

// The body is documented here but read by `readUpload`, which caps it before anything parses it.
jobRoutes.openAPIRegistry.registerPath({
  ...submitRoute,
  request: {
    headers: schemas.submitHeaders,
    body: uploadBody,
  },
});

jobRoutes.openapi({ ...submitRoute, hide: true }, async (c) => {
  const config = readConfig(c.env);
  const key = readIdempotencyKey(c.req.header("idempotency-key"));
  const upload = await readUpload(c.req.raw, config.maxCsvBytes);
  const { origin } = new URL(c.req.url);
  const asked = readJobOptions(upload.fields, config, origin, { onInvalid: "skip", scale: 1 });
  const owner = ownerOf(c.var.caller);
  const submitted = await submitOnce(c.env.DB, owner, key, () => fingerprintOf(c.req.path, upload), {
    make: (jobId) =>
      submitCsv(c.env, config, { csv: upload.csv, table: upload.table, dialect: "v1", jobId, owner, origin, ...asked }),
    summarize: (job) => currentSummary(c.env, job),
  });
  if (submitted.replayed) c.header("idempotent-replayed", "true");
  return c.json(submitted.body, 202, { location: `/v1/jobs/${submitted.jobId}`, "retry-after": "1" });
});

jobRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs",
    operationId: "listJobs",
    summary: "The jobs, newest first",
    request: {
      query: z.object({
        state: schemas.jobState.optional(),
        cursor: z.string().optional(),
        limit: z.coerce.number().int().min(1).max(100).default(20),
      }),
    },
    responses: {
      200: { description: "One page.", content: { "application/json": { schema: schemas.jobsPage } } },
      400: problemResponse("A query parameter is out of bounds.", "invalid_parameter"),
    },
  }),
  async (c) => {
    const { state, cursor, limit } = c.req.valid("query");
    const jobs = await listJobs(c.env.DB, { owner: ownerOf(c.var.caller), state, limit, after: readCursor(cursor) });
    const summaries = await Promise.all(jobs.map((job) => currentSummary(c.env, job)));
    const last = jobs.length === limit ? jobs.at(-1) : undefined;
    return c.json({ jobs: summaries, next_cursor: last ? writeCursor(last) : null }, 200);
  },
);

// What is polled says when nothing has changed, and then too when to ask again.
jobRoutes.use("/v1/jobs/:id", etag({ weak: true, retainedHeaders: [...RETAINED_304_HEADERS, "retry-after"] }));

jobRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs/{id}",
    operationId: "getJob",
    summary: "How a job stands",
    request: { params: schemas.jobParams },
    responses: {
      200: { description: "The job.", content: { "application/json": { schema: schemas.job } } },
      304: { description: "Nothing has changed since the `ETag` in `If-None-Match`." },
      404: problemResponse("There is no such job.", "job_not_found"),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.var.caller, c.req.valid("param").id);
    const summary = await currentSummary(c.env, job);
    if (!isEnded(summary)) c.header("retry-after", "1");
    c.header("cache-control", "private, no-cache");
    return c.json(summary, 200);
  },
);

jobRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/jobs/{id}/cancel",
    operationId: "cancelJob",
    summary: "Stop a job; images that are done stay done",
    request: { params: schemas.jobParams },
    responses: {
      202: {
        description: "The job stops, or had ended already.",
        content: { "application/json": { schema: schemas.job } },
      },
      404: problemResponse("There is no such job.", "job_not_found"),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.var.caller, c.req.valid("param").id);
    if (!isEnded(job)) await c.env.COORDINATOR.getByName(job.id).cancel();
    const now = await requireJob(c.env.DB, c.var.caller, job.id);
    return c.json(await currentSummary(c.env, now), 202);
  },
);

jobRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/jobs/{id}/retry",
    operationId: "retryJob",
    summary: "Send the failed images through once more",
    request: { params: schemas.jobParams },
    responses: {
      202: {
        description: "The failed images are processed again, or there are none.",
        content: { "application/json": { schema: schemas.job } },
      },
      404: problemResponse("There is no such job.", "job_not_found"),
      409: problemResponse("The job was cancelled.", "job_cancelled"),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.var.caller, c.req.valid("param").id);
    if (job.state === "cancelled") {
      throw new Problem({
        status: 409,
        code: "job_cancelled",
        detail: "A cancelled job cannot be retried. Upload its catalogue again.",
      });
    }
    await c.env.COORDINATOR.getByName(job.id).retry();
    const now = await requireJob(c.env.DB, c.var.caller, job.id);
    return c.json(await currentSummary(c.env, now), 202);
  },
);

jobRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/jobs/{id}",
    operationId: "deleteJob",
    summary: "Take a job away: its files, its images and all that is known of it",
    request: { params: schemas.jobParams },
    responses: {
      204: { description: "The job is gone; what it stored goes within moments." },
      404: problemResponse("There is no such job.", "job_not_found"),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.var.caller, c.req.valid("param").id);
    await c.env.COORDINATOR.getByName(job.id).discard(job.id);
    await deleteJob(c.env.DB, job.id);
    return c.body(null, 204);
  },
);

function writeCursor(job: JobRecord): string {
  return `${job.createdAt}_${job.id}`;
}

function readCursor(cursor: string | undefined): { createdAt: number; id: string } | undefined {
  if (cursor === undefined) return undefined;
  const parts = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(cursor);
  if (parts === null) {
    throw new Problem({ status: 400, code: "invalid_parameter", detail: "`cursor` must be a `next_cursor` of ours." });
  }
  return { createdAt: Number(parts[1]), id: parts[2] ?? "" };
}
