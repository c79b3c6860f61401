// The contracts of earlier services, as thin translations: nothing behind this file knows of them.

import { Hono } from "hono";
import { readConfig } from "../config.ts";
import { submitCsv } from "../job/submit.ts";
import type { JobSummary } from "../job/summary.ts";
import { ownerOf } from "./caller.ts";
import { currentSummary, lookUpJob } from "./find-job.ts";
import { readJobOptions } from "./job-options.ts";
import type { AppEnv } from "./router.ts";
import { readUpload } from "./upload.ts";

export const legacyRoutes = new Hono<AppEnv>();

legacyRoutes.post("/upload", async (c) => {
  const config = readConfig(c.env);
  const upload = await readUpload(c.req.raw, config.maxCsvBytes);
  const asked = readJobOptions(upload.fields, config, { onInvalid: "reject", scale: 1 });
  const job = await submitCsv(c.env, config, {
    csv: upload.csv,
    dialect: "b",
    owner: ownerOf(c.var.caller),
    origin: new URL(c.req.url).origin,
    ...asked,
  });
  return c.json({ request_id: job.id }, 200);
});

legacyRoutes.get("/status/:id", async (c) => {
  const job = await lookUpJob(c.env.DB, c.var.caller, c.req.param("id"));
  if (job === null) {
    const error = "Invalid request ID";
    return c.json({ error, detail: error, code: "job_not_found" }, 404);
  }
  const summary = await currentSummary(c.env, job);
  return c.json({ ...summary, status: statusInDialectB(summary.state) }, 200);
});

function statusInDialectB(state: JobSummary["state"]): "Pending" | "Processing" | "Completed" | "Failed" {
  switch (state) {
    case "queued":
      return "Pending";
    case "processing":
      return "Processing";
    case "completed":
      return "Completed";
    case "failed":
    case "cancelled":
      return "Failed";
  }
}
