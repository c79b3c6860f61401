// The routes of five earlier services, as thin translations: nothing behind these files knows of them.
//
// `/status/{id}` speaks as the job was uploaded. An unknown id was uploaded nowhere, and its answer suits as many as it
// can: `error` is D's sentence where the path ends in a slash and else B's, `detail` is C's. A's own is at `/fetch`.

import { Hono } from "hono";
import type { Context } from "hono";
import { readConfig } from "../config.ts";
import { Problem } from "../errors.ts";
import { submitCsv } from "../job/submit.ts";
import { readResults } from "../job/read-results.ts";
import { isEnded } from "../job/summary.ts";
import type { JobRecord } from "../store/jobs.ts";
import type { Dialect } from "../store/schema.ts";
import { ownerOf } from "./caller.ts";
import { currentSummary, isJobId, lookUpJob } from "./find-job.ts";
import { readJobOptions } from "./job-options.ts";
import { django } from "./legacy/django.ts";
import { fastapiGridfs } from "./legacy/fastapi-gridfs.ts";
import { flaskMongodb, formatFetched, halvedScale } from "./legacy/flask-mongodb.ts";
import { flaskMysql } from "./legacy/flask-mysql.ts";
import { flaskPostgresql, malformedId } from "./legacy/flask-postgresql.ts";
import { refusalBody } from "./legacy/service.ts";
import type { Service } from "./legacy/service.ts";
import { hasTrailingSlash, readLegacyUpload } from "./legacy/upload.ts";
import type { AppEnv } from "./router.ts";
import { streamText } from "./stream-text.ts";

export const legacyRoutes = new Hono<AppEnv>();

/** A job that came by `/v1` is told about as by B. */
const services: Readonly<Record<Dialect, Service>> = {
  v1: flaskMysql,
  a: flaskMongodb,
  b: flaskMysql,
  c: fastapiGridfs,
  d: django,
  e: flaskPostgresql,
};

legacyRoutes.post("/upload", async (c) => {
  const config = readConfig(c.env);
  const { dialect, csv, fields } = await readLegacyUpload(c.req.raw, config.maxCsvBytes);
  const scale = dialect === "a" ? halvedScale : 1;
  const { origin } = new URL(c.req.url);
  const job = await submitCsv(c.env, config, {
    csv,
    dialect,
    owner: ownerOf(c.var.caller),
    origin,
    ...readJobOptions(fields, config, origin, { onInvalid: "reject", scale }),
  });
  return c.json(services[dialect].accepted(job.id), 200);
});

legacyRoutes.get("/status", async (c) => {
  const job = await requestedJob(c);
  if (job === null) return unknown(c, fastapiGridfs.unknownId);
  return c.json(fastapiGridfs.status(await currentSummary(c.env, job)), 200);
});

legacyRoutes.get("/status/:id", async (c) => {
  const job = await lookUpJob(c.env.DB, c.var.caller, c.req.param("id"));
  if (job === null) {
    const service = hasTrailingSlash(c.req.url) ? django : flaskMysql;
    return unknown(c, service.unknownId, fastapiGridfs.unknownId);
  }
  return c.json(services[job.dialect].status(await currentSummary(c.env, job)), 200);
});

legacyRoutes.get("/job/status/:id", async (c) => {
  const id = c.req.param("id");
  if (!isJobId(id)) return c.json(refusalBody("malformed_id", malformedId), 400);
  const job = await lookUpJob(c.env.DB, c.var.caller, id);
  if (job === null) return unknown(c, flaskPostgresql.unknownId);
  return c.json(flaskPostgresql.status(await currentSummary(c.env, job)), 200);
});

legacyRoutes.get("/fetch/:id", async (c) => {
  const job = await lookUpJob(c.env.DB, c.var.caller, c.req.param("id"));
  if (job === null) return unknown(c, flaskMongodb.unknownId);
  const summary = await currentSummary(c.env, job);
  const { batches, close } = await readResults(c.env, job);
  return new Response(streamText(formatFetched(job, summary.updated_at, batches), close), {
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      // The service wrote an output CSV too, and an array has no place for its address.
      link: `<${summary.links.output_csv}>; rel="alternate"; type="text/csv"`,
    },
  });
});

// C's own worker called this when it was done, and the mail went out. Here the job sends its mail itself, once, and a
// stranger's call sends nothing.
legacyRoutes.post("/webhook-completed", async (c) => {
  const job = await requestedJob(c);
  if (job === null) return unknown(c, fastapiGridfs.unknownId);
  if (!isEnded(job)) {
    return c.json(refusalBody("job_not_finished", "The request is still being processed. Ask again later."), 409);
  }
  return c.json(
    { message: "The request is completed.", ...fastapiGridfs.status(await currentSummary(c.env, job)) },
    200,
  );
});

/** The job of `?request_id=`. @throws Problem 400 without one. */
async function requestedJob(c: Context<AppEnv>): Promise<JobRecord | null> {
  const id = c.req.query("request_id")?.trim() ?? "";
  if (id === "") {
    throw new Problem({
      status: 400,
      code: "invalid_parameter",
      detail: "Name the request: add `?request_id=` with the id that the upload answered.",
    });
  }
  return lookUpJob(c.env.DB, c.var.caller, id);
}

function unknown(c: Context, error: string, detail: string = error): Response {
  return c.json(refusalBody("job_not_found", error, detail), 404);
}
