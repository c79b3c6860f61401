/** Asks the jobs table something cheap; throws when D1 cannot be reached or was never migrated. */
export async function countsRows(db: D1Database): Promise<void> {
  await db.prepare("select 1 from jobs limit 1").run();
}
