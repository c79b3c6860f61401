// Undoes the row filters of PNG (third edition, 9.2) in place. `row` and `above` have eight zero bytes before them,
// which stand for the pixel left of the first.

import { BAD_FILTER, OK } from "./status";

const SUB: u32 = 1;
const UP: u32 = 2;
const AVERAGE: u32 = 3;
const PAETH: u32 = 4;

/** `pixelBytes` is 1 where a pixel is smaller. */
export function unfilter(filter: u32, row: usize, above: usize, bytes: usize, pixelBytes: usize): i32 {
  switch (filter) {
    case 0:
      return OK;
    case SUB:
      if (pixelBytes == 4) undoSub4(row, bytes);
      else
        for (let i: usize = 0; i < bytes; i++) store<u8>(row + i, load<u8>(row + i) + load<u8>(row + i - pixelBytes));
      return OK;
    case UP:
      // The slack behind the rows may be written.
      for (let i: usize = 0; i < bytes; i += 16) {
        v128.store(row + i, i8x16.add(v128.load(row + i), v128.load(above + i)));
      }
      return OK;
    case AVERAGE:
      for (let i: usize = 0; i < bytes; i++) {
        const average = (<u32>load<u8>(row + i - pixelBytes) + <u32>load<u8>(above + i)) >> 1;
        store<u8>(row + i, <u8>(load<u8>(row + i) + average));
      }
      return OK;
    case PAETH:
      if (pixelBytes == 3) undoPaeth3(row, above, bytes);
      else if (pixelBytes == 4) undoPaeth4(row, above, bytes);
      else undoPaeth(row, above, bytes, pixelBytes);
      return OK;
    default:
      return BAD_FILTER;
  }
}

function undoSub4(row: usize, bytes: usize): void {
  let left = i8x16.splat(0);
  for (let i: usize = 0; i < bytes; i += 4) {
    left = i8x16.add(left, v128.load32_zero(row + i));
    v128.store_lane<u32>(row + i, left, 0);
  }
}

/** 9.4: of left, above and above left the one that is nearest to left + above - above left. All channels at once. */
function predict(a: v128, b: v128, c: v128): v128 {
  const fromA = i16x8.sub(b, c);
  const fromB = i16x8.sub(a, c);
  const distanceA = i16x8.abs(fromA);
  const distanceB = i16x8.abs(fromB);
  const distanceC = i16x8.abs(i16x8.add(fromA, fromB));
  const nearest = i16x8.min_s(distanceA, i16x8.min_s(distanceB, distanceC));
  const bOrC = v128.bitselect(b, c, i16x8.eq(nearest, distanceB));
  return v128.bitselect(a, bOrC, i16x8.eq(nearest, distanceA));
}

function undoPaeth4(row: usize, above: usize, bytes: usize): void {
  const zero = i8x16.splat(0);
  let a = zero;
  let c = zero;
  for (let i: usize = 0; i < bytes; i += 4) {
    const b = i16x8.extend_low_i8x16_u(v128.load32_zero(above + i));
    const sum = i8x16.add(v128.load32_zero(row + i), i8x16.narrow_i16x8_u(predict(a, b, c), zero));
    v128.store_lane<u32>(row + i, sum, 0);
    a = i16x8.extend_low_i8x16_u(sum);
    c = b;
  }
}

/** The fourth lane is the next pixel's first: carried along, and never stored. */
function undoPaeth3(row: usize, above: usize, bytes: usize): void {
  const zero = i8x16.splat(0);
  let a = zero;
  let c = zero;
  for (let i: usize = 0; i < bytes; i += 3) {
    const b = i16x8.extend_low_i8x16_u(v128.load32_zero(above + i));
    const sum = i8x16.add(v128.load32_zero(row + i), i8x16.narrow_i16x8_u(predict(a, b, c), zero));
    v128.store_lane<u16>(row + i, sum, 0);
    v128.store_lane<u8>(row + i + 2, sum, 2);
    a = i16x8.extend_low_i8x16_u(sum);
    c = b;
  }
}

function undoPaeth(row: usize, above: usize, bytes: usize, pixelBytes: usize): void {
  for (let i: usize = 0; i < bytes; i++) {
    const a = <i32>load<u8>(row + i - pixelBytes);
    const b = <i32>load<u8>(above + i);
    const c = <i32>load<u8>(above + i - pixelBytes);
    const distanceA = abs(b - c);
    const distanceB = abs(a - c);
    const distanceC = abs(a + b - c - c);
    const predicted = distanceA <= distanceB && distanceA <= distanceC ? a : distanceB <= distanceC ? b : c;
    store<u8>(row + i, <u8>(<i32>load<u8>(row + i) + predicted));
  }
}
