// What a caller is told about a job, the same in an answer and in a webhook.

import type { Progress } from "./progress.ts";
import type { JobRecord } from "../store/jobs.ts";
import { jobEvents } from "../store/schema.ts";
import { linksOf } from "./links.ts";

/** A running job as its coordinator sees it. Changes only with news, so that two looks without news are alike. */
export interface Snapshot {
  progress: Counts;
  startedAt: number;
  lastNewsAt: number;
}

type Counts = Pick<Progress, "imagesTotal" | "succeeded" | "failed" | "reused" | "bytesIn" | "bytesOut">;

export type JobSummary = ReturnType<typeof summarizeJob>;

/** @param snapshot null where the record says it all: before the start and after the end. */
export function summarizeJob(job: JobRecord, snapshot: Snapshot | null) {
  const {
    imagesTotal,
    imagesSucceeded: succeeded,
    imagesFailed: failed,
    imagesReused: reused,
    bytesIn,
    bytesOut,
  } = job;
  const recorded = { imagesTotal, succeeded, failed, reused, bytesIn, bytesOut };
  const { webhookEvents, reuse, ...options } = job.options;
  const self = `${job.origin}/v1/jobs/${job.id}`;
  return {
    id: job.id,
    request_id: job.id,
    state: job.state,
    outcome: job.outcome,
    options: {
      ...options,
      email: [...options.email],
      webhook_url: job.webhookUrl,
      webhook_events: webhookEvents ?? [...jobEvents],
      reuse: reuse ?? true,
    },
    products: job.products,
    ...summarizeCounts(snapshot?.progress ?? recorded, isEnded(job)),
    eta_seconds: snapshot === null ? null : etaSeconds(snapshot),
    created_at: isoTime(job.createdAt),
    updated_at: isoTime(Math.max(job.updatedAt, snapshot?.lastNewsAt ?? 0)),
    completed_at: job.completedAt === null ? null : isoTime(job.completedAt),
    expires_at: job.expiresAt === null ? null : isoTime(job.expiresAt),
    error_message: errorMessage(job),
    warnings: job.warnings,
    links: linksOf(self),
  };
}

/** The part of a job's summary that changes while it runs. */
export function summarizeProgress(snapshot: Snapshot) {
  return { ...summarizeCounts(snapshot.progress, false), eta_seconds: etaSeconds(snapshot) };
}

function summarizeCounts({ imagesTotal, succeeded, failed, reused, bytesIn, bytesOut }: Counts, ended: boolean) {
  return {
    images_total: imagesTotal,
    images_processed: succeeded + failed,
    images_succeeded: succeeded,
    images_failed: failed,
    images_reused: reused ?? 0,
    completion_percentage: percentage(succeeded + failed, imagesTotal, ended ? 100 : 0),
    bytes_in: bytesIn,
    bytes_out: bytesOut,
    saved_percent: percentage(bytesIn - bytesOut, bytesIn, 0),
  };
}

export function isEnded(job: Pick<JobRecord, "state">): boolean {
  return job.state === "completed" || job.state === "failed" || job.state === "cancelled";
}

function errorMessage(job: JobRecord): string | null {
  if (job.state !== "failed") return null;
  if (job.imagesTotal === 0) return "The CSV holds no image URL.";
  return `None of the ${job.imagesTotal} images succeeded. The images of the job say why.`;
}

/** One decimal, and never 100 before all is done. */
function percentage(part: number, whole: number, ofNothing: number): number {
  return whole === 0 ? ofNothing : Math.floor((part / whole) * 1000) / 10;
}

function etaSeconds({ progress, startedAt, lastNewsAt }: Snapshot): number | null {
  const processed = progress.succeeded + progress.failed;
  if (processed === 0) return null;
  const elapsedSeconds = (lastNewsAt - startedAt) / 1000;
  return Math.round((elapsedSeconds / processed) * (progress.imagesTotal - processed));
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
