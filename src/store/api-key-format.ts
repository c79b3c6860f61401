// What an API key looks like: `ht_live_<12 characters>_<43 characters>`. The first two parts are its prefix, shown in
// lists and fit for a secret scanner; the last is 256 random bits. Shared with `npm run keys`, so plain Web Crypto only.

export interface NewApiKey {
  /** Shown once, kept by its owner alone. */
  key: string;
  prefix: string;
  hash: string;
}

const scheme = "ht_live_";
const prefixCharacters = 12;
/** 62 ^ 43 is more than 2 ^ 256. */
const secretCharacters = 43;
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const wholeKey = /^(ht_live_[0-9A-Za-z]{12})_[0-9A-Za-z]{43}$/;

export async function makeApiKey(): Promise<NewApiKey> {
  const prefix = `${scheme}${randomText(prefixCharacters)}`;
  const key = `${prefix}_${randomText(secretCharacters)}`;
  return { key, prefix, hash: await hashApiKey(key) };
}

/** The prefix of a whole key; null for anything else. */
export function prefixOfKey(text: string): string | null {
  return wholeKey.exec(text)?.[1] ?? null;
}

/** SHA-256 in hex. A slow hash would add nothing: there is no guessing 256 random bits. */
export async function hashApiKey(key: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
  // Node 24 has no `toHex`.
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function randomText(length: number): string {
  // Bytes past the last whole multiple of 62 are thrown away, so that every character is equally likely.
  const bound = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < bound && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}
