// Room in memory for codecs that are tried without `compress`.

import { pixelLimit, type PixelPath } from "../../src/codecs/memory.ts";

/** Above all that a test needs. */
export const unlimited = { roomBytes: 1e9, usualBytes: 0 };

/** The smallest budget in which so many pixels fit. */
export function leastBudget(path: PixelPath, pixels: number): number {
  let [tooLittle, enough] = [0, 2 ** 32];
  while (enough - tooLittle > 1) {
    const middle = Math.floor((tooLittle + enough) / 2);
    if (pixelLimit(path, middle) >= pixels) enough = middle;
    else tooLittle = middle;
  }
  return enough;
}
