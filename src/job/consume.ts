// A batch of messages: each is acked or retried on its own, and nothing here throws, because a throw would retry the
// whole batch (and locally even those already acked).
//
// The images of a batch download side by side, inside the isolate's byte budget, and are encoded as they come, one at
// a time. Their outcomes are recorded and reported together. Should a batch die with its isolate (out of memory or of
// CPU time), its messages come again: then they are taken one by one, each outcome is recorded at once, and every
// other time they are walked backwards, so that one poisoned image cannot take its neighbours with it.

import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { isTransient } from "../errors.ts";
import type { ImageFailure } from "../errors.ts";
import { countTries, loadWork } from "../store/images.ts";
import type { ImageOutcome, RecordedOutcome, Work } from "../store/images.ts";
import { readMessage } from "../store/messages.ts";
import type { ImageMessage } from "../store/messages.ts";
import { deleteImageAt } from "../store/objects.ts";
import { Laps } from "./laps.ts";
import { logEvent, logFailure } from "./log.ts";
import { observeImage, observePutOff } from "./observe.ts";
import type { ImageWay } from "./observe.ts";
import { failedOutcome, processImage } from "./process.ts";
import { recordAndReport, reportOutcomes, reportPostponed } from "./report.ts";
import { obtain, reusableVersion } from "./reuse.ts";

/** Waits before the second, third and fourth attempt at a download; the last one repeats. */
const downloadRetrySeconds = [10, 60, 300] as const;
/** A source may ask for patience, but the job waits for this image. */
const maxRetryAfterSeconds = 900;
/** Waits after a failure of our own platform; the last one repeats. */
const outageRetrySeconds = [5, 10, 20, 40, 60] as const;

interface Task {
  message: Message;
  work: Work;
}

export async function consumeImages(batch: MessageBatch, env: Env): Promise<void> {
  // Local emulation may deliver empty batches.
  if (batch.messages.length === 0) return;
  const config = readConfig(env);
  const messages = readMessages(batch);
  let tasks: Task[];
  try {
    tasks = await sortOut(env, config, messages);
  } catch (error) {
    retryAll(messages.keys(), error);
    return;
  }
  const attempts = Math.max(0, ...tasks.map(({ message }) => message.attempts));
  if (attempts > 1) {
    const walk = attempts % 2 === 0 ? tasks : tasks.toReversed();
    for (const task of walk) await settle(env, config, [task]);
  } else {
    await settle(env, config, tasks);
  }
}

/** Messages whose every delivery failed: their images are reported as failed, so that their jobs end. */
export async function consumeDeadLetters(batch: MessageBatch, env: Env): Promise<void> {
  if (batch.messages.length === 0) return;
  const messages = readMessages(batch);
  try {
    const outcomes = Array.from(messages, ([message, { job, position }]) =>
      failedOutcome({ jobId: job, position, attempts: message.attempts }, { kind: "internal" }),
    );
    await recordAndReport(env, outcomes);
    logEvent("dead_letters", { images: outcomes.length });
    const config = readConfig(env);
    for (const outcome of outcomes) observeImage(env, config, outcome, null);
    for (const message of messages.keys()) message.ack();
  } catch (error) {
    retryAll(messages.keys(), error);
  }
}

/** The messages of ours in a batch; anything else is logged and dropped, as no retry would make it readable. */
function readMessages(batch: MessageBatch): Map<Message, ImageMessage> {
  const messages = new Map<Message, ImageMessage>();
  for (const message of batch.messages) {
    const image = readMessage(message.body);
    if (image === null) {
      logEvent("message_unreadable", { message: message.id });
      message.ack();
    } else {
      messages.set(message, image);
    }
  }
  return messages;
}

/** Finds what is to be done, and settles what is not: images of ended or deleted jobs, and those already recorded. */
async function sortOut(env: Env, config: Config, messages: Map<Message, ImageMessage>): Promise<Task[]> {
  if (messages.size === 0) return [];
  const found = new Map<string, Work>();
  const works = await loadWork(env.DB, [...messages.values()], reusableVersion(config));
  for (const work of works) found.set(`${work.jobId} ${work.position}`, work);

  const tasks: Task[] = [];
  const recorded = new Map<Message, RecordedOutcome>();
  for (const [message, image] of messages) {
    const work = found.get(`${image.job} ${image.position}`);
    if (work !== undefined && (work.jobState === "queued" || work.jobState === "processing")) {
      if (work.recorded !== null) recorded.set(message, work.recorded);
      else tasks.push({ message, work });
      continue;
    }
    // An earlier delivery may have died between storing and recording; nobody else knows of what it stored. A job that
    // may be retried is left alone: by now another message may have stored the image anew.
    const isGone = work === undefined || (work.jobState === "cancelled" && work.recorded === null);
    if (isGone && message.attempts > 1) await deleteImageAt(env.IMAGE_BUCKET, image.job, image.position);
    message.ack();
  }
  // The record was written but perhaps not reported: the first delivery may have died in between.
  await reportOutcomes(env, [...recorded.values()]);
  for (const message of recorded.keys()) message.ack();
  return tasks;
}

/** Processes tasks side by side, then records and reports what is done. */
async function settle(env: Env, config: Config, tasks: readonly Task[]): Promise<void> {
  const done = new Map<Message, Done>();
  const postponed: { jobId: string; position: number; seconds: number }[] = [];
  await Promise.all(
    tasks.map(async ({ message, work }) => {
      try {
        const result = await processTask(env, config, work);
        if (result.kind === "again") {
          message.retry({ delaySeconds: result.delaySeconds });
          postponed.push({ jobId: work.jobId, position: work.position, seconds: result.delaySeconds });
        } else {
          done.set(message, result);
        }
      } catch (error) {
        retryAll([message], error);
      }
    }),
  );
  try {
    await recordAndReport(
      env,
      Array.from(done.values(), ({ outcome }) => outcome),
    );
    for (const message of done.keys()) message.ack();
    for (const { outcome, way } of done.values()) observeImage(env, config, outcome, way);
    await countTries(env.DB, postponed);
    await reportPostponed(env, postponed);
  } catch (error) {
    // A message that is acked stays acked. One that is only put off comes again, whether or not its job was told.
    retryAll(done.keys(), error);
  }
}

interface Done {
  kind: "done";
  outcome: ImageOutcome;
  way: ImageWay;
}

async function processTask(
  env: Env,
  config: Config,
  work: Work,
): Promise<Done | { kind: "again"; delaySeconds: number }> {
  // Not the deliveries of the message, which our own outages use up.
  const attempts = work.tries + 1;
  const laps = new Laps();
  const way = { url: work.url, laps };
  const obtained = await obtain(env.IMAGE_BUCKET, config, work, attempts, laps);
  if (obtained.kind === "reused") return { kind: "done", outcome: obtained.outcome, way };
  const { download, source, release } = obtained;
  try {
    if (download.kind !== "downloaded" && isTransient(download) && attempts < config.downloadAttempts) {
      const delaySeconds = downloadRetryDelay(download, attempts);
      observePutOff(config, work, { failure: download, attempts, delaySeconds });
      return { kind: "again", delaySeconds };
    }
    const outcome = await processImage(env, config, work, { download, source }, attempts, laps);
    return { kind: "done", outcome, way };
  } finally {
    release();
  }
}

function downloadRetryDelay(failure: ImageFailure, attempts: number): number {
  const scheduled = downloadRetrySeconds[Math.min(attempts, downloadRetrySeconds.length) - 1] ?? 0;
  const asked = failure.kind === "http_status" ? (failure.retryAfterSeconds ?? 0) : 0;
  return Math.max(scheduled, Math.min(asked, maxRetryAfterSeconds));
}

function retryAll(messages: Iterable<Message>, error: unknown): void {
  logFailure("messages_retried", error);
  for (const message of messages) {
    const delaySeconds = outageRetrySeconds[Math.min(message.attempts, outageRetrySeconds.length) - 1] ?? 0;
    message.retry({ delaySeconds });
  }
}
