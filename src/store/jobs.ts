// The `jobs` table. A job is visible from the moment its row is written, which is after its images are.
import { drizzle } from "drizzle-orm/d1";
import { and, count, desc, eq, gt, inArray, isNull, lt, or } from "drizzle-orm";
import { countAndChange, countStatement } from "./counters.ts";
import { jobs } from "./schema.ts";
import type { JobOutcome, JobState } from "./schema.ts";

export type JobRecord = typeof jobs.$inferSelect;
export type NewJob = typeof jobs.$inferInsert;

export async function insertJob(db: D1Database, job: NewJob): Promise<void> {
  const accepted = countStatement(db, `select 'job', 'accepted', 1, 0, 0 where true`);
  await countAndChange(db, accepted, drizzle(db).insert(jobs).values(job));
}

export async function findJob(db: D1Database, jobId: string): Promise<JobRecord | null> {
  const [job] = await drizzle(db).select().from(jobs).where(eq(jobs.id, jobId)).limit(1);
  return job ?? null;
}

export async function markProcessing(db: D1Database, jobId: string, now: number): Promise<void> {
  await drizzle(db)
    .update(jobs)
    .set({ state: "processing", updatedAt: now })
    .where(and(eq(jobs.id, jobId), eq(jobs.state, "queued")));
}

/** Consumers look at this state before each image, so a cancelled job's messages are dropped from here on. */
export async function markCancelled(db: D1Database, jobId: string, now: number): Promise<void> {
  await drizzle(db)
    .update(jobs)
    .set({ state: "cancelled", updatedAt: now })
    .where(and(eq(jobs.id, jobId), inArray(jobs.state, ["queued", "processing"])));
}

/** A job that ended at that time runs again. One that has ended anew since is left as it is: this call came late. */
export async function markRetried(db: D1Database, jobId: string, endedAt: number | null, now: number): Promise<void> {
  if (endedAt === null) return;
  await drizzle(db)
    .update(jobs)
    .set({ state: "processing", outcome: null, completedAt: null, expiresAt: null, updatedAt: now })
    .where(and(eq(jobs.id, jobId), eq(jobs.completedAt, endedAt), inArray(jobs.state, ["completed", "failed"])));
}

export interface JobPage {
  /** Only the jobs of this API key; null for everybody's. */
  owner: string | null;
  limit: number;
  state?: JobState | undefined;
  /** The last job of the page before. */
  after?: { createdAt: number; id: string } | undefined;
}

/** Newest first. */
export async function listJobs(db: D1Database, page: JobPage): Promise<JobRecord[]> {
  const { after, owner, state } = page;
  return drizzle(db)
    .select()
    .from(jobs)
    .where(
      and(
        owner === null ? undefined : eq(jobs.owner, owner),
        state === undefined ? undefined : eq(jobs.state, state),
        after === undefined
          ? undefined
          : or(lt(jobs.createdAt, after.createdAt), and(eq(jobs.createdAt, after.createdAt), lt(jobs.id, after.id))),
      ),
    )
    .orderBy(desc(jobs.createdAt), desc(jobs.id))
    .limit(page.limit);
}

export async function deleteJob(db: D1Database, jobId: string): Promise<void> {
  await drizzle(db).delete(jobs).where(eq(jobs.id, jobId));
}

export interface JobEnd {
  state: Extract<JobState, "completed" | "failed" | "cancelled">;
  outcome: JobOutcome;
  imagesSucceeded: number;
  imagesFailed: number;
  imagesReused: number;
  bytesIn: number;
  bytesOut: number;
  completedAt: number;
  expiresAt: number;
}

/** Writes the totals of an ended job. Safe to repeat: the same end writes the same row, and counts once. */
export async function recordEnd(db: D1Database, jobId: string, end: JobEnd): Promise<void> {
  const ended = countStatement(
    db,
    `select 'job', ?2, 1, 0, 0 from jobs where id = ?1 and completed_at is null`,
    jobId,
    end.state,
  );
  const change = drizzle(db)
    .update(jobs)
    .set({ ...end, updatedAt: end.completedAt })
    .where(eq(jobs.id, jobId));
  await countAndChange(db, ended, change);
}

/** How many jobs have not ended, by their state. Reads those and no others. */
export async function countUnended(db: D1Database): Promise<{ state: JobState; jobs: number }[]> {
  return drizzle(db)
    .select({ state: jobs.state, jobs: count() })
    .from(jobs)
    .where(isNull(jobs.completedAt))
    .groupBy(jobs.state);
}

/** Jobs whose time is over, the longest first. */
export async function listExpired(db: D1Database, now: number, limit: number): Promise<string[]> {
  const rows = await drizzle(db)
    .select({ id: jobs.id })
    .from(jobs)
    .where(lt(jobs.expiresAt, now))
    .orderBy(jobs.expiresAt)
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Jobs that have not ended and whose row nobody has touched since `before`, in the order of their ids. */
export async function listUnended(
  db: D1Database,
  before: number,
  page: { after: string; limit: number },
): Promise<string[]> {
  const rows = await drizzle(db)
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(isNull(jobs.completedAt), lt(jobs.updatedAt, before), gt(jobs.id, page.after)))
    .orderBy(jobs.id)
    .limit(page.limit);
  return rows.map(({ id }) => id);
}

export async function deleteJobs(db: D1Database, jobIds: readonly string[]): Promise<void> {
  await db.prepare(`delete from jobs where id in (select value from json_each(?1))`).bind(JSON.stringify(jobIds)).run();
}

/** Those of the ids that no job has. */
export async function withoutJob(db: D1Database, jobIds: readonly string[]): Promise<string[]> {
  const { results } = await db
    .prepare(`select value as id from json_each(?1) where not exists (select 1 from jobs where jobs.id = value)`)
    .bind(JSON.stringify(jobIds))
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}
