// Noise for the sample images: the same seed paints the same picture on every machine.

import { seededRandom } from "./seeded-random.ts";

/** Side of every tile; a power of two, so that a coordinate wraps with a mask. */
export const tileSize = 512;

/** A tile of fractal noise in about [-1, 1] that repeats without a seam: `tile[(y & 511) * 512 + (x & 511)]`. */
export function fractalTile(seed: number, octaves: number): Float32Array {
  const tile = new Float32Array(tileSize * tileSize);
  const random = seededRandom(seed);
  let amplitude = 0.6;
  for (let octave = 0; octave < octaves; octave++) {
    addOctave(tile, 4 << octave, amplitude, random);
    amplitude *= 0.55;
  }
  return tile;
}

/** A tile of sensor grain: bell-shaped about 0, with a standard deviation of about 1. */
export function grainTile(seed: number): Float32Array {
  const random = seededRandom(seed);
  // Three uniform numbers are bell-shaped enough; 2 makes the variance of their sum 1.
  return Float32Array.from({ length: tileSize * tileSize }, () => 2 * (random() + random() + random() - 1.5));
}

/** A fractal line (a ridge, a horizon) of `length` samples in about [-1, 1]. */
export function fractalLine(seed: number, length: number, firstPeriod: number, octaves: number): Float32Array {
  const random = seededRandom(seed);
  const line = new Float32Array(length);
  let amplitude = 0.6;
  for (let octave = 0; octave < octaves; octave++) {
    const period = firstPeriod / 2 ** octave;
    const knots = Float32Array.from({ length: Math.ceil(length / period) + 2 }, () => random() * 2 - 1);
    for (let x = 0; x < length; x++) {
      const place = x / period;
      const left = Math.floor(place);
      line[x] = at(line, x) + amplitude * between(at(knots, left), at(knots, left + 1), ease(place - left));
    }
    amplitude *= 0.5;
  }
  return line;
}

/** Reads a sample that the caller knows to exist; a mistake would show as black, not as a crash. */
export function at(samples: ArrayLike<number>, index: number): number {
  return samples[index] ?? 0;
}

function addOctave(tile: Float32Array, cells: number, amplitude: number, random: () => number): void {
  const grid = Float32Array.from({ length: cells * cells }, () => random() * 2 - 1);
  const cellSize = tileSize / cells;
  for (let y = 0; y < tileSize; y++) {
    const top = Math.floor(y / cellSize);
    const bottom = (top + 1) % cells;
    const down = ease((y % cellSize) / cellSize);
    for (let x = 0; x < tileSize; x++) {
      const left = Math.floor(x / cellSize);
      const right = (left + 1) % cells;
      const across = ease((x % cellSize) / cellSize);
      const upper = between(at(grid, top * cells + left), at(grid, top * cells + right), across);
      const lower = between(at(grid, bottom * cells + left), at(grid, bottom * cells + right), across);
      const index = y * tileSize + x;
      tile[index] = at(tile, index) + amplitude * between(upper, lower, down);
    }
  }
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

function between(from: number, to: number, t: number): number {
  return from + (to - from) * t;
}
