// From the source's quantised coefficients to the target's, block by block, in zigzag order and without ever building
// the dequantised block. With r = round(65536 * source step / target step) a coefficient v is |v| * r / 65536 target
// steps, exact in a double. It becomes a candidate from 0.5 on; DC is rounded half away from zero.

import { Component, stripBlock } from "./component";
import { codeLengthsOf, updateCodeLengths } from "./code-lengths";
import { candidateLevel, candidatePosition, chooseLevels, roundCandidates, setCandidate } from "./rate-distortion";
import { resampleBlock } from "./resample";
import { OK, OUT_OF_MEMORY } from "./status";
import { ROWS, ZIGZAG } from "./zigzag";
import { hasTokenRoom, putEnd, putToken, setTokenEnd, tokenCounts, tokenEnd } from "./tokens";

/** A resampled coefficient carries three bits below the point. */
const FRACTION_BITS: u32 = 3;
const HALF_STEP: u32 = 32768;
const STEP: f64 = 65536.0;

let rateDistortion: bool = true;

export function setRateDistortion(on: bool): void {
  rateDistortion = on;
}

/** Requantises the output rows of a component that come from the strip whose first block row is `firstRow`. */
export function requantiseStrip(c: Component, firstRow: u32): i32 {
  updateCodeLengths(c);
  const down: u32 = c.halvesDown ? 2 : 1;
  const resampled = c.halvesAcross || c.halvesDown;
  for (let y: u32 = 0; y < c.stripHigh; y += down) {
    const row = (firstRow + y) / down;
    if (row >= c.outHigh) break;
    store<usize>(c.rowTokens + <usize>row * sizeof<usize>(), tokenEnd);
    for (let x: u32 = 0; x < c.outWide; x++) {
      if (!hasTokenRoom()) return OUT_OF_MEMORY;
      const dc = c.dc + ((<usize>row * c.outWide + x) << 1);
      if (resampled) resampleBlock(c, firstRow, y, x, dc);
      else requantiseBlock(c, stripBlock(c, y, x), dc);
    }
  }
  return OK;
}

/** T.81 A.3.4 turned back and done again with the target's step. */
export function requantiseBlock(c: Component, block: usize, dc: usize): void {
  const values = block + 8;
  const ratios = c.ratios;
  const steps = c.sourceSteps;
  store<i16>(dc, <i16>roundDc(load<i16>(values), load<u32>(ratios), 0));
  let energy: u64 = 0;
  let count: u32 = 0;
  for (let rest = load<u64>(block) & ~(<u64>1); rest != 0; rest &= rest - 1) {
    const k = <u32>ctz(rest);
    const value = <i32>load<i16>(values + (k << 1));
    const dequantised = <i64>(value * <i32>load<u16>(steps + (k << 1)));
    energy += <u64>(dequantised * dequantised);
    const scaled = <u32>abs(value) * load<u32>(ratios + (k << 2));
    if (scaled < HALF_STEP) continue;
    setCandidate(++count, k, <f64>scaled / STEP, value >> 31);
  }
  writeTokens(c, count, <f64>energy);
}

/** The same for a resampled block: 64 x i16 with three bits below the point, row by row. */
export function requantiseResampled(c: Component, samples: usize, dc: usize): void {
  const ratios = c.ratios;
  store<i16>(dc, <i16>roundDc(load<i16>(samples), load<u32>(ratios), FRACTION_BITS));
  store<i16>(samples, 0);
  // The candidates' zigzag positions; most blocks of chroma have none.
  let candidates: u64 = 0;
  let squares = i64x2.splat(0);
  for (let row: usize = 0; row < 8; row++) {
    const values = v128.load(samples + (row << 4));
    const pairs = i32x4.dot_i16x8_s(values, values);
    squares = i64x2.add(squares, i64x2.add(i64x2.extend_low_i32x4_u(pairs), i64x2.extend_high_i32x4_u(pairs)));
    const large = i16x8.ge_u(i16x8.abs(values), v128.load(c.thresholds + (row << 4)));
    for (let rest = <u32>i16x8.bitmask(large); rest != 0; rest &= rest - 1) {
      candidates |= <u64>1 << <u64>load<u8>(ZIGZAG + (row << 3) + <usize>ctz(rest));
    }
  }
  let count: u32 = 0;
  for (let rest = candidates; rest != 0; rest &= rest - 1) {
    const k = <u32>ctz(rest);
    const value = <i32>load<i16>(samples + (<usize>load<u8>(ROWS + k) << 1));
    const scaled = (<u32>abs(value) * load<u32>(ratios + (k << 2))) >> FRACTION_BITS;
    setCandidate(++count, k, <f64>scaled / STEP, value >> 31);
  }
  const energy = i64x2.extract_lane(squares, 0) + i64x2.extract_lane(squares, 1);
  writeTokens(c, count, <f64>energy / 64.0);
}

/** The least resampled value that becomes a candidate, for each place of a block. */
export function prepareThresholds(c: Component): void {
  for (let k: u32 = 0; k < 64; k++) {
    const ratio = load<u32>(c.ratios + (k << 2));
    const least = ((HALF_STEP << FRACTION_BITS) + ratio - 1) / ratio;
    store<u16>(c.thresholds + (<usize>load<u8>(ROWS + k) << 1), <u16>least);
  }
  // DC is not among them.
  store<u16>(c.thresholds, 0xffff);
}

// F.1.2.1 and F.1.2.2 give 8-bit pictures DC values of 11 bits and AC values of 10 bits and a sign.
const MIN_DC: i32 = -1024;
const MAX_DC: i32 = 1023;
const MAX_AC: i32 = 1023;

export function roundDc(value: i32, ratio: u32, fractionBits: u32): i32 {
  const scaled = (<u32>abs(value) * ratio) >> fractionBits;
  const level = <i32>((scaled + HALF_STEP) >> 16);
  return max(MIN_DC, min(MAX_DC, value < 0 ? -level : level));
}

export function writeTokens(c: Component, count: u32, energy: f64): void {
  const counts = tokenCounts(c.index);
  let at = tokenEnd;
  let last: u32 = 0;
  if (count > 0) {
    if (c.coarsens && rateDistortion) chooseLevels(count, energy, codeLengthsOf(c.index));
    else roundCandidates(count);
    for (let i: u32 = 1; i <= count; i++) {
      const level = max(-MAX_AC, min(MAX_AC, candidateLevel(i)));
      if (level == 0) continue;
      const k = candidatePosition(i);
      at = putToken(at, counts, k - last - 1, level);
      last = k;
    }
  }
  setTokenEnd(putEnd(at, c, last));
}
