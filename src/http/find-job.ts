// A job by the id in a path, and how it stands.

import { Problem } from "../errors.ts";
import { summarizeJob } from "../job/summary.ts";
import type { JobSummary } from "../job/summary.ts";
import { findJob } from "../store/jobs.ts";
import type { JobRecord } from "../store/jobs.ts";
import { maySee } from "./caller.ts";
import type { Caller } from "./caller.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isJobId(text: string): boolean {
  return uuid.test(text);
}

/** Null for an unknown id, for somebody else's job, and for text that is no id, without asking the database. */
export async function lookUpJob(db: D1Database, caller: Caller, id: string): Promise<JobRecord | null> {
  const job = isJobId(id) ? await findJob(db, id.toLowerCase()) : null;
  return job !== null && maySee(caller, job) ? job : null;
}

/** @throws Problem 404 */
export async function requireJob(db: D1Database, caller: Caller, id: string): Promise<JobRecord> {
  const job = await lookUpJob(db, caller, id);
  if (job === null) {
    throw new Problem({ status: 404, code: "job_not_found", detail: "There is no job with this id." });
  }
  return job;
}

/** The record, and over it what the coordinator has counted since, while the job runs. */
export async function currentSummary(env: Env, job: JobRecord): Promise<JobSummary> {
  // Not its state: a job is `cancelled` before its coordinator has written what became of it.
  const isOver = job.completedAt !== null;
  const snapshot = isOver ? null : await env.COORDINATOR.getByName(job.id).snapshot();
  if (snapshot !== null || isOver) return summarizeJob(job, snapshot);
  // The coordinator has finished since the record was read.
  const ended = await findJob(env.DB, job.id);
  return summarizeJob(ended ?? job, null);
}
