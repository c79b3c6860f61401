// Calls the API where keys are asked for.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { app } from "../../src/http/app.ts";
import { makeApiKey } from "../../src/store/api-key-format.ts";
import { envWith } from "./coordinators.ts";
import { origin } from "./jobs.ts";

export interface TestKey {
  id: string;
  key: string;
  prefix: string;
}

export async function newKey(revokedAt: number | null = null): Promise<TestKey> {
  const { key, prefix, hash } = await makeApiKey();
  const id = crypto.randomUUID();
  await env.DB.prepare(
    "insert into api_keys (id, name, prefix, hash, created_at, revoked_at) values (?1, 'test', ?2, ?3, ?4, ?5)",
  )
    .bind(id, prefix, hash, Date.now(), revokedAt)
    .run();
  return { id, key, prefix };
}

/** @param key null for a call without one. */
export async function callAs(
  key: string | null,
  path: string,
  init: RequestInit = {},
  replaced: Record<string, unknown> = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (key !== null) headers.set("authorization", `Bearer ${key}`);
  const request = new Request(new URL(path, origin), { ...init, headers });
  return app.request(request, {}, envWith({ AUTH: "required", ...replaced }), createExecutionContext());
}
