import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rateLimits } from "../../src/config.ts";

test("wrangler.toml limits calls as the header fields say", () => {
  const toml = readFileSync(join(import.meta.dirname, "../../wrangler.toml"), "utf8");

  const tables = toml.matchAll(/\[\[ratelimits]]\nname = "(\w+)"\n.*\nsimple = \{ limit = ([\d_]+), period = (\d+) }/g);
  const bound = Array.from(tables, ([, name, limit, period]) => [
    name,
    Number(limit?.replaceAll("_", "")),
    Number(period),
  ]);
  const told = Object.values(rateLimits).map(({ binding, quota, windowSeconds }) => [binding, quota, windowSeconds]);

  expect(bound).toEqual(told);
});
