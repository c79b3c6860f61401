// From a block of the strip back to samples (T.81 A.3.3), whole or averaged down: `across` x `down` of them, each 8, 4, 2
// or 1, where a smaller number gives the means of 2, 4 or 8 neighbours. The mean of cosines is a cosine times a factor,
// so that averaging costs nothing and skips frequencies that it cancels.
//
// The integers are those of libjpeg's accurate transform (Loeffler, Ligtenberg, Moschytz; 13 bits of constants, two bits
// below the point between the passes) and of its means over pairs and fours, so that samples are the very ones that most
// viewers show. Every output is a sum of input x constant, which one dot product of pairs does after the other.

import { clampCoefficient, expand } from "./dequantise";
import { interleaveHigh, interleaveLow, transpose } from "./transpose";
import { ROWS } from "./zigzag";

const CONSTANT_BITS: i32 = 13;
const BETWEEN_BITS: i32 = 2;
/** Each pass leaves its result sqrt(8) times too large. */
const EXCESS_BITS: i32 = 3;

const BLOCK: usize = memory.data(128, 16);

/**
 * Samples are i16 around 0, not clamped, with `fractionBits` (0 to 3) below the point; rows of them lie 16 bytes apart.
 * `out` has room for 8 such rows, whatever `down` is.
 */
export function inverseDct(
  block: usize,
  steps: usize,
  across: u32,
  down: u32,
  fractionBits: i32,
  out: usize,
): void {
  if (load<u64>(block) <= 1 || (across | down) == 1) {
    fillFlat(clampCoefficient(<i32>load<i16>(block + 8) * <i32>load<u16>(steps)), down, fractionBits, out);
    return;
  }
  expand(block, steps, ROWS, BLOCK);
  pass(down, BLOCK, CONSTANT_BITS - BETWEEN_BITS);
  transpose(BLOCK);
  pass(across, BLOCK, CONSTANT_BITS + BETWEEN_BITS + EXCESS_BITS - fractionBits);
  transpose(BLOCK);
  for (let at: usize = 0; at < <usize>down << 4; at += 16) v128.store(out + at, v128.load(BLOCK + at));
}

/** Nothing but DC, or nothing else asked for: all samples are alike. */
function fillFlat(dc: i32, down: u32, fractionBits: i32, out: usize): void {
  const sample = i16x8.splat(<i16>(((dc << fractionBits) + (1 << (EXCESS_BITS - 1))) >> EXCESS_BITS));
  for (let at: usize = 0; at < <usize>down << 4; at += 16) v128.store(out + at, sample);
}

/** Eight transforms at once, one a lane: of eight rows the first `count` become samples. */
@inline
function pass(count: u32, rows: usize, shift: i32): void {
  if (count == 8) eight(rows, shift);
  else if (count == 4) four(rows, shift + 1);
  else if (count == 2) two(rows, shift + 2);
  else one(rows, shift - CONSTANT_BITS);
}

function eight(rows: usize, shift: i32): void {
  const half = i32x4.splat(1 << (shift - 1));
  const x0 = v128.load(rows);
  const x1 = v128.load(rows, 16);
  const x2 = v128.load(rows, 32);
  const x3 = v128.load(rows, 48);
  const x4 = v128.load(rows, 64);
  const x5 = v128.load(rows, 80);
  const x6 = v128.load(rows, 96);
  const x7 = v128.load(rows, 112);
  eightOfFour(SUMS_LOW, half, interleaveLow(x0, x4), interleaveLow(x2, x6), interleaveLow(x1, x3), interleaveLow(x5, x7));
  eightOfFour(
    SUMS_HIGH,
    half,
    interleaveHigh(x0, x4),
    interleaveHigh(x2, x6),
    interleaveHigh(x1, x3),
    interleaveHigh(x5, x7),
  );
  for (let at: usize = 0; at < 128; at += 16) storeRow(rows, at, shift);
}

/** i32 sums of four lanes, one row after the other. */
const SUMS_LOW: usize = memory.data(128, 16);
const SUMS_HIGH: usize = memory.data(128, 16);

@inline
function eightOfFour(out: usize, half: v128, x04: v128, x26: v128, x13: v128, x57: v128): void {
  const sum = i32x4.add(i32x4.dot_i16x8_s(x04, pair(8192, 8192)), half);
  const difference = i32x4.add(i32x4.dot_i16x8_s(x04, pair(8192, -8192)), half);
  const outer = i32x4.dot_i16x8_s(x26, pair(10703, 4433));
  const inner = i32x4.dot_i16x8_s(x26, pair(4433, -10704));
  const e0 = i32x4.add(sum, outer);
  const e1 = i32x4.add(difference, inner);
  const e2 = i32x4.sub(difference, inner);
  const e3 = i32x4.sub(sum, outer);
  const o0 = dots(x13, pair(11363, 9633), x57, pair(6437, 2260));
  const o1 = dots(x13, pair(9633, -2259), x57, pair(-11362, -6436));
  const o2 = dots(x13, pair(6437, -11362), x57, pair(2261, 9633));
  const o3 = dots(x13, pair(2260, -6436), x57, pair(9633, -11363));
  v128.store(out, i32x4.add(e0, o0));
  v128.store(out, i32x4.add(e1, o1), 16);
  v128.store(out, i32x4.add(e2, o2), 32);
  v128.store(out, i32x4.add(e3, o3), 48);
  v128.store(out, i32x4.sub(e3, o3), 64);
  v128.store(out, i32x4.sub(e2, o2), 80);
  v128.store(out, i32x4.sub(e1, o1), 96);
  v128.store(out, i32x4.sub(e0, o0), 112);
}

/** Means of pairs; frequency 4 is cancelled. */
function four(rows: usize, shift: i32): void {
  const half = i32x4.splat(1 << (shift - 1));
  const x0 = v128.load(rows);
  const x1 = v128.load(rows, 16);
  const x2 = v128.load(rows, 32);
  const x3 = v128.load(rows, 48);
  const x5 = v128.load(rows, 80);
  const x6 = v128.load(rows, 96);
  const x7 = v128.load(rows, 112);
  fourOfFour(SUMS_LOW, half, interleaveLow(x0, x0), interleaveLow(x2, x6), interleaveLow(x1, x3), interleaveLow(x5, x7));
  fourOfFour(
    SUMS_HIGH,
    half,
    interleaveHigh(x0, x0),
    interleaveHigh(x2, x6),
    interleaveHigh(x1, x3),
    interleaveHigh(x5, x7),
  );
  for (let at: usize = 0; at < 64; at += 16) storeRow(rows, at, shift);
}

@inline
function fourOfFour(out: usize, half: v128, x00: v128, x26: v128, x13: v128, x57: v128): void {
  const mean = i32x4.add(i32x4.dot_i16x8_s(x00, pair(8192, 8192)), half);
  const swing = i32x4.dot_i16x8_s(x26, pair(15137, -6270));
  const e0 = i32x4.add(mean, swing);
  const e1 = i32x4.sub(mean, swing);
  const o0 = dots(x13, pair(20995, 7373), x57, pair(-4926, -4176));
  const o1 = dots(x13, pair(8697, -17799), x57, pair(11893, -1730));
  v128.store(out, i32x4.add(e0, o0));
  v128.store(out, i32x4.add(e1, o1), 16);
  v128.store(out, i32x4.sub(e1, o1), 32);
  v128.store(out, i32x4.sub(e0, o0), 48);
}

/** Means of fours; the even frequencies are cancelled. */
function two(rows: usize, shift: i32): void {
  const half = i32x4.splat(1 << (shift - 1));
  const x0 = v128.load(rows);
  const x1 = v128.load(rows, 16);
  const x3 = v128.load(rows, 48);
  const x5 = v128.load(rows, 80);
  const x7 = v128.load(rows, 112);
  twoOfFour(SUMS_LOW, half, interleaveLow(x0, x0), interleaveLow(x1, x3), interleaveLow(x5, x7));
  twoOfFour(SUMS_HIGH, half, interleaveHigh(x0, x0), interleaveHigh(x1, x3), interleaveHigh(x5, x7));
  storeRow(rows, 0, shift);
  storeRow(rows, 16, shift);
}

@inline
function twoOfFour(out: usize, half: v128, x00: v128, x13: v128, x57: v128): void {
  const mean = i32x4.add(i32x4.dot_i16x8_s(x00, pair(16384, 16384)), half);
  const swing = dots(x13, pair(29692, -10426), x57, pair(6967, -5906));
  v128.store(out, i32x4.add(mean, swing));
  v128.store(out, i32x4.sub(mean, swing), 16);
}

/** The mean of all; only frequency 0 is left. A negative shift is one upwards. */
function one(rows: usize, shift: i32): void {
  const x0 = v128.load(rows);
  if (shift < 0) {
    v128.store(rows, i16x8.shl(x0, -shift));
    return;
  }
  const half = i16x8.splat(<i16>(<i32>1 << (shift - 1)));
  v128.store(rows, i16x8.shr_s(i16x8.add_sat_s(x0, half), shift));
}

/** The constants for the two halves of a pair. */
@inline
function pair(first: i32, second: i32): v128 {
  return i32x4.splat((first & 0xffff) | (second << 16));
}

@inline
function dots(a: v128, constantsOfA: v128, b: v128, constantsOfB: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(a, constantsOfA), i32x4.dot_i16x8_s(b, constantsOfB));
}

@inline
function storeRow(rows: usize, at: usize, shift: i32): void {
  const low = i32x4.shr_s(v128.load(SUMS_LOW + at), shift);
  const high = i32x4.shr_s(v128.load(SUMS_HIGH + at), shift);
  v128.store(rows + at, i16x8.narrow_i32x4_s(low, high));
}
