// The webhook of an ended job: what it says, and when it is tried again.

import type { Config } from "../config.ts";
import { describeFailure } from "../errors.ts";
import { checkAddress } from "../net/address.ts";
import { sendWebhook } from "../net/webhook.ts";
import { recordDelivery } from "../store/deliveries.ts";
import type { JobRecord } from "../store/jobs.ts";
import type { DeliveryAttempt } from "../store/schema.ts";
import { addressPolicy } from "./address-policy.ts";
import { logEvent } from "./log.ts";
import { summarizeJob } from "./summary.ts";

/** A delivery as the coordinator keeps it: its content is fixed when the job ends, so every attempt says the same. */
export interface PendingDelivery {
  id: string;
  kind: "webhook";
  event: JobEvent;
  target: string;
  body: string;
  attempts: DeliveryAttempt[];
  /** Time of the next attempt in ms; null when there is none. */
  dueAt: number | null;
  /** How many attempts came before the schedule last began. */
  scheduleFrom: number;
  /** Whether D1 knows of the last attempt. */
  recorded: boolean;
}

export type JobEvent = "job.completed" | "job.partial" | "job.failed" | "job.cancelled";

/** Wait before each attempt, in seconds, as Standard Webhooks proposes: ten attempts in 75.6 hours. */
export const webhookScheduleSeconds = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;
/** Receivers that went down together must not be called back together. */
const jitter = 0.1;
const maxRetryAfterSeconds = 86_400;

/**
 * The deliveries that an ended job owes. Ids are made from the job's and the run's, so that a repeated end announces
 * nothing new, and the end of a retry does.
 */
export function announceEnd(job: JobRecord, run: number): PendingDelivery[] {
  if (job.webhookUrl === null) return [];
  const event = endEvent(job);
  const at = job.completedAt ?? job.updatedAt;
  const body = JSON.stringify({
    request_id: job.id,
    status: job.state === "completed" ? "COMPLETED" : "FAILED",
    message: endMessage(job),
    type: event,
    timestamp: new Date(at).toISOString(),
    data: summarizeJob(job, null),
  });
  return [
    {
      id: `msg_${job.id}_${run}`,
      kind: "webhook",
      event,
      target: job.webhookUrl,
      body,
      attempts: [],
      dueAt: at,
      scheduleFrom: 0,
      recorded: true,
    },
  ];
}

/** Why a receiver cannot be called, as a sentence; null when it can. */
export function checkReceiver(url: string, config: Config): string | null {
  if (config.webhookSecret === "") return "This deployment has no WEBHOOK_SECRET to sign with.";
  const parsed = URL.parse(url);
  if (parsed === null) return describeFailure({ kind: "invalid_url", reason: "it cannot be read as a URL" });
  const refused = checkAddress(parsed, addressPolicy(config));
  return refused === null ? null : describeFailure(refused);
}

/** Makes one attempt and sets when the next is due. To be saved at once: until then a crash repeats the attempt. */
export async function attemptDelivery(config: Config, jobId: string, delivery: PendingDelivery): Promise<void> {
  const at = Date.now();
  const result = await sendWebhook(
    { id: delivery.id, url: delivery.target, body: delivery.body },
    {
      secret: config.webhookSecret,
      timeoutMs: config.webhookTimeoutMs,
      policy: addressPolicy(config),
      timestamp: Math.floor(at / 1000),
    },
  );
  delivery.attempts.push({ at, durationMs: Date.now() - at, status: result.status, error: result.error });
  delivery.dueAt =
    result.delivered || result.gone
      ? null
      : nextAttemptAt(delivery.attempts.length - delivery.scheduleFrom, result, Math.random());
  delivery.recorded = false;
  logEvent("webhook_attempted", {
    job: jobId,
    delivery: delivery.id,
    attempt: delivery.attempts.length,
    status: result.status,
    error: result.error,
  });
}

/** Lets a delivery begin its schedule anew. */
export function redeliver(delivery: PendingDelivery): void {
  delivery.scheduleFrom = delivery.attempts.length;
  delivery.dueAt = Date.now();
}

/** Writes how a delivery stands to the record. Safe to repeat. */
export async function recordAttempts(db: D1Database, jobId: string, delivery: PendingDelivery): Promise<void> {
  const lastStatus = delivery.attempts.at(-1)?.status ?? 0;
  const delivered = lastStatus >= 200 && lastStatus < 300;
  await recordDelivery(db, {
    jobId,
    id: delivery.id,
    kind: delivery.kind,
    event: delivery.event,
    target: delivery.target,
    state: delivered ? "delivered" : delivery.dueAt === null ? "failed" : "pending",
    attempts: delivery.attempts,
    nextAttemptAt: delivery.dueAt,
  });
  delivery.recorded = true;
}

/** @param random 0 to 1, spreads the wait by ± 10 %. Null when the schedule is used up. */
export function nextAttemptAt(
  attempts: number,
  result: { retryAfterSeconds: number | null },
  random: number,
): number | null {
  const scheduled = webhookScheduleSeconds[attempts];
  if (scheduled === undefined) return null;
  const asked = Math.min(result.retryAfterSeconds ?? 0, maxRetryAfterSeconds);
  const seconds = Math.max(scheduled * (1 - jitter + 2 * jitter * random), asked);
  return Date.now() + Math.round(seconds * 1000);
}

function endEvent(job: JobRecord): JobEvent {
  if (job.state === "cancelled") return "job.cancelled";
  if (job.state === "failed") return "job.failed";
  return job.outcome === "partial" ? "job.partial" : "job.completed";
}

function endMessage(job: JobRecord): string {
  switch (endEvent(job)) {
    case "job.completed":
      return "CSV and image processing completed successfully.";
    case "job.partial":
      return `CSV and image processing completed; ${job.imagesFailed} of ${job.imagesTotal} images failed.`;
    case "job.failed":
      return `CSV and image processing failed: none of the ${job.imagesTotal} images succeeded.`;
    case "job.cancelled":
      return "CSV and image processing was cancelled.";
  }
}
