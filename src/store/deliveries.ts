// The `deliveries` table: what was sent to whom and how it went. The coordinator keeps the schedule; this is the record.
import { drizzle } from "drizzle-orm/d1";
import { eq } from "drizzle-orm";
import { deliveries } from "./schema.ts";

export type DeliveryRecord = typeof deliveries.$inferSelect;

/** Writes a delivery as it stands now; the same delivery again overwrites its row. */
export async function recordDelivery(db: D1Database, delivery: DeliveryRecord): Promise<void> {
  const { jobId: _job, id: _id, ...standing } = delivery;
  await drizzle(db)
    .insert(deliveries)
    .values(delivery)
    .onConflictDoUpdate({ target: [deliveries.jobId, deliveries.id], set: standing });
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
