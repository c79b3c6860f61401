// `/health`: whether the record and the files can be reached.

import { Hono } from "hono";
import { readConfig } from "../config.ts";
import { logFailure } from "../job/log.ts";
import { countsRows } from "../store/health.ts";

export const healthRoutes = new Hono<{ Bindings: Env }>();

healthRoutes.get("/health", async (c) => {
  // A value that cannot be used shows here, and not first at somebody's upload.
  readConfig(c.env);
  const [database, images, files] = await Promise.all([
    holds("database", () => countsRows(c.env.DB)),
    holds("image_bucket", () => c.env.IMAGE_BUCKET.head("health")),
    holds("file_bucket", () => c.env.FILE_BUCKET.head("health")),
  ]);
  const healthy = database && images && files;
  c.header("cache-control", "no-store");
  return c.json({ status: healthy ? "ok" : "unavailable", database, images, files }, healthy ? 200 : 503);
});

async function holds(part: string, check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    logFailure("unhealthy", error, { part });
    return false;
  }
}
