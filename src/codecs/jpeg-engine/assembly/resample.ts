// Chroma to half its width, height or both, without leaving the DCT domain: averaging pairs of samples is linear, so
// the coefficients of the smaller block are a fixed matrix times those of its two source blocks a and b (A.3.3 turned
// into C8 * average * C8^T). By mirror symmetry b's half of the matrix is a's with signs (-1)^(u+k), so with
//
//   s_k = a_k + (-1)^k b_k      d_k = a_k - (-1)^k b_k
//   out_u = sum over k of MATRIX[u][k] * (u even ? s_k : d_k)
//
// one 8x8 matrix does it, and its even rows have two entries each. All in integers: coefficients enter as whole numbers
// (dequantise.ts), every pass leaves three bits below the point, rounded half up, held to 16 bits.
// A missing second block, at the right or lower edge, is the first one mirrored: its half of the output is not visible.

import { Component, stripBlock } from "./component";
import { clampCoefficient, expand } from "./dequantise";
import { requantiseResampled, roundDc, writeTokens } from "./requantise";
import { interleaveHigh, interleaveLow, transpose } from "./transpose";
import { COLUMNS, ROWS } from "./zigzag";

/** round(32768 * M), M[u][k] = sum over the 4 output samples j of C8[u][j] * (C8[k][2j] + C8[k][2j + 1]) / 2. */
const MATRIX: usize = memory.data<i16>([
  16384, 0, 0, 0, 0, 0, 0, 0,
  14846, 6681, -1130, 312, 0, -208, 468, -1329,
  0, 16069, 0, 0, 0, 0, 0, -3196,
  -5213, 12712, 7769, -1329, 0, 888, -3218, -2529,
  0, 0, 15137, 0, 0, 0, -6270, 0,
  3483, -5663, 11628, 6681, 0, -4464, -4816, 1127,
  0, 0, 0, 13623, 0, -9102, 0, 0,
  -2953, 4464, -5681, 11794, 0, -7880, 2353, -888,
], 16);

/** 15 bits of the matrix, and the three bits below the point that a first pass adds. */
const FIRST_PASS_SHIFT: i32 = 12;
const SECOND_PASS_SHIFT: i32 = 15;

const A: usize = memory.data(128, 16);
const B: usize = memory.data(128, 16);
const UPPER: usize = memory.data(128, 16);
const LOWER: usize = memory.data(128, 16);
const SUMS: usize = memory.data(128, 16);
const DIFFERENCES: usize = memory.data(128, 16);

/** Makes output block `x` of the output row that begins at strip row `y`, and requantises it. */
export function resampleBlock(c: Component, firstRow: u32, y: u32, x: u32, dc: usize): void {
  const left: u32 = c.halvesAcross ? x << 1 : x;
  const hasRight = left + 1 < c.blocksWide;
  const hasBelow = firstRow + y + 1 < c.blocksHigh;
  const a = stripBlock(c, y, left);
  if (!c.halvesDown) {
    halve(c, a, hasRight ? stripBlock(c, y, left + 1) : 0, COLUMNS, A);
    transpose(A);
    requantiseResampled(c, A, dc);
    return;
  }
  const below = hasBelow ? stripBlock(c, y + 1, left) : 0;
  if (!c.halvesAcross) {
    halve(c, a, below, ROWS, A);
    requantiseResampled(c, A, dc);
    return;
  }
  const right = hasRight ? stripBlock(c, y, left + 1) : 0;
  const belowRight = hasRight && hasBelow ? stripBlock(c, y + 1, left + 1) : 0;
  if (flatQuad(c, a, right, below, belowRight, dc)) return;
  halve(c, a, right, COLUMNS, UPPER);
  transpose(UPPER);
  if (hasBelow) {
    halve(c, below, belowRight, COLUMNS, LOWER);
    transpose(LOWER);
  } else {
    mirror(UPPER, LOWER);
  }
  pass(UPPER, LOWER, A, SECOND_PASS_SHIFT);
  requantiseResampled(c, A, dc);
}

/**
 * Four blocks that are flat, and so close to each other that the steps between them vanish in quantising, are done with
 * their mean: most of all chroma. Exact: it gives what the matrix gives.
 */
function flatQuad(c: Component, a: usize, right: usize, below: usize, belowRight: usize, dc: usize): bool {
  if ((load<u64>(a) | maskOf(right) | maskOf(below) | maskOf(belowRight)) > 1) return false;
  const step = <i32>load<u16>(c.sourceSteps);
  const p = clampCoefficient(<i32>load<i16>(a + 8) * step);
  const q = right ? clampCoefficient(<i32>load<i16>(right + 8) * step) : p;
  const r = below ? clampCoefficient(<i32>load<i16>(below + 8) * step) : p;
  const s = belowRight ? clampCoefficient(<i32>load<i16>(belowRight + 8) * step) : below ? r : q;
  if (p != q || p != r || p != s) return false;
  store<i16>(dc, <i16>roundDc(p << 3, load<u32>(c.ratios), 3));
  writeTokens(c, 0, 0.0);
  return true;
}

@inline
function maskOf(block: usize): u64 {
  return block ? load<u64>(block) : 0;
}

/** The first pass over two neighbours; `order` decides along which axis. `b` is 0 where there is no second block. */
function halve(c: Component, a: usize, b: usize, order: usize, out: usize): void {
  expand(a, c.sourceSteps, order, A);
  if (b) expand(b, c.sourceSteps, order, B);
  else mirror(A, B);
  pass(A, B, out, FIRST_PASS_SHIFT);
}

/** What lies in the picture's mirror image: the odd frequencies change sign. */
function mirror(from: usize, to: usize): void {
  for (let k: usize = 0; k < 8; k++) {
    const row = v128.load(from + (k << 4));
    v128.store(to + (k << 4), k & 1 ? i16x8.neg(row) : row);
  }
}

function pass(a: usize, b: usize, out: usize, shift: i32): void {
  for (let k: usize = 0; k < 128; k += 32) {
    const evenA = v128.load(a + k);
    const evenB = v128.load(b + k);
    v128.store(SUMS + k, i16x8.add_sat_s(evenA, evenB));
    v128.store(DIFFERENCES + k, i16x8.sub_sat_s(evenA, evenB));
    const oddA = v128.load(a + k + 16);
    const oddB = v128.load(b + k + 16);
    v128.store(SUMS + k + 16, i16x8.sub_sat_s(oddA, oddB));
    v128.store(DIFFERENCES + k + 16, i16x8.add_sat_s(oddA, oddB));
  }
  const half = i32x4.splat(1 << (shift - 1));
  // Even rows: out 2t takes frequencies t and 8 - t (t = 0: only 0).
  evenRow(out, half, shift, 0, 0, 4);
  evenRow(out, half, shift, 2, 1, 7);
  evenRow(out, half, shift, 4, 2, 6);
  evenRow(out, half, shift, 6, 3, 5);
  const d0 = v128.load(DIFFERENCES);
  const d1 = v128.load(DIFFERENCES, 16);
  const d2 = v128.load(DIFFERENCES, 32);
  const d3 = v128.load(DIFFERENCES, 48);
  const d5 = v128.load(DIFFERENCES, 80);
  const d6 = v128.load(DIFFERENCES, 96);
  const d7 = v128.load(DIFFERENCES, 112);
  // Frequency 4 has no part in the odd rows, so that 5 stands in its place and meets a zero.
  const low01 = interleaveLow(d0, d1);
  const low23 = interleaveLow(d2, d3);
  const low5 = interleaveLow(i16x8.splat(0), d5);
  const low67 = interleaveLow(d6, d7);
  const high01 = interleaveHigh(d0, d1);
  const high23 = interleaveHigh(d2, d3);
  const high5 = interleaveHigh(i16x8.splat(0), d5);
  const high67 = interleaveHigh(d6, d7);
  for (let u: usize = 1; u < 8; u += 2) {
    const row = MATRIX + (u << 4);
    const m01 = v128.load32_splat(row);
    const m23 = v128.load32_splat(row, 4);
    const m5 = v128.load32_splat(row, 8);
    const m67 = v128.load32_splat(row, 12);
    const low = i32x4.add(
      i32x4.add(i32x4.dot_i16x8_s(low01, m01), i32x4.dot_i16x8_s(low23, m23)),
      i32x4.add(i32x4.dot_i16x8_s(low5, m5), i32x4.dot_i16x8_s(low67, m67)),
    );
    const high = i32x4.add(
      i32x4.add(i32x4.dot_i16x8_s(high01, m01), i32x4.dot_i16x8_s(high23, m23)),
      i32x4.add(i32x4.dot_i16x8_s(high5, m5), i32x4.dot_i16x8_s(high67, m67)),
    );
    storeRow(out + (u << 4), low, high, half, shift);
  }
}

@inline
function evenRow(out: usize, half: v128, shift: i32, u: usize, k: usize, l: usize): void {
  const first = v128.load(SUMS + (k << 4));
  const second = v128.load(SUMS + (l << 4));
  const row = MATRIX + (u << 4);
  const pair = i32x4.splat(
    <i32>(<u32>load<u16>(row + (k << 1)) | (<u32>load<u16>(row + (l << 1)) << 16)),
  );
  const low = i32x4.dot_i16x8_s(interleaveLow(first, second), pair);
  const high = i32x4.dot_i16x8_s(interleaveHigh(first, second), pair);
  storeRow(out + (u << 4), low, high, half, shift);
}

@inline
function storeRow(at: usize, low: v128, high: v128, half: v128, shift: i32): void {
  v128.store(
    at,
    i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(low, half), shift), i32x4.shr_s(i32x4.add(high, half), shift)),
  );
}
