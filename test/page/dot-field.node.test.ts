import { describe, expect, test } from "vitest";
import { inkDots } from "../../src/page/app/job/dot-field.js";

const compressed = { outcome: "compressed" } as const;
const failed = { outcome: "failed" } as const;
const waiting = { outcome: null };

describe("inkDots", () => {
  test("gives each of a few images as many dots as the others", () => {
    expect(inkDots([compressed, waiting], 4).map(({ ink }) => ink)).toEqual([
      "compressed",
      "compressed",
      "waiting",
      "waiting",
    ]);
  });

  test("shows one failure among the many that share a dot, and how many are done", () => {
    expect(inkDots([compressed, failed, waiting, waiting], 1)).toEqual([{ done: 0.5, ink: "failed" }]);
  });

  test("waits where there is nothing yet", () => {
    expect(inkDots([], 2)).toEqual([
      { done: 0, ink: "waiting" },
      { done: 0, ink: "waiting" },
    ]);
  });
});
