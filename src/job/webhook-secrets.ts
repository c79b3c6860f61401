// Which secrets sign a webhook: those of the API key that made the job, or the deployment's own where no key did.

import type { Config } from "../config.ts";
import { ensureSecret, rotateSecret } from "../store/webhook-secrets.ts";
import type { WebhookSecretRecord } from "../store/schema.ts";

/** For so long after a rotation the secret before it signs as well, so that receivers can be changed one by one. */
const overlapMs = 86_400_000;
const secretBytes = 32;

export interface OwnSecret {
  secret: string;
  /** Until when the one before it signs as well, in ms; null where there is none. */
  previousUntil: number | null;
}

/** The newest first; none where the deployment has no WEBHOOK_SECRET and no key made the job. */
export async function signingSecrets(
  db: D1Database,
  config: Config,
  owner: string | null,
  now: number,
): Promise<string[]> {
  if (owner === null) return config.webhookSecret === "" ? [] : [config.webhookSecret];
  const record = await ensureSecret(db, owner, newSecret());
  return isPreviousGood(record, now) && record.previous !== null ? [record.secret, record.previous] : [record.secret];
}

/** Makes one where there is none yet. */
export async function ownSecret(db: D1Database, owner: string, now: number): Promise<OwnSecret> {
  return toOwnSecret(await ensureSecret(db, owner, newSecret()), now);
}

export async function replaceSecret(db: D1Database, owner: string, now: number): Promise<OwnSecret> {
  return toOwnSecret(await rotateSecret(db, owner, newSecret(), now + overlapMs), now);
}

function toOwnSecret(record: WebhookSecretRecord, now: number): OwnSecret {
  return { secret: record.secret, previousUntil: isPreviousGood(record, now) ? record.previousUntil : null };
}

function isPreviousGood({ previousUntil }: WebhookSecretRecord, now: number): boolean {
  return previousUntil !== null && now < previousUntil;
}

function newSecret(): string {
  return `whsec_${crypto.getRandomValues(new Uint8Array(secretBytes)).toBase64()}`;
}
