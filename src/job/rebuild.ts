// What a coordinator knows of its job, taken from the record: after its memory is lost, and where a retry counts anew.

import { listDeliveries } from "../store/deliveries.ts";
import { listImages } from "../store/images.ts";
import type { JobRecord } from "../store/jobs.ts";
import { newState } from "./coordinator-state.ts";
import type { CoordinatorState } from "./coordinator-state.ts";
import { countOutcome, newProgress } from "./progress.ts";
import type { Progress } from "./progress.ts";

const imagesPerQuery = 5_000;

/**
 * The state of a job that has not ended. Its unreported images are dispatched again; those that are on their way all the
 * same are counted once, and an outcome that comes in while this counts is found in the record by its next dispatch.
 */
export async function rebuildState(db: D1Database, job: JobRecord, now: number): Promise<CoordinatorState> {
  const { id: jobId, origin, imageBaseUrl, images, imagesTotal } = job;
  const fresh = newState({ jobId, origin, imageBaseUrl, images, imagesTotal }, now);
  return {
    ...fresh,
    run: await nextRunNumber(db, jobId),
    progress: await countRecorded(db, jobId, fresh.progress),
    cancelled: job.state === "cancelled",
  };
}

/** Counts the outcomes that the record holds. */
export async function countRecorded(
  db: D1Database,
  jobId: string,
  { images, imagesTotal }: Pick<Progress, "images" | "imagesTotal">,
): Promise<Progress> {
  const progress = newProgress(images, imagesTotal);
  for (let after = 0; after < images; after += imagesPerQuery) {
    for (const image of await listImages(db, jobId, { after, limit: imagesPerQuery })) {
      const { outcome } = image;
      if (outcome !== null) countOutcome(progress, { ...image, outcome });
    }
  }
  return progress;
}

/** One past those that announced an end: an id that was used would be taken for a repeat. */
async function nextRunNumber(db: D1Database, jobId: string): Promise<number> {
  const runs = (await listDeliveries(db, jobId)).map(({ id }) =>
    Number(/^(?:msg|mail)_[^_]+_(\d+)/.exec(id)?.[1] ?? 0),
  );
  return Math.max(0, ...runs) + 1;
}
