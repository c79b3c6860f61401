import { describe, expect, test } from "vitest";
import { countOutcome, isComplete, newProgress, unreportedUpTo } from "../../src/job/progress.ts";

const good = { uses: 1, outcome: "compressed", bytesIn: 100, bytesOut: 40 } as const;
const bad = { uses: 1, outcome: "failed", bytesIn: null, bytesOut: null } as const;

describe("countOutcome", () => {
  test("counts an image once, whatever its second report says", () => {
    const progress = newProgress(9, 9);

    expect(countOutcome(progress, { ...good, position: 9 })).toBe(true);
    expect(countOutcome(progress, { ...bad, position: 9 })).toBe(false);

    expect(progress).toMatchObject({ reportedCount: 1, succeeded: 1, failed: 0, bytesIn: 100, bytesOut: 40 });
  });

  test("weighs an image by its uses, and its bytes once", () => {
    const progress = newProgress(1, 3);

    countOutcome(progress, { ...good, uses: 3, position: 1 });

    expect(progress).toMatchObject({ succeeded: 3, bytesIn: 100 });
    expect(isComplete(progress)).toBe(true);
  });

  test("counts what was reused among what succeeded, by its uses", () => {
    const progress = newProgress(3, 4);

    countOutcome(progress, { ...good, reused: false, position: 1 });
    countOutcome(progress, { ...good, reused: true, uses: 2, position: 2 });
    countOutcome(progress, { ...bad, reused: false, position: 3 });

    expect(progress).toMatchObject({ succeeded: 3, reused: 2, failed: 1 });
  });

  test.each([0, 10, 1.5, Number.NaN, -1])("passes over position %d of a job of nine", (position) => {
    const progress = newProgress(9, 9);

    expect(countOutcome(progress, { ...good, position })).toBe(false);
    expect(progress.reportedCount).toBe(0);
  });

  test("adds up to the total over every position", () => {
    const progress = newProgress(50_000, 50_000);

    for (let position = 50_000; position >= 1; position--) {
      countOutcome(progress, { ...(position % 3 === 0 ? bad : good), position });
    }

    expect(isComplete(progress)).toBe(true);
    expect(progress.succeeded + progress.failed).toBe(50_000);
  });
});

describe("unreportedUpTo", () => {
  test("lists what is missing, in order, up to the last that was dispatched", () => {
    const progress = newProgress(20, 20);
    for (const position of [1, 8, 9, 16]) countOutcome(progress, { ...good, position });

    expect(unreportedUpTo(progress, 17)).toEqual([2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 17]);
  });
});
