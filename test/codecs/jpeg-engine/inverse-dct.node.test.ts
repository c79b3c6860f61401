// The transform against its formula in doubles, and against means of that.
import { describe, expect, test } from "vitest";
import { compileAssembly } from "../../support/compile-assembly.ts";
import { forwardDct, inverseDct } from "../../support/jpeg/dct.ts";
import { createRandom } from "../../support/random.ts";

const wasm = load();
const sizes = [8, 4, 2, 1] as const;
const shapes = sizes.flatMap((across) => sizes.map((down) => [across, down] as const));

describe("inverseDct", () => {
  test.each(shapes)("gives %i x %i samples within 0.6 of the formula, and within 0.25 before rounding", (...shape) => {
    const random = createRandom(shape[0] * 10 + shape[1]);
    for (let round = 0; round < 60; round++) {
      const coefficients = likelyBlock(random.integer(0, 63), random.integer(1, 40), random.integer(0, 255));

      const exact = means(inverseDct(coefficients), ...shape);

      expect(farthest(transform(coefficients, ...shape, 0), exact), `round ${round}`).toBeLessThan(0.6);
      expect(farthest(transform(coefficients, ...shape, 3), exact), `round ${round}`).toBeLessThan(0.25);
    }
  });

  test.each(shapes)("gives %i x %i equal samples for a block of nothing but DC", (...shape) => {
    for (const dc of [-1024, -5, -4, -3, 0, 3, 4, 5, 1016]) {
      const coefficients = new Int16Array(64);
      coefficients[0] = dc;

      expect(new Set(transform(coefficients, ...shape, 0)), `${dc}`).toEqual(new Set([(dc + 4) >> 3]));
      expect(new Set(transform(coefficients, ...shape, 3)), `${dc}`).toEqual(new Set([dc / 8]));
    }
  });

  test.each(shapes)("gives %i x %i samples of black and white for a block far out of range", (...shape) => {
    const coefficients = new Int16Array(64);
    coefficients.set([2047, 2047, 2047]);
    const exact = means(inverseDct(coefficients), ...shape).map(clamp);

    const samples = transform(coefficients, ...shape, 0).map(clamp);

    expect(farthest(samples, exact)).toBeLessThan(1);
  });

  test("multiplies by the steps, and holds what no picture has to +-2047", () => {
    const coefficients = new Int16Array(64);
    coefficients.set([100, -3000]);
    const held = new Int16Array(64);
    held.set([2047, -2047]);

    expect(transform(coefficients, 8, 8, 0, 700)).toEqual(transform(held, 8, 8, 0));
    coefficients.set([20, -3]);
    held.set([140, -21]);
    expect(transform(coefficients, 8, 8, 0, 7)).toEqual(transform(held, 8, 8, 0));
  });
});

interface Exports {
  memory: WebAssembly.Memory;
  inverseDct(block: number, steps: number, across: number, down: number, fractionBits: number, out: number): void;
}

function load(): Exports {
  const { exports } = new WebAssembly.Instance(compileAssembly("src/codecs/jpeg-engine/assembly/inverse-dct.ts"));
  if (!isTransform(exports)) throw new Error("no transform");
  exports.memory.grow(1);
  return exports;
}

function isTransform(exports: object): exports is Exports {
  return "memory" in exports && "inverseDct" in exports;
}

/** Coefficients in zigzag order; all steps are `step`. The samples row by row. */
function transform(
  coefficients: Int16Array,
  across: number,
  down: number,
  fractionBits: number,
  step = 1,
): Float64Array {
  const [block, steps, out] = [0x10000, 0x10100, 0x10200];
  const mask = coefficients.reduce((mask, value, k) => (value === 0 ? mask : mask | (1n << BigInt(k))), 1n);
  new BigUint64Array(wasm.memory.buffer, block, 1).set([mask]);
  new Int16Array(wasm.memory.buffer, block + 8, 64).set(coefficients);
  new Uint16Array(wasm.memory.buffer, steps, 64).fill(step);
  wasm.inverseDct(block, steps, across, down, fractionBits, out);
  const rows = new Int16Array(wasm.memory.buffer, out, 64);
  return Float64Array.from({ length: across * down }, (_, i) => {
    const sample = rows[8 * Math.floor(i / across) + (i % across)] ?? 0;
    return sample / 2 ** fractionBits;
  });
}

/** A slope, an edge, waves and noise within 8 bits, as coefficients. */
function likelyBlock(edge: number, noise: number, light: number): Int16Array {
  const random = createRandom(edge * 1000 + noise);
  const samples = Float64Array.from({ length: 64 }, (_, i) => {
    const value = light - 128 + (i < edge ? 60 : -60) + random.integer(-noise, noise);
    return Math.max(-128, Math.min(127, value));
  });
  return Int16Array.from(forwardDct(samples), Math.round);
}

function means(samples: Float64Array, across: number, down: number): Float64Array {
  const result = new Float64Array(across * down);
  samples.forEach((sample, i) => {
    const x = Math.floor(((i & 7) * across) / 8);
    const y = Math.floor(((i >> 3) * down) / 8);
    result[y * across + x] = (result[y * across + x] ?? 0) + (sample * across * down) / 64;
  });
  return result;
}

function farthest(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Infinity))), 0);
}

function clamp(sample: number): number {
  return Math.max(-128, Math.min(127, sample));
}
