// The pictures that the contract suite's own files show.

import type { Pixels } from "../../../src/codecs/pixels.ts";
import { paint, paintWithAlpha } from "../../fixtures/images/paint.ts";

/** RGBA of a pixel. */
export type Paint = (x: number, y: number) => readonly number[];

const painted = paint(64, 48);
const veiled = paintWithAlpha(48, 32);

export const photo: Paint = (x, y) => [...painted.subarray(3 * (64 * y + x), 3 * (64 * y + x) + 3), 255];

/** Its alpha runs from 0 at the left to 255 at the right. */
export const veil: Paint = (x, y) => [...veiled.subarray(4 * (48 * y + x), 4 * (48 * y + x) + 4)];

/** Blocks of 8 x 8 pixels, each of another number below `values` as far as they last. */
export function block(x: number, y: number, values: number): number {
  return ((x >> 3) * 5 + (y >> 3) * 41) % values;
}

export function pixels(width: number, height: number, at: Paint): Pixels {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(at(x, y), 4 * (width * y + x));
  return { data, width, height };
}

/** A colour for each of so many indices, no two alike. */
export function palette(colours: number): number[][] {
  return Array.from({ length: colours }, (_, index) => [(index * 37) & 255, 255 - index, (index * 91) & 255]);
}

/** The bits of a pixel in a bitmap of 32, of which one of 24 takes all but the alpha. */
export function packed(paint: Paint): (x: number, y: number) => number {
  return (x, y) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = paint(x, y);
    return ((alpha << 24) | (red << 16) | (green << 8) | blue) >>> 0;
  };
}
