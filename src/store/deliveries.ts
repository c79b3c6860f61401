// The `deliveries` table: what was sent to whom and how it went. The coordinator keeps the schedule; this is the record.
import { drizzle } from "drizzle-orm/d1";
import { eq } from "drizzle-orm";
import { countAndChange, countStatement } from "./counters.ts";
import { deliveries } from "./schema.ts";
import type { DeliveryState } from "./schema.ts";

export type DeliveryRecord = typeof deliveries.$inferSelect;

/** How an attempt ended that left its delivery in this state. */
export const attemptResults = {
  delivered: "delivered",
  failed: "given_up",
  pending: "again",
} as const satisfies Record<DeliveryState, string>;

/**
 * Writes a delivery as it stands now; the same delivery again overwrites its row. Counts the attempts that the row did not
 * have: after all but the last there was another.
 */
export async function recordDelivery(db: D1Database, delivery: DeliveryRecord): Promise<void> {
  const { jobId, id, ...standing } = delivery;
  const attempts = countStatement(
    db,
    `select 'delivery', ?3 || ' ' || case when attempt = ?4 then ?5 else 'again' end, count(*), 0, 0
     from (select value as attempt from json_each(?6))
     where attempt > coalesce((select json_array_length(attempts) from deliveries where job_id = ?1 and id = ?2), 0)
       and exists (select 1 from jobs where id = ?1)
     group by 2`,
    jobId,
    id,
    delivery.kind,
    delivery.attempts.length,
    attemptResults[delivery.state],
    JSON.stringify(delivery.attempts.map((_, index) => index + 1)),
  );
  const change = drizzle(db)
    .insert(deliveries)
    .values(delivery)
    .onConflictDoUpdate({ target: [deliveries.jobId, deliveries.id], set: standing });
  await countAndChange(db, attempts, change);
}

export async function listDeliveries(db: D1Database, jobId: string): Promise<DeliveryRecord[]> {
  return drizzle(db).select().from(deliveries).where(eq(deliveries.jobId, jobId));
}

export async function deleteDeliveries(db: D1Database, jobId: string): Promise<void> {
  await drizzle(db).delete(deliveries).where(eq(deliveries.jobId, jobId));
}

/** Deletes deliveries that no job has, at most `limit`; answers how many. */
export async function deleteDeliveriesWithoutJob(db: D1Database, limit: number): Promise<number> {
  const { meta } = await db
    .prepare(
      `delete from deliveries where (job_id, id) in (
         select job_id, id from deliveries
         where not exists (select 1 from jobs where jobs.id = deliveries.job_id) limit ?1)`,
    )
    .bind(limit)
    .run();
  return meta.changes;
}
