// The `idempotency_keys` table: which request a caller's key stands for, and what was answered to it.
//
//            claim                    answer written
//   (none) --------> under way -------------------------> answered      each until its 24 hours are over
//     ^    refused       |  ^ taken over, once the attempt must be dead
//     +------------------+--+
//
// Every arrow is one statement that says from where it goes, so of two requests at once one gets it.

export interface Claim {
  /** API key id, or `open`. */
  owner: string;
  key: string;
  /** Of all that the request says. */
  fingerprint: string;
  /** The id that the job will have. */
  jobId: string;
}

export type Claimed =
  | { kind: "claimed" }
  | { kind: "answered"; jobId: string; answer: string }
  | { kind: "under_way" }
  /** The attempt that claimed this key is dead. Did it make its job? Otherwise the key may be taken over. */
  | { kind: "dead"; jobId: string }
  | { kind: "other_request" };

const keptForMs = 86_400_000;
/** An attempt without an answer is dead after this. Its body was read before, so it has seconds of work to do. */
const attemptDiesAfterMs = 300_000;

interface Row {
  fingerprint: string;
  job_id: string;
  claimed_at: number;
  answer: string | null;
}

export async function claimKey(db: D1Database, claim: Claim, now: number): Promise<Claimed> {
  const { owner, key, fingerprint, jobId } = claim;
  const [claimed, found] = await db.batch<Row>([
    db
      .prepare(
        `insert into idempotency_keys (owner, key, fingerprint, job_id, claimed_at, expires_at)
         values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (owner, key) do update set fingerprint = excluded.fingerprint, job_id = excluded.job_id,
           claimed_at = excluded.claimed_at, expires_at = excluded.expires_at, answer = null
         where idempotency_keys.expires_at <= ?5
         returning job_id`,
      )
      .bind(owner, key, fingerprint, jobId, now, now + keptForMs),
    db.prepare(`select * from idempotency_keys where owner = ?1 and key = ?2`).bind(owner, key),
  ]);
  if ((claimed?.results.length ?? 0) > 0) return { kind: "claimed" };
  const row = found?.results[0];
  if (row === undefined) throw new Error("The idempotency key is neither there nor free");
  if (row.fingerprint !== fingerprint) return { kind: "other_request" };
  if (row.answer !== null) return { kind: "answered", jobId: row.job_id, answer: row.answer };
  if (row.claimed_at > now - attemptDiesAfterMs) return { kind: "under_way" };
  return { kind: "dead", jobId: row.job_id };
}

/** Claims a dead attempt's key. False where another was faster. */
export async function takeKeyOver(db: D1Database, claim: Claim, deadJobId: string, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `update idempotency_keys set job_id = ?4, claimed_at = ?5
       where owner = ?1 and key = ?2 and job_id = ?3 and answer is null`,
    )
    .bind(claim.owner, claim.key, deadJobId, claim.jobId, now)
    .run();
  return meta.changes === 1;
}

/** Keeps the answer for the next who brings the key. Nothing happens where the claim was taken over meanwhile. */
export async function keepAnswer(db: D1Database, claim: Claim, answer: string): Promise<void> {
  await db
    .prepare(`update idempotency_keys set answer = ?4 where owner = ?1 and key = ?2 and job_id = ?3`)
    .bind(claim.owner, claim.key, claim.jobId, answer)
    .run();
}

/** The key is as if it had never come: its request was refused, and may be put right under the same key. */
export async function releaseKey(db: D1Database, claim: Claim): Promise<void> {
  await db
    .prepare(`delete from idempotency_keys where owner = ?1 and key = ?2 and job_id = ?3 and answer is null`)
    .bind(claim.owner, claim.key, claim.jobId)
    .run();
}

/** The attempt is known to be dead: the next who brings the key takes over at once. */
export async function abandonKey(db: D1Database, claim: Claim): Promise<void> {
  await db
    .prepare(`update idempotency_keys set claimed_at = 0 where owner = ?1 and key = ?2 and job_id = ?3`)
    .bind(claim.owner, claim.key, claim.jobId)
    .run();
}

/** Deletes what is past its 24 hours, at most `limit` rows; answers how many. */
export async function deleteExpiredKeys(db: D1Database, now: number, limit = 1_000): Promise<number> {
  const { meta } = await db
    .prepare(
      `delete from idempotency_keys where (owner, key) in
         (select owner, key from idempotency_keys where expires_at <= ?1 order by expires_at limit ?2)`,
    )
    .bind(now, limit)
    .run();
  return meta.changes;
}
