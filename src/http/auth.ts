// Bearer tokens (RFC 6750): from the `Authorization` header to the caller, or to the 401 that says what is wrong with it.

import { readConfig } from "../config.ts";
import { Problem } from "../errors.ts";
import { logFailure } from "../job/log.ts";
import { findUsableKey, noteUse } from "../store/api-keys.ts";
import type { ApiKeyRecord } from "../store/api-keys.ts";
import type { Caller } from "./caller.ts";

const challenge = 'Bearer realm="halftone"';

/** @param authorization the header as it came; ignored where no key is asked for. */
export async function identifyCaller(env: Env, authorization: string | undefined): Promise<Caller | Problem> {
  if (readConfig(env).auth === "open") return { kind: "anyone" };
  const token = bearerToken(authorization);
  if (token === null) {
    return new Problem({
      status: 401,
      code: "key_missing",
      detail: "This address needs an API key. Send it as `Authorization: Bearer ht_live_...`.",
      headers: { "www-authenticate": challenge },
    });
  }
  const record = await findUsableKey(env.DB, token);
  if (record === null) {
    return new Problem({
      status: 401,
      code: "key_invalid",
      detail: "This API key is unknown or was revoked. Send one that is in use.",
      headers: {
        "www-authenticate": `${challenge}, error="invalid_token", error_description="The key is unknown or revoked"`,
      },
    });
  }
  await noteUseIfPossible(env.DB, record);
  return { kind: "key", id: record.id };
}

/**
 * Who reads `/metrics`. Its numbers are everybody's, so no API key opens it, which shows nothing but its own jobs: it has a
 * token of its own, and where none is set it is shut, unless keys are not asked for either.
 */
export async function identifyReader(env: Env, authorization: string | undefined): Promise<Caller | Problem> {
  const { auth, metricsToken } = readConfig(env);
  if (metricsToken === "" && auth === "open") return { kind: "anyone" };
  const token = bearerToken(authorization);
  if (metricsToken !== "" && (await isSameText(token ?? "", metricsToken))) return { kind: "anyone" };
  return new Problem({
    status: 401,
    code: "metrics_token_needed",
    detail: "This address needs the deployment's METRICS_TOKEN. Send it as `Authorization: Bearer ...`.",
    headers: { "www-authenticate": token === null ? challenge : `${challenge}, error="invalid_token"` },
  });
}

/** Empty where nothing follows the scheme; null for another scheme, or no header. */
function bearerToken(authorization: string | undefined): string | null {
  const token = /^bearer(?:$| +(.*)$)/i.exec(authorization ?? "");
  return token === null ? null : (token[1]?.trim() ?? "");
}

/** In a time that tells neither how much of a guess was right nor how long it should be: digests have one length. */
async function isSameText(a: string, b: string): Promise<boolean> {
  return crypto.subtle.timingSafeEqual(await digest(a), await digest(b));
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}

/** The time of the last use is a convenience; nobody is turned away because it could not be written. */
async function noteUseIfPossible(db: D1Database, record: ApiKeyRecord): Promise<void> {
  try {
    await noteUse(db, record, Date.now());
  } catch (error) {
    logFailure("key_use_not_noted", error);
  }
}
