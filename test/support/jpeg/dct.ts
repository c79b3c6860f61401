// The DCT as its formula (T.81 A.3.3), in doubles: the judge for what others do in integers.
import { naturalOrder } from "./zigzag.ts";

const cosines = Array.from({ length: 64 }, (_, i) => {
  const frequency = i >> 3;
  const scale = frequency === 0 ? Math.SQRT1_2 / 2 : 0.5;
  return scale * Math.cos(((2 * (i & 7) + 1) * frequency * Math.PI) / 16);
});

/** 64 samples in raster order, level-shifted, to 64 coefficients in zig-zag order. */
export function forwardDct(samples: ArrayLike<number>): Float64Array {
  const rows = transform((frequency, position) => cosine(frequency, position), samples);
  const natural = transposed(transform((frequency, position) => cosine(frequency, position), transposed(rows)));
  return Float64Array.from(naturalOrder, (index) => natural[index] ?? 0);
}

/** 64 dequantised coefficients in zig-zag order to 64 level-shifted samples in raster order, not rounded. */
export function inverseDct(coefficients: ArrayLike<number>): Float64Array {
  const natural = new Float64Array(64);
  naturalOrder.forEach((index, k) => (natural[index] = coefficients[k] ?? 0));
  const rows = transform((position, frequency) => cosine(frequency, position), natural);
  return transposed(transform((position, frequency) => cosine(frequency, position), transposed(rows)));
}

function cosine(frequency: number, position: number): number {
  return cosines[frequency * 8 + position] ?? 0;
}

/** Each row of 8 times the 8 x 8 matrix. */
function transform(matrix: (output: number, input: number) => number, values: ArrayLike<number>): Float64Array {
  const result = new Float64Array(64);
  for (let row = 0; row < 8; row++) {
    for (let output = 0; output < 8; output++) {
      let sum = 0;
      for (let input = 0; input < 8; input++) sum += matrix(output, input) * (values[row * 8 + input] ?? 0);
      result[row * 8 + output] = sum;
    }
  }
  return result;
}

function transposed(values: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: 64 }, (_, i) => values[(i & 7) * 8 + (i >> 3)] ?? 0);
}
