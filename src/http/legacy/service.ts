// What the earlier services have in common: each takes an upload and tells how it stands, in words of its own.

import type { JobSummary } from "../../job/summary.ts";
import type { JobState } from "../../store/schema.ts";

export interface Service {
  /** Answers an accepted upload. */
  accepted: (requestId: string) => object;
  /** Answers how a job stands. */
  status: (job: JobSummary) => object;
  /** The sentence about an id that is not known. */
  unknownId: string;
}

/** The word for each state; none of the services knew cancelling, which their callers take as a failure. */
export type Words = Readonly<Record<JobState, string>>;

/** The answer that four of the five gave. */
export function requestIdAlone(requestId: string): object {
  return { request_id: requestId };
}

/** What every status carries beside the words of its service. Not the options: they name people and receivers. */
export function commonStatus(job: JobSummary) {
  return {
    request_id: job.request_id,
    state: job.state,
    outcome: job.outcome,
    products: job.products,
    images_total: job.images_total,
    images_processed: job.images_processed,
    images_succeeded: job.images_succeeded,
    images_failed: job.images_failed,
    links: job.links,
  };
}

/** Some read `error`, some `detail`; every refusal carries both. */
export function refusalBody(code: string, error: string, detail: string = error) {
  return { error, detail, code };
}
