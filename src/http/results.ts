// What came of a job: its images one by one, and the catalogue with the new URLs.

import { createRoute, z } from "@hono/zod-openapi";
import { Problem } from "../errors.ts";
import { renderOutput } from "../job/finish.ts";
import { describeImage } from "../job/image-summary.ts";
import { readResults } from "../job/read-results.ts";
import { isEnded } from "../job/summary.ts";
import { listImages } from "../store/images.ts";
import type { JobRecord } from "../store/jobs.ts";
import { outputKey } from "../store/objects.ts";
import { requireJob } from "./find-job.ts";
import { formatOutputJson } from "./output-json.ts";
import { newRouter } from "./router.ts";
import * as schemas from "./schemas.ts";
import { problemResponse } from "./schemas.ts";
import { streamText } from "./stream-text.ts";

export const resultRoutes = newRouter();

resultRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs/{id}/images",
    operationId: "listImages",
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
      400: problemResponse("A query parameter is out of bounds.", "invalid_parameter"),
      404: problemResponse("There is no such job.", "job_not_found"),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.var.caller, c.req.valid("param").id);
    const { cursor, limit, outcome } = c.req.valid("query");
    const images = await listImages(c.env.DB, job.id, { after: cursor, limit, outcome });
    const last = images.length === limit ? images.at(-1) : undefined;
    return c.json(
      { images: images.map((image) => describeImage(job, image)), next_cursor: last ? String(last.position) : null },
      200,
    );
  },
);

resultRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs/{id}/output.csv",
    operationId: "getOutputCsv",
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
      400: problemResponse("A query parameter is out of bounds.", "invalid_parameter"),
      404: problemResponse("There is no such job.", "job_not_found"),
      409: problemResponse("The job has not ended, and `partial=true` was not asked for.", "job_not_finished"),
    },
  }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.var.caller, c.req.valid("param").id);
    const { columns, excel, partial } = c.req.valid("query");
    refuseUnfinished(job, partial);
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

const outputJson = {
  method: "get",
  path: "/v1/jobs/{id}/output.json",
  operationId: "getOutputJson",
  summary: "The catalogue with what became of each image",
  request: {
    params: schemas.jobParams,
    query: z.object({ partial: z.enum(["true", "false"]).optional() }),
  },
} as const;

resultRoutes.openAPIRegistry.registerPath({
  ...outputJson,
  responses: {
    200: {
      description: "The products in the catalogue's order.",
      content: { "application/json": { schema: schemas.output } },
    },
    400: problemResponse("A query parameter is out of bounds.", "invalid_parameter"),
    404: problemResponse("There is no such job.", "job_not_found"),
    409: problemResponse("The job has not ended, and `partial=true` was not asked for.", "job_not_finished"),
  },
});

// Registered apart: a route that is said to answer JSON must hand it over whole, and this one is sent as it is read.
resultRoutes.openapi(
  createRoute({ ...outputJson, hide: true, responses: { 200: { description: "The same." } } }),
  async (c) => {
    const job = await requireJob(c.env.DB, c.var.caller, c.req.valid("param").id);
    refuseUnfinished(job, c.req.valid("query").partial);
    const results = await readResults(c.env, job);
    return new Response(streamText(formatOutputJson(job, results), results.close), {
      headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    });
  },
);

/** @throws Problem 409 */
function refuseUnfinished(job: JobRecord, partial: "true" | "false" | undefined): void {
  if (isEnded(job) || partial === "true") return;
  throw new Problem({
    status: 409,
    code: "job_not_finished",
    detail: "The job has not ended. Wait for it, or add `partial=true` for what there is so far.",
    headers: { "retry-after": "1" },
  });
}
