// The `sweep_marks` table: how far each walk of the sweeper has come.
import { drizzle } from "drizzle-orm/d1";
import { eq } from "drizzle-orm";
import { sweepMarks } from "./schema.ts";

/** The last key that was seen to; empty where a walk begins. */
export async function readMark(db: D1Database, walk: string): Promise<string> {
  const [row] = await drizzle(db).select().from(sweepMarks).where(eq(sweepMarks.walk, walk));
  return row?.mark ?? "";
}

export async function writeMark(db: D1Database, walk: string, mark: string): Promise<void> {
  await drizzle(db)
    .insert(sweepMarks)
    .values({ walk, mark })
    .onConflictDoUpdate({ target: sweepMarks.walk, set: { mark } });
}
