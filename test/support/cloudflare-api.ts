// A stand-in for the one call of Cloudflare's API that `npm run keys -- --remote` comes to: SQL on a D1 database. The SQL
// is run on a SQLite of our own, migrated as the deployed one is.
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { projectFolder } from "../../scripts/wrangler.ts";

export interface CloudflareApi {
  /** For wrangler: with it, it knows of no other Cloudflare and of no login but this one. */
  env: Record<string, string>;
  /** `METHOD path`, in the order they came. */
  calls: string[];
  database: DatabaseSync;
  close(): Promise<void>;
}

export const token = "a-token-of-the-tests";

export async function startCloudflareApi(): Promise<CloudflareApi> {
  const database = new DatabaseSync(":memory:");
  const migrations = join(projectFolder, "migrations");
  for (const file of readdirSync(migrations).sort()) {
    if (file.endsWith(".sql")) database.exec(readFileSync(join(migrations, file), "utf8"));
  }
  const calls: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    calls.push(`${request.method} ${request.url}`);
    const { sql } = JSON.parse(await text(request));
    const isAllowed = request.headers.authorization === `Bearer ${token}`;
    const body = isAllowed
      ? { success: true, errors: [], result: [{ success: true, meta: {}, results: database.prepare(sql).all() }] }
      : { success: false, errors: [{ code: 10_000, message: "Authentication error" }], result: null };
    response.writeHead(isAllowed ? 200 : 403, { "content-type": "application/json" });
    response.end(JSON.stringify({ messages: [], ...body }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}`,
      CLOUDFLARE_API_TOKEN: token,
      CLOUDFLARE_ACCOUNT_ID: "account",
    },
    calls,
    database,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      database.close();
    },
  };
}
