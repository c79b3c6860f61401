// What a caller is told about a job, the same in an answer and in a webhook.

import type { Progress } from "./progress.ts";
import type { JobRecord } from "../store/jobs.ts";

/** A running job as its coordinator sees it. */
export interface Snapshot {
  progress: Pick<Progress, "succeeded" | "failed" | "bytesIn" | "bytesOut">;
  startedAt: number;
  updatedAt: number;
}

export type JobSummary = ReturnType<typeof summarizeJob>;

/** @param snapshot null where the record says it all: before the start and after the end. */
export function summarizeJob(job: JobRecord, snapshot: Snapshot | null) {
  const succeeded = snapshot?.progress.succeeded ?? job.imagesSucceeded;
  const failed = snapshot?.progress.failed ?? job.imagesFailed;
  const bytesIn = snapshot?.progress.bytesIn ?? job.bytesIn;
  const bytesOut = snapshot?.progress.bytesOut ?? job.bytesOut;
  const processed = succeeded + failed;
  const ended = isEnded(job);
  const self = `${job.origin}/v1/jobs/${job.id}`;
  return {
    id: job.id,
    request_id: job.id,
    state: job.state,
    outcome: job.outcome,
    options: { quality: job.options.quality, webhook_url: job.webhookUrl },
    products: job.products,
    images_total: job.imagesTotal,
    images_processed: processed,
    images_succeeded: succeeded,
    images_failed: failed,
    completion_percentage: percentage(processed, job.imagesTotal, ended ? 100 : 0),
    bytes_in: bytesIn,
    bytes_out: bytesOut,
    saved_percent: percentage(bytesIn - bytesOut, bytesIn, 0),
    eta_seconds: snapshot === null ? null : etaSeconds(snapshot, processed, job.imagesTotal),
    created_at: isoTime(job.createdAt),
    updated_at: isoTime(Math.max(job.updatedAt, snapshot?.updatedAt ?? 0)),
    completed_at: job.completedAt === null ? null : isoTime(job.completedAt),
    error_message: errorMessage(job),
    warnings: job.warnings,
    links: {
      self,
      images: `${self}/images`,
      output_csv: `${self}/output.csv`,
      cancel: `${self}/cancel`,
    },
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

function etaSeconds(snapshot: Snapshot, processed: number, total: number): number | null {
  if (processed === 0) return null;
  const elapsedSeconds = (snapshot.updatedAt - snapshot.startedAt) / 1000;
  return Math.round((elapsedSeconds / processed) * (total - processed));
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
