import { describe, expect, test } from "vitest";
import { bytesAtScore, geometricMean, growthExponent, median } from "./statistics.ts";

describe("bytesAtScore", () => {
  const points = [
    { bytes: 400, score: 70 },
    { bytes: 100, score: 50 },
  ];

  test("interpolates the logarithm of bytes", () => {
    expect(bytesAtScore(points, 60)).toBeCloseTo(200, 6);
  });

  test.each([50, 70])("gives a point of the curve itself at score %i", (score) => {
    expect(bytesAtScore(points, score)).toBeCloseTo(score === 50 ? 100 : 400, 6);
  });

  test.each([49.9, 70.1])("gives nothing beyond the curve, at score %f", (score) => {
    expect(bytesAtScore(points, score)).toBeNull();
  });
});

describe("median", () => {
  test("is the middle, or the mean of the two in the middle", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
  });
});

describe("geometricMean", () => {
  test("of a ratio and its inverse is one", () => {
    expect(geometricMean([0.5, 2])).toBeCloseTo(1, 12);
  });
});

describe("growthExponent", () => {
  test.each([0, 1, 1.5, 2])("finds %d", (exponent) => {
    const points = [1, 2.5, 5, 10].map((size) => ({ size, cost: 7 * size ** exponent }));

    expect(growthExponent(points)).toBeCloseTo(exponent, 9);
  });
});
