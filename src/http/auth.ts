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
  const token = /^bearer(?:$| +(.*)$)/i.exec(authorization ?? "");
  if (token === null) {
    return new Problem({
      status: 401,
      code: "key_missing",
      detail: "This address needs an API key. Send it as `Authorization: Bearer ht_live_...`.",
      headers: { "www-authenticate": challenge },
    });
  }
  const record = await findUsableKey(env.DB, token[1]?.trim() ?? "");
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

/** The time of the last use is a convenience; nobody is turned away because it could not be written. */
async function noteUseIfPossible(db: D1Database, record: ApiKeyRecord): Promise<void> {
  try {
    await noteUse(db, record, Date.now());
  } catch (error) {
    logFailure("key_use_not_noted", error);
  }
}
