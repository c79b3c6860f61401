// One attempt at a delivery.

import type { Config } from "../config.ts";
import { sendMail } from "../net/email.ts";
import type { Mail, MailAttachment } from "../net/email.ts";
import { sendWebhook } from "../net/webhook.ts";
import type { WebhookMessage, WebhookResult } from "../net/webhook.ts";
import { recordDelivery } from "../store/deliveries.ts";
import { outputKey, readFileUpTo } from "../store/objects.ts";
import { addressPolicy } from "./address-policy.ts";
import { settleAttempt } from "./delivery.ts";
import type { AttemptEnd, MailDelivery, PendingDelivery, WebhookDelivery } from "./delivery.ts";
import { writeLetter } from "./mail.ts";
import { observeAttempt } from "./observe.ts";
import { signingSecrets } from "./webhook-secrets.ts";

/** Whose delivery it is. */
export interface DeliveringJob {
  id: string;
  /** Where the API was called: ours, and no receiver. */
  origin: string;
}

/** A mail may have 5 MiB in all, and base64 adds a third. */
const maxAttachmentBytes = 3 * 1024 * 1024;

/** To be saved at once: until then a crash makes the attempt again, which the receiver sees by its id. */
export async function attemptWebhook(
  env: Env,
  config: Config,
  job: DeliveringJob,
  delivery: WebhookDelivery,
): Promise<void> {
  const at = Date.now();
  const { id, target: url, body, owner } = delivery;
  const result = await callReceiver(env.DB, config, { origin: job.origin, owner }, { id, url, body });
  const { status, error, response } = result;
  settleAttempt(delivery, { at, durationMs: Date.now() - at, status, error, response }, endOf(result));
  observeAttempt(env, job.id, delivery);
}

/** Signs a message and sends it once, wherever it is meant for. */
export async function callReceiver(
  db: D1Database,
  config: Config,
  sender: { origin: string; owner: string | null },
  message: WebhookMessage,
): Promise<WebhookResult> {
  const now = Date.now();
  return sendWebhook(message, {
    secrets: await signingSecrets(db, config, sender.owner, now),
    timeoutMs: config.webhookTimeoutMs,
    // Looked at again with every attempt: what may be called can have changed since the upload.
    policy: addressPolicy(config, sender.origin),
    timestamp: Math.floor(now / 1000),
  });
}

function endOf({ delivered, stop, retryAfterSeconds }: WebhookResult): AttemptEnd {
  if (delivered) return { end: "delivered" };
  return stop ? { end: "given_up" } : { end: "again", retryAfterSeconds };
}

/** Everything but the sending, which must be the one thing that can have happened when an attempt is found begun. */
export async function prepareMail(bucket: R2Bucket, from: Mail["from"], delivery: MailDelivery): Promise<Mail> {
  const { letter } = delivery;
  const attachment = letter.about === "end" ? await attachOutput(bucket, letter.job.id) : null;
  return {
    id: delivery.id,
    from,
    to: delivery.target,
    ...writeLetter(letter, attachment !== null),
    attachment,
  };
}

async function attachOutput(bucket: R2Bucket, jobId: string): Promise<MailAttachment | null> {
  const bytes = await readFileUpTo(bucket, outputKey(jobId), maxAttachmentBytes);
  return bytes === null ? null : { filename: `output-${jobId}.csv`, type: "text/csv", bytes };
}

export async function attemptMail(env: Env, job: DeliveringJob, delivery: MailDelivery, mail: Mail): Promise<void> {
  const at = Date.now();
  const result = await sendMail(env.EMAIL, mail);
  const error = result.end === "accepted" ? null : result.error;
  settleAttempt(
    delivery,
    { at, durationMs: Date.now() - at, status: null, error, response: null },
    endOfMail(result.end),
  );
  observeAttempt(env, job.id, delivery);
}

/** The deployment has lost its MAIL_FROM since the upload; it may get it back. */
export function settleWithoutSender(env: Env, job: DeliveringJob, delivery: MailDelivery): void {
  const attempt = { at: Date.now(), durationMs: 0, status: null, error: "no_sender", response: null };
  settleAttempt(delivery, attempt, { end: "again", retryAfterSeconds: null });
  observeAttempt(env, job.id, delivery);
}

/** An earlier attempt was begun, and then the coordinator died: it is put down as one whose end nobody knows. */
export function settleInterrupted(env: Env, job: DeliveringJob, delivery: MailDelivery, at: number): void {
  const attempt = { at, durationMs: 0, status: null, error: "interrupted", response: null };
  settleAttempt(delivery, attempt, { end: "given_up" });
  observeAttempt(env, job.id, delivery);
}

function endOfMail(end: Awaited<ReturnType<typeof sendMail>>["end"]): AttemptEnd {
  switch (end) {
    case "accepted":
      return { end: "delivered" };
    case "refused_for_now":
      return { end: "again", retryAfterSeconds: null };
    case "refused":
    case "unknown":
      return { end: "given_up" };
  }
}

/** Writes how a delivery stands to the record. Safe to repeat. */
export async function recordAttempts(db: D1Database, jobId: string, delivery: PendingDelivery): Promise<void> {
  const { id, kind, event, target, state, attempts, dueAt } = delivery;
  await recordDelivery(db, { jobId, id, kind, event, target, state, attempts, nextAttemptAt: dueAt });
}
