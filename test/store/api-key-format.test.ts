import { expect, test } from "vitest";
import { hashApiKey, makeApiKey, prefixOfKey } from "../../src/store/api-key-format.ts";

test("a new key has 256 random bits behind a prefix that finds it", async () => {
  const { key, prefix, hash } = await makeApiKey();

  expect(key).toMatch(/^ht_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/);
  expect(prefixOfKey(key)).toBe(prefix);
  expect(hash).toBe(await hashApiKey(key));
  expect((await makeApiKey()).key).not.toBe(key);
});

test("every character of the alphabet comes up, and about as often as any other", async () => {
  const keys = await Promise.all(Array.from({ length: 500 }, makeApiKey));
  const counts = new Map<string, number>();
  for (const { key } of keys) {
    for (const character of key.slice(-43)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }

  // 347 of each are expected; 150 away would be eight standard deviations.
  expect(counts.size).toBe(62);
  expect(Math.min(...counts.values())).toBeGreaterThan(197);
  expect(Math.max(...counts.values())).toBeLessThan(497);
});

test("a key is hashed as SHA-256 does it", async () => {
  expect(await hashApiKey("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test.each([
  "",
  "ht_live_",
  `ht_live_${"a".repeat(12)}_${"b".repeat(42)}`,
  `ht_live_${"a".repeat(12)}_${"b".repeat(44)}`,
])("%j is no key", (text) => {
  expect(prefixOfKey(text)).toBeNull();
});
