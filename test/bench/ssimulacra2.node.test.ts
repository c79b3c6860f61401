import { describe, expect, test } from "vitest";
import type { Rgb } from "./pixels.ts";
import { psnr, ssim } from "./psnr-ssim.ts";
import { prepareReference, ssimulacra2 } from "./ssimulacra2.ts";

// Scores of the reference program (libjxl 0.11.2) for the pictures below, saved as PNG.
const published = [
  { change: "coarser", score: 65.115 },
  { change: "shifted", score: 49.651 },
  { change: "tinted", score: 81.988 },
] as const;

describe("ssimulacra2", () => {
  test("gives 100 to equal pictures", () => {
    const picture = testPicture("as it is");

    expect(ssimulacra2(prepareReference(picture), picture)).toBe(100);
  });

  test.each(published)("agrees with the reference program on a $change picture", ({ change, score }) => {
    const reference = prepareReference(testPicture("as it is"));

    expect(Math.abs(ssimulacra2(reference, testPicture(change)) - score)).toBeLessThan(0.2);
  });
});

describe("psnr and ssim", () => {
  test("are Infinity and 1 for equal pictures", () => {
    const picture = testPicture("as it is");

    expect(psnr(picture, picture)).toBe(Number.POSITIVE_INFINITY);
    expect(ssim(picture, picture)).toBeCloseTo(1, 5);
  });

  test("psnr of a difference of one everywhere is 48.13 dB", () => {
    const a = { width: 16, height: 16, data: new Uint8Array(768).fill(100) };
    const b = { width: 16, height: 16, data: new Uint8Array(768).fill(101) };

    expect(psnr(a, b)).toBeCloseTo(48.13, 2);
  });
});

/** Odd sides, so that halving meets an edge. */
function testPicture(change: "as it is" | "coarser" | "shifted" | "tinted"): Rgb {
  const [width, height] = [251, 187];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const at = change === "shifted" ? x + 1 : x;
        const value = 128 + 60 * Math.sin(at / (9 + channel)) + 50 * Math.cos(y / 14 + at / 31) + ((at * y) % 17);
        const step = change === "coarser" ? 24 : 1;
        const tint = change === "tinted" && channel === 2 ? 12 : 0;
        data[(y * width + x) * 3 + channel] = Math.max(0, Math.min(255, Math.floor(value / step) * step + tint));
      }
    }
  }
  return { width, height, data };
}
