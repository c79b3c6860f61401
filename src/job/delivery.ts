// A delivery: one webhook or one mail to be made, with its attempts and the time of its next one. Pure but for the clock.

import type { DeliveryAttempt, DeliveryKind, DeliveryState } from "../store/schema.ts";
import type { Letter } from "./mail.ts";

/** As the coordinator keeps it. Its content is fixed when the job ends, so every attempt says the same. */
export type PendingDelivery = WebhookDelivery | MailDelivery;

export interface WebhookDelivery extends Standing {
  kind: "webhook";
  body: string;
  /** The API key whose secret signs; null for the deployment's. */
  owner: string | null;
  /** Who is told by mail when this is given up. */
  recipients: string[];
}

export interface MailDelivery extends Standing {
  kind: "email";
  letter: Letter;
  /** Set before the attempt and taken away after it. Found set, nobody knows whether the mail went out. */
  begunAt: number | null;
}

interface Standing {
  id: string;
  kind: DeliveryKind;
  event: string;
  /** A URL or a mail address. */
  target: string;
  state: DeliveryState;
  attempts: DeliveryAttempt[];
  /** Time of the next attempt in ms; null when there is none. */
  dueAt: number | null;
  /** How many attempts came before the schedule last began. */
  scheduleFrom: number;
  /** Whether D1 knows of the last attempt. */
  recorded: boolean;
}

/** Wait before each attempt, in seconds, as Standard Webhooks proposes: ten attempts in 75.6 hours. */
export const scheduleSeconds = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;
/** Receivers that went down together must not be called back together. */
const jitter = 0.1;
const maxRetryAfterSeconds = 86_400;

/** How a delivery stands before its first attempt. */
export function dueNow(at: number) {
  return { state: "pending", attempts: [], dueAt: at, scheduleFrom: 0, recorded: true } satisfies Partial<Standing>;
}

export type AttemptEnd =
  | { end: "delivered" }
  /** The other side, or the answer that was lost, leaves nothing to try. */
  | { end: "given_up" }
  | { end: "again"; retryAfterSeconds: number | null };

/** Puts an attempt down and sets when the next one is due. */
export function settleAttempt(delivery: PendingDelivery, attempt: DeliveryAttempt, ended: AttemptEnd): void {
  delivery.attempts.push(attempt);
  delivery.recorded = false;
  const tried = delivery.attempts.length - delivery.scheduleFrom;
  delivery.dueAt = ended.end === "again" ? nextAttemptAt(tried, ended, Math.random()) : null;
  delivery.state = ended.end === "delivered" ? "delivered" : delivery.dueAt === null ? "failed" : "pending";
}

/** Lets a delivery begin its schedule anew. */
export function beginAnew(delivery: PendingDelivery): void {
  delivery.scheduleFrom = delivery.attempts.length;
  delivery.dueAt = Date.now();
  delivery.state = "pending";
  delivery.recorded = false;
}

/** Whether every attempt of the schedule was made, and none was the last because the other side said so. */
export function isUsedUp({ state, attempts, scheduleFrom }: PendingDelivery): boolean {
  return state === "failed" && attempts.length - scheduleFrom >= scheduleSeconds.length;
}

/** @param random 0 to 1, spreads the wait by ± 10 %. Null when the schedule is used up. */
export function nextAttemptAt(
  attempts: number,
  result: { retryAfterSeconds: number | null },
  random: number,
): number | null {
  const scheduled = scheduleSeconds[attempts];
  if (scheduled === undefined) return null;
  const asked = Math.min(result.retryAfterSeconds ?? 0, maxRetryAfterSeconds);
  const seconds = Math.max(scheduled * (1 - jitter + 2 * jitter * random), asked);
  return Date.now() + Math.round(seconds * 1000);
}
