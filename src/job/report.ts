// Outcomes on their way to those who count them: first D1, the record, then each job's coordinator in one call.

import { deleteImages, imageKey } from "../store/objects.ts";
import { recordOutcomes } from "../store/images.ts";
import type { ImageOutcome, RecordedOutcome } from "../store/images.ts";

/**
 * Records outcomes and reports them. Where the record already holds another outcome of the same image, or no longer
 * knows the job, ours loses and the object that was stored for it is deleted.
 * @throws when D1, R2 or a coordinator cannot be reached; safe to repeat.
 */
export async function recordAndReport(env: Env, outcomes: readonly ImageOutcome[]): Promise<void> {
  const recorded = await recordOutcomes(env.DB, outcomes);
  const kept = new Set(recorded.flatMap((outcome) => storedKey(outcome) ?? []));
  const orphans = outcomes.flatMap((outcome) => storedKey(outcome) ?? []).filter((key) => !kept.has(key));
  await deleteImages(env.IMAGE_BUCKET, orphans);
  await reportOutcomes(env, recorded);
}

/** Tells each job's coordinator its outcomes, one call a job. */
export async function reportOutcomes(env: Env, recorded: readonly RecordedOutcome[]): Promise<void> {
  const byJob = Map.groupBy(recorded, (outcome) => outcome.jobId);
  await Promise.all(Array.from(byJob, ([jobId, outcomes]) => env.COORDINATOR.getByName(jobId).report(outcomes)));
}

/** Tells each job's coordinator how long it may have to wait for images that are put off. */
export async function reportPostponed(
  env: Env,
  postponed: readonly { jobId: string; seconds: number }[],
): Promise<void> {
  const byJob = Map.groupBy(postponed, ({ jobId }) => jobId);
  await Promise.all(
    Array.from(byJob, ([jobId, waits]) =>
      env.COORDINATOR.getByName(jobId).postpone(Math.max(...waits.map(({ seconds }) => seconds))),
    ),
  );
}

function storedKey(outcome: ImageOutcome): string | null {
  return outcome.extension === null ? null : imageKey(outcome.jobId, outcome.position, outcome.extension);
}
