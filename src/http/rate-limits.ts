// How often one caller may call, counted by the platform's rate-limit bindings, and the header fields that tell it
// (draft-ietf-httpapi-ratelimit-headers-11). The bindings count per Cloudflare location and do not say how much is left.

import ipaddr from "ipaddr.js";
import { rateLimits } from "../config.ts";
import { Problem } from "../errors.ts";
import { logEvent, logFailure } from "../job/log.ts";
import type { Caller } from "./caller.ts";

export type LimitName = keyof typeof rateLimits;

/** Uploads cost a thousand times what a look at a job does. */
const uploadPaths = new Set(["/v1/jobs", "/v1/validate", "/upload"]);

export function limitOf(method: string, path: string): LimitName {
  return method === "POST" && uploadPaths.has(path) ? "uploads" : "requests";
}

/** The value of `RateLimit-Policy`. */
export function policyHeader(name: LimitName): string {
  const { quota, windowSeconds } = rateLimits[name];
  return `"${name}";q=${quota};w=${windowSeconds}`;
}

/** Counts one call; the 429 when it is one too many. A limiter that is missing or fails stops nobody. */
export async function countCall(env: Env, name: LimitName, caller: string): Promise<Problem | null> {
  const { binding, quota, windowSeconds } = rateLimits[name];
  const limiter: RateLimit | undefined = env[binding];
  if (limiter === undefined) {
    logOnce(binding);
    return null;
  }
  try {
    if ((await limiter.limit({ key: caller })).success) return null;
  } catch (error) {
    logFailure("rate_limit_failed", error, { binding });
    return null;
  }
  return new Problem({
    status: 429,
    code: "rate_limited",
    detail: `More than ${quota} ${name} in ${windowSeconds} seconds. Wait for ${windowSeconds} seconds, then go on.`,
    // When the window began is not known, so the whole of it is the promise that can be kept.
    headers: { "retry-after": String(windowSeconds), ratelimit: `"${name}";r=0;t=${windowSeconds}` },
  });
}

/** Whom a call is counted for: the key, or the address where there is none. */
export function countedFor(caller: Caller | null, address: string | undefined): string {
  return caller?.kind === "key" ? `key ${caller.id}` : `address ${networkOf(address)}`;
}

/** An IPv6 caller commonly has a whole /64 to call from, which counts as one. */
function networkOf(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}

const logged = new Set<string>();

function logOnce(binding: string): void {
  if (logged.has(binding)) return;
  logged.add(binding);
  logEvent("rate_limit_missing", { binding });
}
