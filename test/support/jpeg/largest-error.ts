import { blockOffset, type Component } from "./coefficients.ts";
import { forwardDct } from "./dct.ts";
import type { SampleAt } from "./reduced-samples.ts";

/** How far the coefficients of a component, at steps of 1, are from those of the formula, in all blocks with picture. */
export function largestError(component: Component, sampleAt: SampleAt): number {
  let worst = 0;
  for (let row = 0; row < component.blocksHigh; row += 1) {
    for (let column = 0; column < component.blocksWide; column += 1) {
      const samples = Array.from({ length: 64 }, (_, i) => sampleAt(8 * column + (i & 7), 8 * row + (i >> 3)));
      const offset = blockOffset(component, column, row);
      forwardDct(samples).forEach((value, k) => {
        worst = Math.max(worst, Math.abs(value - (component.coefficients[offset + k] ?? 0)));
      });
    }
  }
  return worst;
}
