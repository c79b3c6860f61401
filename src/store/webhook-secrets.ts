// The `webhook_secrets` table: what the webhooks of an API key's jobs are signed with. In the clear, as it must be to sign.
import type { WebhookSecretRecord } from "./schema.ts";

/** The secret of an owner; `fresh` becomes it where there is none yet. */
export async function ensureSecret(db: D1Database, owner: string, fresh: string): Promise<WebhookSecretRecord> {
  const [, found] = await db.batch<Row>([
    db.prepare(`insert into webhook_secrets (owner, secret) values (?1, ?2) on conflict do nothing`).bind(owner, fresh),
    db.prepare(`select * from webhook_secrets where owner = ?1`).bind(owner),
  ]);
  return toRecord(found?.results[0]);
}

/** Puts `fresh` in the place of the secret, which stays good beside it until then. One older still is dropped. */
export async function rotateSecret(
  db: D1Database,
  owner: string,
  fresh: string,
  previousUntil: number,
): Promise<WebhookSecretRecord> {
  const row = await db
    .prepare(
      `insert into webhook_secrets (owner, secret) values (?1, ?2)
       on conflict (owner) do update set previous = secret, previous_until = ?3, secret = excluded.secret
       returning *`,
    )
    .bind(owner, fresh, previousUntil)
    .first<Row>();
  return toRecord(row ?? undefined);
}

interface Row {
  owner: string;
  secret: string;
  previous: string | null;
  previous_until: number | null;
}

function toRecord(row: Row | undefined): WebhookSecretRecord {
  if (row === undefined) throw new Error("The webhook secret is missing");
  const { owner, secret, previous, previous_until: previousUntil } = row;
  return { owner, secret, previous, previousUntil };
}
