// A JPEG's pixels by the formulas, in doubles and without a thought of speed or memory: the judge for the reader.
import { at } from "./at.ts";
import { blockOffset, type CoefficientImage, type Component } from "./coefficients.ts";
import { inverseDct } from "./dct.ts";

/** A value for each place, not rounded. */
interface Field {
  width: number;
  height: number;
  value(x: number, y: number): number;
}

/** RGB, each 0 to 255 and not rounded; sides divided by `reduction` and rounded up. */
export function plainPixels(
  image: CoefficientImage,
  colour: "grey" | "ycbcr" | "rgb",
  reduction: number,
): Float64Array {
  const width = Math.ceil(image.width / reduction);
  const height = Math.ceil(image.height / reduction);
  const fields = image.components.map((component) => atResolution(component, image, reduction));
  const pixels = new Float64Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) pixels.set(toRgb(colour, fields, x, y), i);
  }
  return pixels;
}

/** ITU-T T.871, 7. */
function toRgb(colour: "grey" | "ycbcr" | "rgb", fields: Field[], x: number, y: number): number[] {
  const [first = 0, second = 0, third = 0] = fields.map((field) => field.value(x, y));
  if (colour === "grey") return [first, first, first];
  if (colour === "rgb") return [first, second, third];
  const [cb, cr] = [second - 128, third - 128];
  return [first + 1.402 * cr, first - 0.344136 * cb - 0.714136 * cr, first + 1.772 * cb].map(clamp);
}

/** Where the component has more than is asked for, means; where it has less, mixtures or repetitions. */
function atResolution(component: Component, image: CoefficientImage, reduction: number): Field {
  const isAlone = image.components.length === 1;
  const coarserAcross = isAlone ? 1 : Math.max(...image.components.map((one) => one.horizontal)) / component.horizontal;
  const coarserDown = isAlone ? 1 : Math.max(...image.components.map((one) => one.vertical)) / component.vertical;
  const meanAcross = Math.max(1, reduction / coarserAcross);
  const meanDown = Math.max(1, reduction / coarserDown);
  const samples = samplesOf(component);
  const means: Field = {
    width: Math.ceil(image.width / coarserAcross / meanAcross),
    height: Math.ceil(image.height / coarserDown / meanDown),
    value(x, y) {
      let sum = 0;
      for (let dy = 0; dy < meanDown; dy++) {
        for (let dx = 0; dx < meanAcross; dx++) sum += samples.value(x * meanAcross + dx, y * meanDown + dy);
      }
      return clamp(128 + sum / (meanAcross * meanDown));
    },
  };
  const timesAcross = Math.max(1, coarserAcross / reduction);
  const timesDown = Math.max(1, coarserDown / reduction);
  // libjpeg mixes nothing by other factors, nor across what is narrower than three.
  const canMix = [timesAcross, timesDown].every((times) => times === 1 || times === 2);
  const mixes = canMix && (timesAcross === 1 || means.width > 2);
  if (mixes) return mixed(means, timesAcross, timesDown);
  return { ...means, value: (x, y) => means.value(Math.floor(x / timesAcross), Math.floor(y / timesDown)) };
}

/** Between the middles of two samples in a straight line, and beyond the outermost as these are. */
function mixed(field: Field, timesAcross: number, timesDown: number): Field {
  const value = (x: number, y: number): number => {
    const [left, right, rightPart] = neighbours((x + 0.5) / timesAcross - 0.5, field.width);
    const [upper, lower, lowerPart] = neighbours((y + 0.5) / timesDown - 0.5, field.height);
    const above = field.value(left, upper) * (1 - rightPart) + field.value(right, upper) * rightPart;
    const below = field.value(left, lower) * (1 - rightPart) + field.value(right, lower) * rightPart;
    return above * (1 - lowerPart) + below * lowerPart;
  };
  return { ...field, value };
}

function neighbours(place: number, count: number): [number, number, number] {
  const low = Math.floor(place);
  const within = (index: number): number => Math.max(0, Math.min(count - 1, index));
  return [within(low), within(low + 1), place - low];
}

/** Around 0, with all that fills up the last blocks. */
function samplesOf(component: Component): Field {
  const blocks = new Map<number, Float64Array>();
  const value = (x: number, y: number): number => {
    const offset = blockOffset(component, x >> 3, y >> 3);
    let block = blocks.get(offset);
    if (!block) {
      const levels = component.coefficients.subarray(offset, offset + 64);
      block = inverseDct(Float64Array.from(levels, (level, k) => level * at(component.steps, k)));
      blocks.set(offset, block);
    }
    return at(block, (y & 7) * 8 + (x & 7));
  };
  return { width: component.storedWide * 8, height: component.storedHigh * 8, value };
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, value));
}
