// The `counters` table. Whoever changes the record so that something counts adds it in the same transaction, before the
// change and under the very condition of the change: so it is counted once, however often the change is repeated.
import { drizzle } from "drizzle-orm/d1";
import type { Query } from "drizzle-orm";
import { counters } from "./schema.ts";

export type Counter = typeof counters.$inferSelect;

/** A statement that adds what `selection`, a `select subject, label, count, bytes_in, bytes_out ... where ...`, finds. */
export function countStatement(db: D1Database, selection: string, ...values: unknown[]): D1PreparedStatement {
  return db
    .prepare(
      `insert into counters (subject, label, count, bytes_in, bytes_out)
       ${selection}
       on conflict (subject, label) do update set count = counters.count + excluded.count,
         bytes_in = counters.bytes_in + excluded.bytes_in, bytes_out = counters.bytes_out + excluded.bytes_out`,
    )
    .bind(...values);
}

/** Counts and makes a change, both or neither. */
export async function countAndChange(
  db: D1Database,
  counted: D1PreparedStatement,
  change: { toSQL(): Query },
): Promise<void> {
  const { sql, params } = change.toSQL();
  await db.batch([counted, db.prepare(sql).bind(...params)]);
}

export async function listCounters(db: D1Database): Promise<Counter[]> {
  return drizzle(db).select().from(counters);
}
