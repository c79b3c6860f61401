// Puts a job's images on the queue, and again those that nobody reports. Changes the state it is given; the caller saves.

import type { Config } from "../config.ts";
import { recordOutcomes } from "../store/images.ts";
import type { RecordedOutcome } from "../store/images.ts";
import { maxMessagesPerSend, mayStillWait, sendImages } from "../store/messages.ts";
import type { CoordinatorState } from "./coordinator-state.ts";
import { logEvent, logFailure } from "./log.ts";
import { failedOutcome } from "./process.ts";
import { countOutcome, unreportedAfter, unreportedUpTo } from "./progress.ts";

/** The queue keeps a message for four days; older ones are gone for certain. */
const queueRetentionMs = 4 * 86_400_000;

/**
 * How many more images may be on their way. A window, so that a job of 50,000 images leaves room on the queue for a job
 * of ten that comes after it.
 */
export function room(state: CoordinatorState, config: Config): number {
  return config.dispatchWindow - state.outstanding;
}

export function hasUndispatched(state: CoordinatorState): boolean {
  return state.cursor < state.progress.images;
}

export async function dispatchNext(env: Env, config: Config, state: CoordinatorState): Promise<void> {
  const positions = unreportedAfter(state.progress, state.cursor, Math.min(maxMessagesPerSend, room(state, config)));
  const last = positions.at(-1);
  if (last === undefined) {
    state.cursor = state.progress.images;
    return;
  }
  await sendImages(env.IMAGE_QUEUE, state.jobId, positions);
  // A crash before this line sends the same positions again, which changes nothing.
  state.cursor = last;
  state.outstanding += positions.length;
  state.dispatched += positions.length;
  state.lastDispatchAt = Date.now();
  state.lastNewsAt = Date.now();
}

/** Nobody reported for a while: waits on if the queue is merely long, else dispatches again, at last gives up. */
export async function breakSilence(env: Env, config: Config, state: CoordinatorState): Promise<RecordedOutcome[]> {
  let lost: RecordedOutcome[] = [];
  if (!(await queueIsBehind(env, state))) {
    const silent = unreportedUpTo(state.progress, state.cursor);
    state.silentRounds += 1;
    if (state.silentRounds >= config.maxDispatchRounds) {
      logEvent("images_lost", { job: state.jobId, images: silent.length });
      lost = await giveUp(env.DB, config, state, silent);
    } else {
      logEvent("images_dispatched_again", { job: state.jobId, images: silent.length, round: state.silentRounds + 1 });
      for (let sent = 0; sent < silent.length; sent += maxMessagesPerSend) {
        await sendImages(env.IMAGE_QUEUE, state.jobId, silent.slice(sent, sent + maxMessagesPerSend));
      }
      state.lastDispatchAt = Date.now();
      state.dispatched += silent.length;
      state.rounds += 1;
    }
  }
  state.lastNewsAt = Date.now();
  return lost;
}

async function queueIsBehind(env: Env, state: CoordinatorState): Promise<boolean> {
  if (Date.now() - state.lastDispatchAt > queueRetentionMs) return false;
  try {
    return await mayStillWait(env.IMAGE_QUEUE, state.lastDispatchAt);
  } catch (error) {
    // Without the queue's word the job goes on: dispatching again costs little, hanging costs the job.
    logFailure("queue_metrics_failed", error, { job: state.jobId });
    return false;
  }
}

async function giveUp(
  db: D1Database,
  config: Config,
  state: CoordinatorState,
  positions: readonly number[],
): Promise<RecordedOutcome[]> {
  const recorded = await recordOutcomes(
    db,
    positions.map((position) =>
      failedOutcome({ jobId: state.jobId, position, attempts: config.maxDispatchRounds }, { kind: "lost" }),
    ),
  );
  const counted = recorded.filter((outcome) => countOutcome(state.progress, outcome));
  // An image without a row has no weight to count by; it counts once, so that the job ends all the same.
  for (const position of positions) {
    countOutcome(state.progress, { position, uses: 1, outcome: "failed", bytesIn: null, bytesOut: null });
  }
  state.outstanding = unreportedUpTo(state.progress, state.cursor).length;
  state.silentRounds = 0;
  return counted;
}
