// The `api_keys` table: who may call. Rows are made and revoked by `npm run keys`.
import { drizzle } from "drizzle-orm/d1";
import { and, eq, isNull, lt, or } from "drizzle-orm";
import { hashApiKey, prefixOfKey } from "./api-key-format.ts";
import { apiKeys } from "./schema.ts";

export type ApiKeyRecord = typeof apiKeys.$inferSelect;

/** How far `last_used_at` may be behind. */
const lastUsedWithinMs = 3_600_000;

/**
 * The record of a key that may be used; null for one that is malformed, unknown or revoked.
 *
 * The row is found by the prefix, which is no secret, and what is secret is compared in constant time: so neither the
 * index nor the comparison tells an attacker how much of a guess was right. An unknown prefix is compared as well, with
 * a hash that nothing has.
 */
export async function findUsableKey(db: D1Database, key: string): Promise<ApiKeyRecord | null> {
  const prefix = prefixOfKey(key);
  if (prefix === null) return null;
  const [hash, [record]] = await Promise.all([
    hashApiKey(key),
    drizzle(db).select().from(apiKeys).where(eq(apiKeys.prefix, prefix)).limit(1),
  ]);
  const proven = crypto.subtle.timingSafeEqual(Uint8Array.fromHex(hash), Uint8Array.fromHex(record?.hash ?? noHash));
  return record !== undefined && proven && record.revokedAt === null ? record : null;
}

/** Notes the use, at most once an hour: a write per request would cost more than all the rest of the check. */
export async function noteUse(db: D1Database, record: ApiKeyRecord, now: number): Promise<void> {
  const stale = now - lastUsedWithinMs;
  if (record.lastUsedAt !== null && record.lastUsedAt >= stale) return;
  await drizzle(db)
    .update(apiKeys)
    .set({ lastUsedAt: now })
    .where(and(eq(apiKeys.id, record.id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, stale))));
}

const noHash = "0".repeat(64);
