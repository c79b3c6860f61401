import { describe, expect, test } from "vitest";
import { densePixelLimit, neededBytes, pixelBudget, pixelLimit } from "../../src/codecs/memory.ts";
import { readConfig } from "../../src/config.ts";

const paths = ["jpeg", "jpeg-progressive", "png", "webp", "webp-lossless", "webp-lossless-twice"] as const;

describe("the memory table", () => {
  test("takes the download budget for what the configuration says by default", () => {
    expect(pixelBudget()).toBe(pixelBudget(readConfig({}).downloadBudgetBytes));
  });

  test.each(paths)("fills the budget at the limit of %s and not beyond", (path) => {
    const budget = pixelBudget();
    const limit = pixelLimit(path, budget);

    expect(neededBytes(path, limit)).toBeLessThanOrEqual(budget);
    expect(neededBytes(path, limit + 1)).toBeGreaterThan(budget);
  });

  test.each(paths)("allows noise of no more pixels than photographs on %s", (path) => {
    expect(densePixelLimit(path, pixelBudget())).toBeLessThanOrEqual(pixelLimit(path, pixelBudget()));
  });

  test("gives less to pixels when downloads may hold more", () => {
    expect(pixelBudget(41_000_000)).toBe(pixelBudget(40_000_000) - 1_000_000);
  });
});
