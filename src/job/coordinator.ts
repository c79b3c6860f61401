// The coordinator of one job: dispatches its images, counts each once, watches over those that stay silent, finishes.
//
//            start            all counted, or cancelled            steps done
//   (none) --------> running ---------------------------> finishing ----------> ended
//                    alarm: dispatch, watch               alarm: output CSV,    alarm: deliveries,
//                    report: count                        totals to D1          until none is due
//
// Everything is done by the alarm, which the platform repeats until it succeeds, and every step is saved before the
// next and safe to repeat; so a crash anywhere resumes where it stood. `report` only counts and, when there is
// something to do, calls the alarm. Other events may come in at any `await`: read `this.state` again after one.

import { DurableObject } from "cloudflare:workers";
import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { maxMessagesPerSend, mayStillWait, sendImages } from "../store/messages.ts";
import { findJob, markCancelled, markProcessing } from "../store/jobs.ts";
import { recordOutcomes } from "../store/images.ts";
import { announceEnd, attemptDelivery, recordAttempts } from "./deliver.ts";
import type { PendingDelivery } from "./deliver.ts";
import { discardHalfAccepted } from "./accept.ts";
import { recordTotals, writeOutput } from "./finish.ts";
import { logEvent, logFailure } from "./log.ts";
import { countOutcome, isComplete, newProgress, unreportedUpTo } from "./progress.ts";
import type { CountedOutcome, Progress } from "./progress.ts";
import type { Snapshot } from "./summary.ts";

interface CoordinatorState {
  jobId: string;
  phase: "running" | "finishing" | "ended";
  cancelled: boolean;
  progress: Progress;
  /** Positions up to here have been dispatched at least once. */
  cursor: number;
  startedAt: number;
  lastDispatchAt: number;
  /** Last dispatch or report: silence is counted from here. */
  lastNewsAt: number;
  /** Rounds of dispatching that brought no news at all. */
  silentRounds: number;
  completedAt: number | null;
  outputWritten: boolean;
  totalsRecorded: boolean;
  deliveries: PendingDelivery[];
  /** Alarms that failed in a row. */
  failures: number;
}

const stateKey = "state";
/** A job whose row does not come within this time was never accepted: its upload broke off. */
const acceptWithinMs = 600_000;
const firstLookMs = 15_000;
/** The queue keeps a message for four days; older ones are gone for certain. */
const queueRetentionMs = 4 * 86_400_000;
const maxBackoffMs = 300_000;

export class Coordinator extends DurableObject<Env> {
  private state: CoordinatorState | null;
  private readonly config: Config;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.config = readConfig(env);
    this.state = ctx.storage.kv.get<CoordinatorState>(stateKey) ?? null;
  }

  /**
   * Makes ready for a job whose row is about to be written. Should the upload break off before `start`, the alarm
   * finds out whether the row was written, and starts the job or clears what was left of it.
   */
  async prepare(jobId: string, images: number, imagesTotal: number): Promise<void> {
    if (this.state !== null) return;
    const now = Date.now();
    this.state = {
      jobId,
      phase: "running",
      cancelled: false,
      progress: newProgress(images, imagesTotal),
      cursor: 0,
      startedAt: now,
      lastDispatchAt: now,
      lastNewsAt: now,
      silentRounds: 0,
      completedAt: null,
      outputWritten: false,
      totalsRecorded: false,
      deliveries: [],
      failures: 0,
    };
    this.save();
    await this.ctx.storage.setAlarm(now + firstLookMs);
  }

  /** Begins at once, in the alarm: the caller does not wait for the queue. False where nothing was prepared. */
  async start(): Promise<boolean> {
    if (this.state === null) return false;
    await this.wake();
    return true;
  }

  /** Counts outcomes. The same outcome again changes nothing, and neither does one that comes after the end. */
  async report(outcomes: readonly CountedOutcome[]): Promise<void> {
    const state = this.state;
    if (state === null || state.phase !== "running") return;
    let news = false;
    for (const outcome of outcomes) news = countOutcome(state.progress, outcome) || news;
    if (!news) return;
    state.lastNewsAt = Date.now();
    state.silentRounds = 0;
    this.save();
    const refillDue = state.cursor < state.progress.images && this.room(state) >= this.config.dispatchWindow / 2;
    if (isComplete(state.progress) || refillDue) await this.wake();
  }

  /** Null before `prepare` and once everything about the job is in the record. */
  snapshot(): Snapshot | null {
    const state = this.state;
    if (state === null || state.totalsRecorded) return null;
    const { succeeded, failed, bytesIn, bytesOut } = state.progress;
    return {
      progress: { succeeded, failed, bytesIn, bytesOut },
      startedAt: state.startedAt,
      updatedAt: Math.max(state.lastNewsAt, Date.now()),
    };
  }

  /** Stops the job. Images that are done stay done; the output CSV tells which. Repeatable. */
  async cancel(): Promise<void> {
    const state = this.state;
    if (state === null || state.phase !== "running" || state.cancelled) return;
    await markCancelled(this.env.DB, state.jobId, Date.now());
    state.cancelled = true;
    this.save();
    await this.wake();
  }

  override async alarm(): Promise<void> {
    const state = this.state;
    if (state === null) return;
    let wakeAt: number | null;
    try {
      wakeAt = await this.advance(state);
      state.failures = 0;
    } catch (error) {
      // The platform gives an alarm up after six failures; a job must not be given up.
      state.failures += 1;
      wakeAt = Date.now() + backoffMs(state.failures);
      logFailure("coordinator_failed", error, { job: state.jobId, failures: state.failures });
    }
    if (this.state === null) return;
    this.save();
    if (wakeAt !== null) await this.ctx.storage.setAlarm(wakeAt);
  }

  /** Does all that can be done now; answers when there is more to do, null for never. */
  private async advance(state: CoordinatorState): Promise<number | null> {
    for (;;) {
      if (state.phase === "running") {
        if (state.cancelled || isComplete(state.progress)) {
          if (!(await this.isAccepted(state))) return this.afterBrokenUpload(state);
          state.phase = "finishing";
          state.completedAt = Date.now();
          this.save();
        } else if (state.cursor === 0 && !(await this.isAccepted(state))) {
          return this.afterBrokenUpload(state);
        } else if (state.cursor < state.progress.images && this.room(state) > 0) {
          await this.dispatchNext(state);
        } else {
          const silentAt = state.lastNewsAt + this.config.watchAfterSeconds * 1000;
          if (Date.now() < silentAt) return silentAt;
          await this.breakSilence(state);
        }
      } else if (state.phase === "finishing") {
        await this.finish(state);
      } else {
        return this.deliver(state);
      }
    }
  }

  private async isAccepted(state: CoordinatorState): Promise<boolean> {
    if ((await findJob(this.env.DB, state.jobId)) === null) return false;
    await markProcessing(this.env.DB, state.jobId, Date.now());
    return true;
  }

  private async afterBrokenUpload(state: CoordinatorState): Promise<number | null> {
    const giveUpAt = state.startedAt + acceptWithinMs;
    if (Date.now() < giveUpAt) return giveUpAt;
    logEvent("job_discarded", { job: state.jobId });
    await discardHalfAccepted(this.env, state.jobId);
    this.state = null;
    await this.ctx.storage.deleteAll();
    return null;
  }

  /**
   * How many more images may be on their way. A window, so that a job of 50,000 images leaves room on the queue for a
   * job of ten that comes after it.
   */
  private room(state: CoordinatorState): number {
    return this.config.dispatchWindow - (state.cursor - state.progress.reportedCount);
  }

  private async dispatchNext(state: CoordinatorState): Promise<void> {
    const count = Math.min(maxMessagesPerSend, this.room(state), state.progress.images - state.cursor);
    const positions = Array.from({ length: count }, (_, index) => state.cursor + 1 + index);
    await sendImages(this.env.IMAGE_QUEUE, state.jobId, positions);
    // A crash before this line sends the same positions again, which changes nothing.
    state.cursor += count;
    state.lastDispatchAt = Date.now();
    state.lastNewsAt = Date.now();
    this.save();
  }

  /** Nobody reported for a while: wait on if the queue is merely long, else dispatch again, at last give up. */
  private async breakSilence(state: CoordinatorState): Promise<void> {
    if (await this.queueIsBehind(state)) {
      state.lastNewsAt = Date.now();
      return;
    }
    const silent = unreportedUpTo(state.progress, state.cursor);
    state.silentRounds += 1;
    if (state.silentRounds >= this.config.maxDispatchRounds) {
      logEvent("images_lost", { job: state.jobId, images: silent.length });
      await this.giveUp(state, silent);
      state.silentRounds = 0;
    } else {
      logEvent("images_dispatched_again", { job: state.jobId, images: silent.length, round: state.silentRounds + 1 });
      for (let sent = 0; sent < silent.length; sent += maxMessagesPerSend) {
        await sendImages(this.env.IMAGE_QUEUE, state.jobId, silent.slice(sent, sent + maxMessagesPerSend));
      }
      state.lastDispatchAt = Date.now();
    }
    state.lastNewsAt = Date.now();
    this.save();
  }

  private async queueIsBehind(state: CoordinatorState): Promise<boolean> {
    if (Date.now() - state.lastDispatchAt > queueRetentionMs) return false;
    try {
      return await mayStillWait(this.env.IMAGE_QUEUE, state.lastDispatchAt);
    } catch (error) {
      // Without the queue's word the job goes on: dispatching again costs little, hanging costs the job.
      logFailure("queue_metrics_failed", error, { job: state.jobId });
      return false;
    }
  }

  private async giveUp(state: CoordinatorState, positions: readonly number[]): Promise<void> {
    const recorded = await recordOutcomes(
      this.env.DB,
      positions.map((position) => ({
        jobId: state.jobId,
        position,
        outcome: "failed",
        failure: { kind: "lost" },
        extension: null,
        format: null,
        width: null,
        height: null,
        bytesIn: null,
        bytesOut: null,
        attempts: this.config.maxDispatchRounds,
      })),
    );
    for (const outcome of recorded) countOutcome(state.progress, outcome);
    // An image without a row has no weight to count by; it counts once, so that the job ends all the same.
    for (const position of positions) {
      countOutcome(state.progress, { position, uses: 1, outcome: "failed", bytesIn: null, bytesOut: null });
    }
  }

  private async finish(state: CoordinatorState): Promise<void> {
    const job = await findJob(this.env.DB, state.jobId);
    if (job === null) throw new Error("The job's row is missing");
    if (!state.outputWritten) {
      await writeOutput(this.env, job);
      state.outputWritten = true;
      this.save();
    }
    if (!state.totalsRecorded) {
      await recordTotals(this.env.DB, job, state.progress, state.cancelled, state.completedAt ?? Date.now());
      state.totalsRecorded = true;
      this.save();
    }
    const ended = await findJob(this.env.DB, state.jobId);
    if (ended === null) throw new Error("The job's row is missing");
    state.deliveries = announceEnd(ended);
    state.phase = "ended";
    this.save();
    logEvent("job_ended", {
      job: job.id,
      state: ended.state,
      outcome: ended.outcome,
      images: ended.imagesTotal,
      failed: ended.imagesFailed,
      bytes_in: ended.bytesIn,
      bytes_out: ended.bytesOut,
      duration_ms: (state.completedAt ?? Date.now()) - state.startedAt,
    });
  }

  private async deliver(state: CoordinatorState): Promise<number | null> {
    for (const delivery of state.deliveries) {
      if (delivery.dueAt !== null && delivery.dueAt <= Date.now()) {
        await attemptDelivery(this.config, state.jobId, delivery);
        this.save();
      }
      if (!delivery.recorded) {
        await recordAttempts(this.env.DB, state.jobId, delivery);
        this.save();
      }
    }
    const due = state.deliveries.flatMap((delivery) => delivery.dueAt ?? []);
    return due.length === 0 ? null : Math.min(...due);
  }

  private async wake(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now());
  }

  private save(): void {
    if (this.state !== null) this.ctx.storage.kv.put(stateKey, this.state);
  }
}

function backoffMs(failures: number): number {
  return Math.min(maxBackoffMs, 1000 * 2 ** Math.min(failures, 9));
}
