// What wrangler says when it cannot run SQL, in a sentence that says what to do.

import { placeFlags } from "./arguments.ts";
import type { Place } from "./arguments.ts";

/** What is looked for in wrangler's words, numbers being the API's, and what it means to the one who called. */
const meanings: readonly (readonly [words: RegExp, sentence: string])[] = [
  [
    /necessary to set a CLOUDFLARE_API_TOKEN|not logged in|Failed to fetch auth token/i,
    "wrangler is not logged in at Cloudflare. Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN.",
  ],
  [
    /\[code: (?:10000|10001|9109|9106|6003|6111|7403)\]/,
    "Cloudflare does not let this login use the database. Run `npx wrangler login` again, or give the API token in " +
      "CLOUDFLARE_API_TOKEN the permission to edit D1 in the right account.",
  ],
  [
    /More than one account available/,
    "This login has several accounts. Set CLOUDFLARE_ACCOUNT_ID to the one that Halftone is deployed in.",
  ],
  [
    /\[code: 740[04]\]|Couldn't find a D1 DB/,
    "There is no such database at Cloudflare. Run `npx wrangler d1 create halftone`, and put the id that it answers " +
      "into wrangler.toml as `database_id`.",
  ],
  [
    /fetch failed|ENOTFOUND|ECONNREFUSED|ETIMEDOUT/,
    "Cloudflare cannot be reached from here. Look to the network, then run this again.",
  ],
];

export function explain(words: string, place: Place): string {
  if (words.includes("no such table")) {
    const flags = placeFlags(place).join(" ");
    return `This database was never migrated. Run \`npx wrangler d1 migrations apply DB ${flags}\` first.`;
  }
  // On this machine the same words mean something else: nobody logs in there.
  const known = place.kind === "remote" ? meanings.find(([pattern]) => pattern.test(words)) : undefined;
  return known?.[1] ?? `wrangler could not do it:\n${words.trim()}`;
}
