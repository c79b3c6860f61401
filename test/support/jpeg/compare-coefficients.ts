// Compares two pictures coefficient by coefficient, no IDCT between.
import { blockOffset, type CoefficientImage } from "./coefficients.ts";

/** Null, or where the first difference is, in words. Filling blocks are no part of the picture and are not compared. */
export function differingCoefficient(actual: CoefficientImage, expected: CoefficientImage): string | null {
  if (actual.width !== expected.width || actual.height !== expected.height) {
    return `${actual.width}x${actual.height} instead of ${expected.width}x${expected.height}`;
  }
  if (actual.components.length !== expected.components.length) return `${actual.components.length} components`;
  for (const [index, wanted] of expected.components.entries()) {
    const found = actual.components[index];
    if (found === undefined) return `component ${index} is missing`;
    if (found.blocksWide !== wanted.blocksWide || found.blocksHigh !== wanted.blocksHigh) {
      return `component ${index} has ${found.blocksWide}x${found.blocksHigh} blocks`;
    }
    for (let k = 0; k < 64; k++) {
      if (found.steps[k] !== wanted.steps[k]) return `component ${index} has step ${found.steps[k]} at ${k}`;
    }
    for (let row = 0; row < wanted.blocksHigh; row++) {
      for (let column = 0; column < wanted.blocksWide; column++) {
        for (let k = 0; k < 64; k++) {
          const value = found.coefficients[blockOffset(found, column, row) + k];
          const want = wanted.coefficients[blockOffset(wanted, column, row) + k];
          if (value !== want) return `component ${index} block ${column},${row}: ${value} at ${k} instead of ${want}`;
        }
      }
    }
  }
  return null;
}
