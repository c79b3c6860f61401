// Looks a name up by DNS over HTTPS before it is fetched, so that a public name which points inside is refused. Optional, and
// no more than a second fence: fetch looks the name up again for itself and may be told something else a moment later.
//
// It fails closed: an attacker who owns the name also owns whether the look-up succeeds.
import { z } from "zod";
import type { ImageFailure } from "../errors.ts";
import { isGlobalAddress, nameToResolve } from "./address.ts";
import type { AddressPolicy } from "./address.ts";

export interface ResolverOptions {
  /** Speaks `application/dns-json`, for example https://cloudflare-dns.com/dns-query */
  url: string;
  /** Names remembered at a time. */
  maxNames: number;
  fetch?: typeof fetch;
  now?: () => number;
}

type Verdict = "public" | "private" | "unknown";

const recordTypes = { A: 1, AAAA: 28 } as const;

const answerSchema = z.object({
  Status: z.number(),
  Answer: z.array(z.object({ type: z.number(), TTL: z.number(), data: z.string() })).default([]),
});

/** A verdict is kept as long as DNS says, but neither asked for with every image nor believed for long. */
const shortestTtlSeconds = 30;
const longestTtlSeconds = 300;

export class Resolver {
  readonly #options: ResolverOptions;
  readonly #now: () => number;
  // Verdicts, not promises: a promise would belong to an invocation that may die before it is kept.
  readonly #known = new Map<string, { verdict: Verdict; until: number }>();

  constructor(options: ResolverOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Null when every address of the URL's name is public; otherwise `blocked_address` or `dns_error`. */
  async check(url: URL, policy: AddressPolicy, signal: AbortSignal): Promise<ImageFailure | null> {
    const host = nameToResolve(url, policy);
    if (host === null) return null;
    switch (await this.#verdictOn(host, signal)) {
      case "public":
        return null;
      case "private":
        return {
          kind: "blocked_address",
          host,
          reason: "its name leads to an address that is not on the public internet",
        };
      case "unknown":
        return { kind: "dns_error", host };
    }
  }

  async #verdictOn(host: string, signal: AbortSignal): Promise<Verdict> {
    const known = this.#known.get(host);
    if (known !== undefined && known.until > this.#now()) return known.verdict;

    const [v4, v6] = await Promise.all([this.#lookUp(host, "A", signal), this.#lookUp(host, "AAAA", signal)]);
    if (v4 === null || v6 === null) return "unknown";
    const records = [...v4, ...v6];
    const verdict = verdictOf(records.map(({ data }) => data));
    const ttlSeconds = Math.min(longestTtlSeconds, ...records.map(({ TTL }) => TTL));
    this.#remember(host, verdict, Math.max(shortestTtlSeconds, ttlSeconds));
    return verdict;
  }

  /** Null when there was no answer that can be relied on; a name that does not exist has no records. */
  async #lookUp(host: string, type: keyof typeof recordTypes, signal: AbortSignal) {
    const { url, fetch: fetcher = fetch } = this.#options;
    const query = new URL(url);
    query.searchParams.set("name", host);
    query.searchParams.set("type", type);
    try {
      const response = await fetcher(query.href, { headers: { accept: "application/dns-json" }, signal });
      const answer = answerSchema.safeParse(await response.json());
      if (!response.ok || !answer.success) return null;
      const { Status: status, Answer: records } = answer.data;
      // NOERROR and NXDOMAIN.
      if (status !== 0 && status !== 3) return null;
      // The rest are the aliases on the way.
      return records.filter((record) => record.type === recordTypes[type]);
    } catch {
      return null;
    }
  }

  #remember(host: string, verdict: Verdict, ttlSeconds: number): void {
    this.#known.delete(host);
    const oldest = this.#known.keys().next();
    if (this.#known.size >= this.#options.maxNames && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(host, { verdict, until: this.#now() + ttlSeconds * 1000 });
  }
}

function verdictOf(addresses: string[]): Verdict {
  if (addresses.length === 0) return "unknown";
  // One private address among public ones is how rebinding begins.
  return addresses.every(isGlobalAddress) ? "public" : "private";
}
