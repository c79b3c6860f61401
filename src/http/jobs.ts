// `/v1/jobs`: upload a catalogue, see how its job stands, fetch what came of it.

import { createRoute, z } from "@hono/zod-openapi";
import { readConfig } from "../config.ts";
import { codeOf, describeFailure, Problem } from "../errors.ts";
import { renderOutput } from "../job/finish.ts";
import { submitCsv } from "../job/submit.ts";
import { isEnded } from "../job/summary.ts";
import { imageUrl } from "../job/image-url.ts";
import { listImages } from "../store/images.ts";
import type { ImageRecord } from "../store/images.ts";
import type { JobRecord } from "../store/jobs.ts";
import { outputKey } from "../store/objects.ts";
import { currentSummary, requireJob } from "./find-job.ts";
import { readJobOptions } from "./job-options.ts";
import { newRouter } from "./router.ts";
import * as schemas from "./schemas.ts";
import { problemResponse } from "./schemas.ts";
import { readUpload } from "./upload.ts";

export const jobRoutes = newRouter();

const submitRoute = createRoute({
  method: "post",
  path: "/v1/jobs",
  summary: "Upload a catalogue",
  responses: {
    202: {
      description: "The job is accepted. Follow it at `Location`.",
      content: { "application/json": { schema: schemas.job } },
    },
    400: problemResponse("The request is malformed, or an option is."),
    413: problemResponse("The CSV is too large."),
    415: problemResponse("The body is neither a form nor a CSV."),
    422: problemResponse("The CSV cannot be used; `errors` names every problem."),
  },
});

// The body is documented here but read by `readUpload`, which caps it before anything parses it.
jobRoutes.openAPIRegistry.registerPath({
  ...submitRoute,
  request: {
    body: {
      required: true,
      content: {
        "multipart/form-data": {
          schema: z.object({
            file: z.string().meta({ format: "binary", description: "The CSV." }),
            quality: z.int().min(1).max(100).optional(),
            webhook_url: z.url().optional(),
            on_invalid: z.enum(["skip", "reject"]).optional(),
          }),
        },
        "text/csv": { schema: z.string() },
      },
    },
  },
});

jobRoutes.openapi({ ...submitRoute, hide: true }, async (c) => {
  const config = readConfig(c.env);
  const upload = await readUpload(c.req.raw, config.maxCsvBytes);
  const asked = readJobOptions(upload.fields, config, { onInvalid: "skip" });
  const job = await submitCsv(c.env, config, {
    csv: upload.csv,
    dialect: "v1",
    origin: new URL(c.req.url).origin,
    ...asked,
  });
  const summary = await currentSummary(c.env, job);
  return c.json(summary, 202, { location: `/v1/jobs/${job.id}`, "retry-after": "1" });
});

jobRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs/{id}",
    summary: "How a job stands",
    request: { params: schemas.jobParams },
    responses: {
      200: { description: "The job.", content: { "application/json": { schema: schemas.job } } },
      404: problemResponse("There is no such job."),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.req.valid("param").id);
    const summary = await currentSummary(c.env, job);
    if (!isEnded(summary)) c.header("retry-after", "1");
    c.header("cache-control", "no-store");
    return c.json(summary, 200);
  },
);

jobRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs/{id}/images",
    summary: "The images of a job and what became of each",
    request: {
      params: schemas.jobParams,
      query: z.object({
        outcome: schemas.outcome.optional(),
        cursor: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
    },
    responses: {
      200: { description: "One page.", content: { "application/json": { schema: schemas.imagesPage } } },
      400: problemResponse("A query parameter is out of bounds."),
      404: problemResponse("There is no such job."),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.req.valid("param").id);
    const { cursor, limit, outcome } = c.req.valid("query");
    const images = await listImages(c.env.DB, job.id, { after: cursor, limit, outcome });
    const last = images.length === limit ? images.at(-1) : undefined;
    return c.json(
      { images: images.map((image) => toImageBody(job, image)), next_cursor: last ? String(last.position) : null },
      200,
    );
  },
);

jobRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs/{id}/output.csv",
    summary: "The catalogue with the new URLs",
    request: {
      params: schemas.jobParams,
      query: z.object({
        columns: z.enum(["extended"]).optional(),
        excel: z.enum(["true", "false"]).optional(),
        partial: z.enum(["true", "false"]).optional(),
      }),
    },
    responses: {
      200: { description: "The CSV.", content: { "text/csv": { schema: z.string() } } },
      404: problemResponse("There is no such job."),
      409: problemResponse("The job has not ended, and `partial=true` was not asked for."),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.req.valid("param").id);
    const { columns, excel, partial } = c.req.valid("query");
    if (!isEnded(job) && partial !== "true") {
      throw new Problem({
        status: 409,
        code: "job_not_finished",
        detail: "The job has not ended. Wait for it, or add `partial=true` for what there is so far.",
        headers: { "retry-after": "1" },
      });
    }
    const headers = {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="output-${job.id}.csv"; filename*=UTF-8''output-${job.id}.csv`,
      "cache-control": "no-store",
    };
    const options = { extended: columns === "extended", excel: excel === "true" };
    if (isEnded(job) && !options.extended && !options.excel) {
      const stored = await c.env.FILE_BUCKET.get(outputKey(job.id));
      if (stored !== null) return new Response(stored.body, { headers });
    }
    return new Response(await renderOutput(c.env, job, options), { headers });
  },
);

jobRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/jobs/{id}/cancel",
    summary: "Stop a job; images that are done stay done",
    request: { params: schemas.jobParams },
    responses: {
      202: {
        description: "The job stops, or had ended already.",
        content: { "application/json": { schema: schemas.job } },
      },
      404: problemResponse("There is no such job."),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.req.valid("param").id);
    if (!isEnded(job)) await c.env.COORDINATOR.getByName(job.id).cancel();
    const now = await requireJob(c.env.DB, job.id);
    return c.json(await currentSummary(c.env, now), 202);
  },
);

function toImageBody(job: JobRecord, image: ImageRecord): z.infer<typeof schemas.image> {
  return {
    position: image.position,
    source: image.url,
    uses: image.uses,
    output: imageUrl(job, image),
    outcome: image.outcome,
    code: image.failure === null ? null : codeOf(image.failure),
    message: image.failure === null ? null : describeFailure(image.failure),
    format: image.format,
    width: image.width,
    height: image.height,
    bytes_in: image.bytesIn,
    bytes_out: image.bytesOut,
    attempts: image.attempts,
  };
}
