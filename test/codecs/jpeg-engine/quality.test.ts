import { describe, expect, test } from "vitest";
import { stepsOver, targetSteps } from "../../../src/codecs/jpeg-engine/quality.ts";

describe("targetSteps", () => {
  test("never gets coarser with rising quality", () => {
    for (let quality = 2; quality <= 100; quality += 1) {
      const coarser = targetSteps(quality - 1);
      expect(
        targetSteps(quality).every((step, k) => step <= (coarser[k] ?? 0)),
        `${quality}`,
      ).toBe(true);
    }
  });

  test("stays within 1 and 255", () => {
    expect(new Set(targetSteps(100))).toEqual(new Set([1]));
    expect(new Set(targetSteps(1))).toEqual(new Set([255]));
  });
});

describe("stepsOver", () => {
  const target = targetSteps(50);

  test("is never finer than the source", () => {
    const source = new Uint16Array(64).fill(60);

    expect(stepsOver(source, target).every((step) => step >= 60)).toBe(true);
  });

  test("changes nothing when applied to its own result", () => {
    for (let from = 1; from <= 300; from += 1) {
      const once = stepsOver(new Uint16Array(64).fill(from), target);
      expect(stepsOver(once, target), `${from}`).toEqual(once);
    }
  });

  test("grows with the target for every source step", () => {
    for (let from = 1; from <= 120; from += 1) {
      const source = new Uint16Array(255).fill(from);
      const steps = stepsOver(
        source,
        Uint16Array.from({ length: 255 }, (_, index) => index + 1),
      );
      expect(
        steps.every((step, index) => index === 0 || step >= (steps[index - 1] ?? 0)),
        `${from}`,
      ).toBe(true);
    }
  });
});
