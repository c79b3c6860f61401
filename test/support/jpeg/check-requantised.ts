// What the engine may make of a coefficient. Rate-distortion optimisation chooses among the nearest multiple of the new
// step, the one below it and zero; DC is rounded; chroma that is halved must come from the average of its samples.
import { at } from "./at.ts";
import { blockOffset, type CoefficientImage, type Component } from "./coefficients.ts";
import { forwardDct, inverseDct } from "./dct.ts";

// The engine divides in 16-bit fixed point: a value this near to the middle of two steps may fall to either side.
const tieTolerance = 0.02;
// Averaging in single precision and rounding on the way, in units of a dequantised coefficient.
const resamplingTolerance = 1;

/** Whether the engine chose by rate and distortion or was told to round. */
export type Requantising = "chosen" | "rounded";

/** Null, or the first coefficient that no honest requantiser gives. */
export function wrongCoefficient(
  source: CoefficientImage,
  output: CoefficientImage,
  requantising: Requantising,
): string | null {
  if (output.width !== source.width || output.height !== source.height) return "another size";
  if (output.components.length !== source.components.length) return "another number of components";
  for (const [index, before] of source.components.entries()) {
    const after = output.components[index];
    if (after === undefined) return `component ${index} is missing`;
    const [across, down] = reduction(source, before, output, after);
    const wrong =
      across === 1 && down === 1
        ? wrongInKept(before, after, requantising)
        : wrongInHalved(before, after, across, down, requantising);
    if (wrong !== null) return `component ${index} ${wrong}`;
  }
  return null;
}

/** How many samples of the source's component make one of the output's, across and down. */
function reduction(
  source: CoefficientImage,
  before: Component,
  output: CoefficientImage,
  after: Component,
): [number, number] {
  const [across, down] = [
    ({ horizontal }: Component): number => horizontal,
    ({ vertical }: Component): number => vertical,
  ].map((factor) => share(source, factor, before) / share(output, factor, after));
  return [across ?? 1, down ?? 1];
}

function share(image: CoefficientImage, factor: (component: Component) => number, component: Component): number {
  return factor(component) / Math.max(...image.components.map(factor));
}

function wrongInKept(before: Component, after: Component, requantising: Requantising): string | null {
  for (let k = 0; k < 64; k++) {
    // A finer step than the source's would spend bytes on nothing.
    if (at(after.steps, k) < at(before.steps, k)) return `step ${k} is finer than the source's`;
  }
  for (let row = 0; row < before.blocksHigh; row++) {
    for (let column = 0; column < before.blocksWide; column++) {
      const wrong = wrongInBlock(dequantised(before, column, row), after, column, row, requantising, tieTolerance);
      if (wrong !== null) return wrong;
    }
  }
  return null;
}

function wrongInHalved(
  before: Component,
  after: Component,
  across: number,
  down: number,
  requantising: Requantising,
): string | null {
  if (![1, 2].includes(across) || ![1, 2].includes(down)) return `is reduced ${across} x ${down}`;
  if (after.blocksWide !== Math.ceil(before.blocksWide / across)) return `is ${after.blocksWide} blocks wide`;
  if (after.blocksHigh !== Math.ceil(before.blocksHigh / down)) return `is ${after.blocksHigh} blocks high`;
  // Only blocks that lie wholly in the source: what continues an edge is the engine's choice.
  for (let row = 0; row < Math.floor(before.blocksHigh / down); row++) {
    for (let column = 0; column < Math.floor(before.blocksWide / across); column++) {
      const expected = averagedBlock(before, column * across, row * down, across, down);
      const wrong = wrongInBlock(expected, after, column, row, requantising, null);
      if (wrong !== null) return `(halved) ${wrong}`;
    }
  }
  return null;
}

function wrongInBlock(
  expected: ArrayLike<number>,
  after: Component,
  column: number,
  row: number,
  requantising: Requantising,
  tolerance: number | null,
): string | null {
  const offset = blockOffset(after, column, row);
  for (let k = 0; k < 64; k++) {
    const step = at(after.steps, k);
    const exact = at(expected, k) / step;
    const value = at(after.coefficients, offset + k);
    if (
      !isAllowed(
        exact,
        value,
        k === 0 || requantising === "rounded",
        tolerance ?? resamplingTolerance / step + tieTolerance,
      )
    ) {
      return `block ${column},${row}: ${value} at ${k} for ${exact.toFixed(3)}`;
    }
  }
  return null;
}

function isAllowed(exact: number, value: number, isRounded: boolean, tolerance: number): boolean {
  if (isRounded) return Math.abs(value - exact) <= 0.5 + tolerance;
  if (value === 0) return true;
  const magnitude = Math.abs(value);
  const signed = Math.sign(value) * exact;
  return magnitude <= Math.floor(signed + 0.5 + tolerance) && magnitude >= Math.floor(signed + 0.5 - tolerance) - 1;
}

function dequantised(component: Component, column: number, row: number): Float64Array {
  const offset = blockOffset(component, column, row);
  return Float64Array.from(component.steps, (step, k) => step * at(component.coefficients, offset + k));
}

/** The DCT of 8 x 8 means of 1 x 2, 2 x 1 or 2 x 2 samples. */
function averagedBlock(before: Component, column: number, row: number, across: number, down: number): Float64Array {
  const blocks = Array.from({ length: down }, (_, y) =>
    Array.from({ length: across }, (_, x) => inverseDct(dequantised(before, column + x, row + y))),
  );
  const sample = (x: number, y: number): number => at(blocks[y >> 3]?.[x >> 3] ?? [], (y & 7) * 8 + (x & 7));
  const means = Float64Array.from({ length: 64 }, (_, i) => {
    let sum = 0;
    for (let y = 0; y < down; y++) {
      for (let x = 0; x < across; x++) sum += sample((i & 7) * across + x, (i >> 3) * down + y);
    }
    return sum / (across * down);
  });
  return forwardDct(means);
}
