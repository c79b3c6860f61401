// What a component is when its picture is made smaller by means of its samples: in doubles, straight from the formula.
import { blockOffset, type CoefficientImage, type Component } from "./coefficients.ts";
import { inverseDct } from "./dct.ts";

/** Level-shifted means at a place of the smaller component; beyond it the last ones are repeated. */
export type SampleAt = (x: number, y: number) => number;

/** `across` and `down` samples become one. What fills up the last blocks of the source is part of the last means. */
export function reducedSamples(image: CoefficientImage, component: Component, across: number, down: number): SampleAt {
  const { blocksWide, blocksHigh, coefficients, steps } = component;
  const widest = Math.max(...image.components.map(({ horizontal }) => horizontal));
  const tallest = Math.max(...image.components.map(({ vertical }) => vertical));
  const lastColumn = Math.ceil(Math.ceil((image.width * component.horizontal) / widest) / across) - 1;
  const lastRow = Math.ceil(Math.ceil((image.height * component.vertical) / tallest) / down) - 1;
  const [width, height] = [8 * blocksWide, 8 * blocksHigh];
  const samples = new Float64Array(width * height);
  for (let row = 0; row < blocksHigh; row++) {
    for (let column = 0; column < blocksWide; column++) {
      const offset = blockOffset(component, column, row);
      const block = inverseDct(dequantised(coefficients, steps, offset));
      block.forEach((sample, i) => (samples[(8 * row + (i >> 3)) * width + 8 * column + (i & 7)] = sample));
    }
  }
  return (x, y) => {
    const [left, top] = [Math.min(x, lastColumn) * across, Math.min(y, lastRow) * down];
    let [sum, count] = [0, 0];
    for (let row = top; row < Math.min(top + down, height); row++) {
      for (let column = left; column < Math.min(left + across, width); column++) {
        sum += samples[row * width + column] ?? 0;
        count++;
      }
    }
    return Math.max(-128, Math.min(127, sum / count));
  };
}

function dequantised(coefficients: Int16Array, steps: Uint16Array, offset: number): Float64Array {
  return Float64Array.from(steps, (step, k) => step * (coefficients[offset + k] ?? 0));
}
