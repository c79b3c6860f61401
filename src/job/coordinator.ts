// The coordinator of one job: dispatches its images, counts each once, watches over those that stay silent, finishes.
//
//            start            all counted, or cancelled            steps done
//   (none) --------> running ---------------------------> finishing ----------> ended
//                    alarm: dispatch, watch               alarm: output CSV,
//                    report: count                        totals to D1
//                       ^                                                         |
//                       |            failed images wait again                     | retry
//                       +--------------------- reviving <-------------------------+
//
//   discard, from anywhere: discarding, until nothing of the job is left.
//
// An end leaves deliveries in the outbox; the alarm makes them when they are due, whatever the phase.
//
// Everything is done by the alarm, which the platform repeats until it succeeds, and every step is saved before the
// next and safe to repeat; so a crash anywhere resumes where it stood. `report` only counts and, when there is
// something to do, calls the alarm. Other events may come in at any `await`.

import { DurableObject } from "cloudflare:workers";
import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { countFailures, resetFailedImages } from "../store/images.ts";
import type { RecordedOutcome } from "../store/images.ts";
import { findJob, markCancelled, markProcessing, markRetried } from "../store/jobs.ts";
import { announceEnd } from "./announce.ts";
import { newState, nextRun } from "./coordinator-state.ts";
import type { CoordinatorState, NewCoordination } from "./coordinator-state.ts";
import { discardStep } from "./discard.ts";
import { breakSilence, dispatchNext, hasUndispatched, room } from "./dispatch.ts";
import { EventLog } from "./event-log.ts";
import { deleteUnnamed, recordTotals, writeOutput } from "./finish.ts";
import { describeImage } from "./image-summary.ts";
import { logEvent, logFailure, underRequestId } from "./log.ts";
import { observeJobEnd } from "./observe.ts";
import { Outbox } from "./outbox.ts";
import { countOutcome, isComplete } from "./progress.ts";
import { countRecorded, rebuildState } from "./rebuild.ts";
import { summarizeJob, summarizeProgress } from "./summary.ts";
import type { Snapshot } from "./summary.ts";
import { eventStreamHeaders, formatEvent, Watchers } from "./watchers.ts";

const stateKey = "state";
/** A job whose row does not come within this time was never accepted: its upload broke off. */
const acceptWithinMs = 600_000;
const firstLookMs = 15_000;
const maxBackoffMs = 300_000;

export class Coordinator extends DurableObject<Env> {
  private state: CoordinatorState | null;
  private readonly config: Config;
  private readonly log: EventLog;
  private readonly watchers: Watchers;
  private readonly outbox: Outbox;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.config = readConfig(env);
    this.state = ctx.storage.kv.get<CoordinatorState>(stateKey) ?? null;
    this.outbox = new Outbox(ctx.storage);
    this.log = new EventLog(ctx.storage.sql);
    this.watchers = new Watchers({ log: this.log, progress: () => this.progressEvent() });
    // Left over where this object was evicted between the end and the last watcher's leave.
    if (this.state?.phase === "ended") this.log.clear();
  }

  /**
   * Makes ready for a job whose row is about to be written. Should the upload break off before `start`, the alarm
   * finds out whether the row was written, and starts the job or clears what was left of it.
   */
  async prepare(job: NewCoordination): Promise<void> {
    if (this.state !== null) return;
    this.state = newState(job, Date.now());
    this.save();
    await this.ctx.storage.setAlarm(Date.now() + firstLookMs);
  }

  /** Begins at once, in the alarm: the caller does not wait for the queue. False where nothing was prepared. */
  async start(): Promise<boolean> {
    if (this.state === null) return false;
    await this.wake();
    return true;
  }

  /** Counts outcomes. The same outcome again changes nothing, and neither does one that comes after the end. */
  async report(outcomes: readonly RecordedOutcome[]): Promise<void> {
    const { state } = this;
    if (state === null || state.phase !== "running") return;
    const news = outcomes.filter((outcome) => countOutcome(state.progress, outcome));
    if (news.length === 0) return;
    state.outstanding = Math.max(0, state.outstanding - news.length);
    state.lastNewsAt = Date.now();
    state.silentRounds = 0;
    this.save();
    this.tell(news);
    const refillDue = hasUndispatched(state) && room(state, this.config) >= this.config.dispatchWindow / 2;
    if (isComplete(state.progress) || refillDue) await this.wake();
  }

  /** An image will be tried again in so many seconds: until then its silence is no loss. */
  async postpone(seconds: number): Promise<void> {
    const { state } = this;
    if (state === null || state.phase !== "running") return;
    state.quietUntil = Math.max(state.quietUntil, Date.now() + seconds * 1000);
    state.silentRounds = 0;
    this.save();
  }

  /** Null before `prepare` and once everything about the job is in the record. */
  snapshot(): Snapshot | null {
    const { state } = this;
    if (state === null || state.phase === "discarding") return null;
    const { progress, startedAt, lastNewsAt } = state;
    if (state.phase === "reviving") return { progress: { ...progress, failed: 0 }, startedAt, lastNewsAt };
    return state.totalsRecorded ? null : { progress, startedAt, lastNewsAt };
  }

  /** Stops the job. Images that are done stay done; the output CSV tells which. Repeatable. */
  async cancel(): Promise<void> {
    const { state } = this;
    if (state === null || state.phase !== "running" || state.cancelled) return;
    // Remembered before the record says so: else its consumers would drop what this object still waits for.
    state.cancelled = true;
    this.save();
    await this.wake();
    await markCancelled(this.env.DB, state.jobId, Date.now());
  }

  /** Sends the failed images of an ended job through once more. Repeatable: nothing happens where nothing failed. */
  async retry(): Promise<void> {
    const { state } = this;
    if (state === null || state.phase !== "ended" || state.cancelled || state.progress.failed === 0) return;
    state.phase = "reviving";
    this.save();
    await this.wake();
    await markRetried(this.env.DB, state.jobId, state.completedAt, Date.now());
  }

  /** Makes a delivery once more, at once. False where there is no such delivery. */
  async redeliver(deliveryId: string): Promise<boolean> {
    if (this.state === null || !this.outbox.redeliver(deliveryId)) return false;
    await this.wake();
    return true;
  }

  /**
   * The sweeper found the job neither ended nor moving, or something of it without a job. Looks at once whether there is
   * anything to do. One that has lost its memory takes it from the record, or clears away what no record knows of; so does
   * one that remembers an end which the record does not: then the database was taken back to a time before it.
   */
  async revisit(jobId: string): Promise<void> {
    const known = this.state;
    if (known === null || known.phase === "ended") {
      const job = await findJob(this.env.DB, jobId);
      if (job === null) return this.discard(jobId);
      if (job.completedAt !== null) return;
      const rebuilt = await rebuildState(this.env.DB, job, Date.now());
      const current = this.state;
      if (current !== known || (current !== null && current.phase !== "ended")) return;
      if (known !== null) rebuilt.run = Math.max(rebuilt.run, known.run + 1);
      this.state = rebuilt;
      this.save();
      this.watchers.reopen();
      logEvent("coordinator_rebuilt", { job: jobId, run: rebuilt.run, counted: rebuilt.progress.reportedCount });
    }
    await this.wake();
  }

  /** Takes everything about the job away, in the alarm. Works for a job this object never heard of, too. */
  async discard(jobId: string): Promise<void> {
    this.state ??= newState({ jobId, origin: "", imageBaseUrl: "", images: 0, imagesTotal: 0 }, Date.now());
    this.state.phase = "discarding";
    this.save();
    this.watchers.end(null);
    await this.wake();
  }

  /** Server-sent events of a running job; 204 when it does not run (any more). */
  override async fetch(request: Request): Promise<Response> {
    const { state } = this;
    if (state === null || state.phase === "ended" || state.phase === "discarding") {
      return new Response(null, { status: 204 });
    }
    const lastSeen = Number(request.headers.get("last-event-id") ?? 0);
    const after = Number.isSafeInteger(lastSeen) && lastSeen > 0 ? lastSeen : 0;
    return new Response(this.watchers.open(after), { headers: eventStreamHeaders });
  }

  override async alarm(): Promise<void> {
    await underRequestId(crypto.randomUUID(), () => this.work());
  }

  private async work(): Promise<void> {
    const { state } = this;
    if (state === null) return;
    let wakeAt: number | null;
    try {
      wakeAt = await this.advance();
      if (this.state !== null) this.state.failures = 0;
    } catch (error) {
      // The platform gives an alarm up after six failures; a job must not be given up.
      state.failures += 1;
      wakeAt = Date.now() + backoffMs(state.failures);
      logFailure("coordinator_failed", error, { job: state.jobId, failures: state.failures });
    }
    if (this.state === null) return;
    this.save();
    if (wakeAt === null) return;
    // Whatever came in meanwhile may want to be seen to earlier.
    const wanted = await this.ctx.storage.getAlarm();
    if (wanted === null || wakeAt < wanted) await this.ctx.storage.setAlarm(wakeAt);
  }

  /** Does all that can be done now; answers when there is more to do, null for never. */
  private async advance(): Promise<number | null> {
    let next: Next = "again";
    while (next === "again") {
      const { state } = this;
      next = state === null ? null : await this.step(state);
    }
    const { state } = this;
    if (state === null || state.phase === "discarding") return next;
    await this.outbox.deliverDue(this.env, this.config, { id: state.jobId, origin: state.origin });
    const dueAt = this.outbox.nextDueAt();
    return next === null || dueAt === null ? (next ?? dueAt) : Math.min(next, dueAt);
  }

  private async step(state: CoordinatorState): Promise<Next> {
    switch (state.phase) {
      case "running":
        return this.run(state);
      case "finishing":
        return this.finish(state);
      case "ended":
        return null;
      case "reviving":
        return this.revive(state);
      case "discarding":
        return this.discardMore(state);
    }
  }

  private async run(state: CoordinatorState): Promise<Next> {
    const isDone = state.cancelled || isComplete(state.progress);
    if ((isDone || state.cursor === 0) && !(await this.isAccepted(state))) return this.awaitUpload(state);
    if (state.cancelled || isComplete(state.progress)) {
      state.phase = "finishing";
      state.completedAt = Date.now();
    } else if (hasUndispatched(state) && room(state, this.config) > 0) {
      await dispatchNext(this.env, this.config, state);
    } else {
      const silentAt = Math.max(state.lastNewsAt, state.quietUntil) + this.config.watchAfterSeconds * 1000;
      if (Date.now() < silentAt) return silentAt;
      this.tell(await breakSilence(this.env, this.config, state));
    }
    this.save();
    return "again";
  }

  private async isAccepted(state: CoordinatorState): Promise<boolean> {
    if ((await findJob(this.env.DB, state.jobId)) === null) return false;
    await markProcessing(this.env.DB, state.jobId, Date.now());
    return true;
  }

  private awaitUpload(state: CoordinatorState): Next {
    const giveUpAt = state.startedAt + acceptWithinMs;
    if (Date.now() < giveUpAt) return giveUpAt;
    logEvent("upload_discarded", { job: state.jobId });
    state.phase = "discarding";
    this.save();
    return "again";
  }

  private async finish(state: CoordinatorState): Promise<Next> {
    const job = await findJob(this.env.DB, state.jobId);
    if (job === null) throw new Error("The job's row is missing");
    if (state.cancelled) {
      // Consumers were at work when it was cancelled. From here on the record takes no outcome, so it is what counts.
      await markCancelled(this.env.DB, job.id, Date.now());
      state.progress = await countRecorded(this.env.DB, job.id, state.progress);
      await deleteUnnamed(this.env, job);
    }
    if (!state.outputWritten) {
      await writeOutput(this.env, job);
      state.outputWritten = true;
      this.save();
    }
    const completedAt = state.completedAt ?? Date.now();
    const expiresAt = completedAt + this.config.retentionMs;
    const ended = await recordTotals(this.env.DB, job, state.progress, state.cancelled, { completedAt, expiresAt });
    const failures = ended.options.email.length === 0 ? [] : await countFailures(this.env.DB, job.id);
    if (state.phase !== "finishing") return "again";
    // With the phase in one write: either the end is announced and over, or neither.
    const deliveries = announceEnd(ended, state.run, failures);
    this.outbox.add(deliveries);
    state.totalsRecorded = true;
    state.phase = "ended";
    this.save();
    this.watchers.end(summarizeJob(ended, null));
    observeJobEnd(this.env, ended, state, { deliveries: deliveries.length, now: Date.now() });
    return "again";
  }

  /** Makes the failed images wait again and counts anew, from the record, those that are done. */
  private async revive(state: CoordinatorState): Promise<Next> {
    await resetFailedImages(this.env.DB, state.jobId);
    await markRetried(this.env.DB, state.jobId, state.completedAt, Date.now());
    const progress = await countRecorded(this.env.DB, state.jobId, state.progress);
    if (state.phase !== "reviving") return "again";
    this.state = nextRun(state, progress, Date.now());
    this.save();
    this.watchers.reopen();
    return "again";
  }

  private async discardMore(state: CoordinatorState): Promise<Next> {
    if (!(await discardStep(this.env, state.jobId))) return Date.now();
    logEvent("job_discarded", { job: state.jobId });
    this.state = null;
    this.outbox.clear();
    await this.ctx.storage.deleteAll();
    return null;
  }

  /** Logs outcomes for those who watch. */
  private tell(outcomes: readonly RecordedOutcome[]): void {
    const job = { id: this.state?.jobId ?? "", imageBaseUrl: this.state?.imageBaseUrl ?? "" };
    this.log.append(outcomes.map((outcome) => formatEvent("image", describeImage(job, outcome))));
    this.watchers.notify();
  }

  private progressEvent(): unknown {
    const snapshot = this.snapshot();
    return snapshot === null ? null : summarizeProgress(snapshot);
  }

  private async wake(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now());
  }

  private save(): void {
    if (this.state !== null) this.ctx.storage.kv.put(stateKey, this.state);
  }
}

/** When there is more to do: a time in ms, never, or at once. */
type Next = number | null | "again";

function backoffMs(failures: number): number {
  return Math.min(maxBackoffMs, 1000 * 2 ** Math.min(failures, 9));
}
