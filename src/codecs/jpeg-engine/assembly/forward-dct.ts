// From 8x8 samples to coefficients (T.81 A.3.3). Samples and coefficients are i16 with three bits below the point. Two
// passes, columns and then rows. With s_k = x_k + x_(7-k) and d_k = x_k - x_(7-k) the even frequencies are four products
// of the s, the odd ones four of the d. The first pass leaves five bits below the point: 1024 * sqrt(8) * 4 is the most
// that a value becomes, and the sum of two still fits in 16 bits. Errors stay below a tenth of a coefficient's unit.

import { interleaveHigh, interleaveLow, transpose } from "./transpose";

/** round(32768 * C8[u][k]), k = 0..3, C8[u][k] = c_u / 2 * cos((2k + 1) * u * pi / 16). */
const MATRIX: usize = memory.data<i16>([
  11585, 11585, 11585, 11585,
  16069, 13623, 9102, 3196,
  15137, 6270, -6270, -15137,
  13623, -3196, -16069, -9102,
  11585, -11585, -11585, 11585,
  9102, -16069, 3196, 13623,
  6270, -15137, 15137, -6270,
  3196, -9102, 13623, -16069,
], 16);

/** 15 bits of the matrix; the first pass keeps two of them and the second takes these back. */
const FIRST_PASS_SHIFT: i32 = 13;
const SECOND_PASS_SHIFT: i32 = 17;

/** `samples` of -1024 to 1023 in rows `stride` bytes apart; `out` is 64 x i16, row by row. */
export function forwardDct(samples: usize, stride: usize, out: usize): void {
  pass(samples, stride, out, FIRST_PASS_SHIFT);
  transpose(out);
  pass(out, 16, out, SECOND_PASS_SHIFT);
  transpose(out);
}

function pass(from: usize, stride: usize, out: usize, shift: i32): void {
  const x0 = v128.load(from);
  const x1 = v128.load(from + stride);
  const x2 = v128.load(from + stride * 2);
  const x3 = v128.load(from + stride * 3);
  const x4 = v128.load(from + stride * 4);
  const x5 = v128.load(from + stride * 5);
  const x6 = v128.load(from + stride * 6);
  const x7 = v128.load(from + stride * 7);
  everySecondRow(out, i16x8.add(x0, x7), i16x8.add(x1, x6), i16x8.add(x2, x5), i16x8.add(x3, x4), shift, 0);
  everySecondRow(out, i16x8.sub(x0, x7), i16x8.sub(x1, x6), i16x8.sub(x2, x5), i16x8.sub(x3, x4), shift, 1);
}

@inline
function everySecondRow(out: usize, y0: v128, y1: v128, y2: v128, y3: v128, shift: i32, first: usize): void {
  const low01 = interleaveLow(y0, y1);
  const low23 = interleaveLow(y2, y3);
  const high01 = interleaveHigh(y0, y1);
  const high23 = interleaveHigh(y2, y3);
  const half = i32x4.splat(1 << (shift - 1));
  for (let u = first; u < 8; u += 2) {
    const m01 = v128.load32_splat(MATRIX + (u << 3));
    const m23 = v128.load32_splat(MATRIX + (u << 3), 4);
    const low = i32x4.add(i32x4.dot_i16x8_s(low01, m01), i32x4.dot_i16x8_s(low23, m23));
    const high = i32x4.add(i32x4.dot_i16x8_s(high01, m01), i32x4.dot_i16x8_s(high23, m23));
    v128.store(
      out + (u << 4),
      i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(low, half), shift), i32x4.shr_s(i32x4.add(high, half), shift)),
    );
  }
}
