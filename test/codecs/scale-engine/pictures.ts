// Pictures of which every pixel is known, and a slow resampler in floating point to judge the fast one by.

import type { ImageFailure } from "../../../src/errors.ts";
import { joinBytes } from "../../../src/codecs/join-bytes.ts";
import type { Picture } from "../../../src/codecs/picture.ts";
import type { Size } from "../../../src/codecs/scale-engine/engine.ts";

export interface Painted extends Picture {
  data: Uint8Array;
}

/** `rowsAtOnce` rows are handed out together, the last time fewer. */
export function painted(
  { width, height }: Size,
  paint: (x: number, y: number) => readonly number[],
  { hasAlpha = false, rowsAtOnce = 3 } = {},
): Painted {
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(paint(x, y), 4 * (y * width + x));
  return {
    width,
    height,
    hasAlpha,
    isGrey: false,
    data,
    read(take) {
      for (let y = 0; y < height; y += rowsAtOnce) {
        // A copy that is spoiled afterwards: rows are valid only until `take` returns.
        const rows = data.slice(4 * width * y, 4 * width * Math.min(height, y + rowsAtOnce));
        const goesOn = take(rows);
        rows.fill(0x5a);
        if (!goesOn) break;
      }
      return null;
    },
  };
}

/** All of its rows, or why they cannot be read. Takes no memory for rows that do not come: a header may lie. */
export function readPixels(picture: Picture): Uint8Array | ImageFailure {
  const pieces: Uint8Array[] = [];
  const failure = picture.read((rows) => pieces.push(rows.slice()) > 0);
  if (failure !== null) return failure;
  const pixels = joinBytes(pieces);
  const expected = 4 * picture.width * picture.height;
  if (pixels.length !== expected) throw new Error(`${pixels.length} bytes came in place of ${expected}`);
  return pixels;
}

export function pixelsOf(picture: Picture): Uint8Array {
  const pixels = readPixels(picture);
  if (!(pixels instanceof Uint8Array)) throw new Error(JSON.stringify(pixels));
  return pixels;
}

/** A whole number of 32 bits that has nothing to do with those of the numbers beside it. */
export function mix(number: number): number {
  return Math.imul(Math.imul(number, 0x9e3779b1) ^ 0x2545f491, 0x85ebca6b) >>> 0;
}

/** Lanczos with three lobes in linear light, limited to the pixels of the middle lobe and those they are paired with. */
export function scaleSlowly(source: Painted, size: Size): Uint8Array {
  const light = Float64Array.from(source.data, (byte, at) => {
    const alpha = (source.data[at | 3] ?? 0) / 255;
    return at % 4 === 3 ? alpha : toLight(byte / 255) * alpha;
  });
  const wide = resample(light, source.width, size.width, source.height, 4, 4 * source.width);
  const done = resample(wide, source.height, size.height, size.width, 4 * size.width, 4);
  return Uint8Array.from(done, (value, at) => {
    const alpha = done[at | 3] ?? 0;
    if (at % 4 === 3) return Math.round(255 * value);
    return Math.round(255 * alpha) === 0 ? 0 : Math.round(255 * toByte(Math.min(1, value / alpha)));
  });
}

function resample(from: Float64Array, length: number, target: number, lines: number, step: number, lineStep: number) {
  const to = new Float64Array((from.length / length) * target);
  const ratio = length / target;
  // Of the output: along the line the same step, from line to line as much as it has become shorter.
  const outLineStep = lineStep > step ? (lineStep / length) * target : lineStep;
  for (let at = 0; at < target; at++) {
    const middle = (at + 0.5) * ratio;
    const taps = Array.from({ length }, (_, i) => ({ i, d: Math.abs(i + 0.5 - middle) / ratio })).filter(
      ({ d }) => d < 3,
    );
    const weights = taps.map(({ d }) =>
      d === 0 ? 1 : (3 * Math.sin(Math.PI * d) * Math.sin((Math.PI * d) / 3)) / (Math.PI * d) ** 2,
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    // Rounded like the engine's: a pixel exactly on the border is in or out by the last bit.
    const first = Math.max(0, Math.ceil(middle - ratio - 0.5)) & ~1;
    const last = Math.min(length - 1, Math.floor(middle + ratio - 0.5) | 1);
    for (let line = 0; line < lines; line++) {
      for (let sample = 0; sample < 4; sample++) {
        const valueAt = (i: number) => from[line * lineStep + i * step + sample] ?? 0;
        let value = 0;
        taps.forEach(({ i }, index) => (value += ((weights[index] ?? 0) / sum) * valueAt(i)));
        let least = Infinity;
        let most = -Infinity;
        for (let i = first; i <= last; i++) {
          least = Math.min(least, valueAt(i));
          most = Math.max(most, valueAt(i));
        }
        to[line * outLineStep + at * step + sample] = Math.max(least, Math.min(most, value));
      }
    }
  }
  return to;
}

/** IEC 61966-2-1. */
export function toLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function toByte(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}
