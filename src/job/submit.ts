// From the bytes of an upload to an accepted job.

import type { Config } from "../config.ts";
import type { JobRecord } from "../store/jobs.ts";
import type { Dialect, JobOptions } from "../store/schema.ts";
import { acceptJob } from "./accept.ts";
import { parseCsv } from "../catalogue/csv.ts";
import type { Table } from "../catalogue/csv.ts";
import { validateTable } from "../catalogue/validate.ts";

export interface Submission {
  /** Where the caller has to know it beforehand; else a new one is made. */
  jobId?: string;
  csv: Uint8Array;
  /** What the CSV says, where that is known already. */
  table?: Table | null;
  /** The API key that asks; null where none is asked for. */
  owner: string | null;
  dialect: Dialect;
  options: JobOptions;
  webhookUrl: string | null;
  onInvalid: "skip" | "reject";
  /** Where the API was called: `https://host`. */
  origin: string;
}

/** @throws Problem 422 for a CSV that cannot be used. */
export async function submitCsv(env: Env, config: Config, submission: Submission): Promise<JobRecord> {
  const table = submission.table ?? parseCsv(submission.csv);
  const catalogue = validateTable(table, { onInvalid: submission.onInvalid, maxImages: config.maxImages });
  return acceptJob(env, {
    jobId: submission.jobId ?? crypto.randomUUID(),
    catalogue,
    input: submission.csv,
    owner: submission.owner,
    dialect: submission.dialect,
    options: submission.options,
    webhookUrl: submission.webhookUrl,
    origin: submission.origin,
    imageBaseUrl: config.publicBaseUrl === "" ? submission.origin : config.publicBaseUrl,
  });
}
