// Turns a row of any colour type and depth (PNG, third edition, 11.2.1) into RGBA of eight bits. Sixteen bits become
// round(v / 257), which is exact where both bytes agree; `lostDepth` tells where they do not. Pixels that are fully
// transparent become all zero: what they hide nobody sees.

import { allocate } from "../../assembly/memory";
import { BAD_INDEX, OK } from "./status";

const GREY: u32 = 0;
const RGB: u32 = 2;
const PALETTE: u32 = 3;
const GREY_ALPHA: u32 = 4;

/** One RGBA word for each value of a sample of up to eight bits. */
let samples: usize = 0;
let sampleCount: u32 = 0;
let colourType: u32 = 0;
let depth: u32 = 0;
let hasKey: bool = false;
/** The transparent colour of tRNS at the depth of the source. */
let keyRed: u32 = 0;
let keyGreen: u32 = 0;
let keyBlue: u32 = 0;
export let lostDepth: bool = false;

export function allocateExpand(): void {
  samples = allocate(256 * 4);
}

export function beginExpand(type: u32, bits: u32): void {
  colourType = type;
  depth = bits;
  hasKey = false;
  lostDepth = false;
  sampleCount = 1 << min<u32>(bits, 8);
  if (type == GREY && bits <= 8) {
    const scale = 255 / (sampleCount - 1);
    for (let value: u32 = 0; value < sampleCount; value++) {
      store<u32>(samples + (value << 2), (value * scale * 0x010101) | 0xff000000);
    }
  }
}

export function setKey(red: u32, green: u32, blue: u32): void {
  hasKey = true;
  keyRed = red;
  keyGreen = green;
  keyBlue = blue;
  if (colourType == GREY && depth <= 8 && red < sampleCount) store<u32>(samples + (red << 2), 0);
}

export function setPaletteEntry(index: u32, rgba: u32): void {
  store<u32>(samples + (index << 2), rgba >> 24 == 0 ? 0 : rgba);
}

export function setPaletteSize(count: u32): void {
  sampleCount = count;
}

/** Bits of a pixel in the source. */
export function pixelBits(): u32 {
  const channels: u32 = colourType == RGB ? 3 : colourType == GREY_ALPHA ? 2 : colourType == 6 ? 4 : 1;
  return channels * depth;
}

export function expandRow(from: usize, to: usize, width: usize): i32 {
  if (depth == 16) {
    expandDeep(from, to, width);
    return OK;
  }
  switch (colourType) {
    case GREY:
    case PALETTE:
      return depth == 8 ? expandBytes(from, to, width) : expandBits(from, to, width);
    case RGB:
      expandRgb(from, to, width);
      return OK;
    case GREY_ALPHA:
      for (let x: usize = 0; x < width; x++) {
        const alpha = <u32>load<u8>(from + 2 * x, 1);
        store<u32>(to + 4 * x, alpha == 0 ? 0 : (<u32>load<u8>(from + 2 * x) * 0x010101) | (alpha << 24));
      }
      return OK;
    default:
      copyRgba(from, to, width);
      return OK;
  }
}

function expandBytes(from: usize, to: usize, width: usize): i32 {
  let highest: u32 = 0;
  for (let x: usize = 0; x < width; x++) {
    const value = <u32>load<u8>(from + x);
    highest = max(highest, value);
    store<u32>(to + 4 * x, load<u32>(samples + ((<usize>value) << 2)));
  }
  return highest < sampleCount ? OK : BAD_INDEX;
}

function expandBits(from: usize, to: usize, width: usize): i32 {
  const mask: u32 = (1 << depth) - 1;
  let highest: u32 = 0;
  for (let x: usize = 0; x < width; x++) {
    const bit = <u32>x * depth;
    const value = (<u32>load<u8>(from + (bit >> 3)) >> (8 - depth - (bit & 7))) & mask;
    highest = max(highest, value);
    store<u32>(to + 4 * x, load<u32>(samples + ((<usize>value) << 2)));
  }
  return highest < sampleCount ? OK : BAD_INDEX;
}

function expandRgb(from: usize, to: usize, width: usize): void {
  const opaque = i32x4.splat(<i32>0xff000000);
  // Four pixels at a time: reads and writes end in the slack behind the rows.
  for (let x: usize = 0; x < width; x += 4) {
    const twelve = v128.load(from + 3 * x);
    const spread = i8x16.swizzle(twelve, i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1));
    v128.store(to + 4 * x, v128.or(spread, opaque));
  }
  if (!hasKey) return;
  const key = keyRed | (keyGreen << 8) | (keyBlue << 16) | 0xff000000;
  for (let x: usize = 0; x < width; x++) {
    if (load<u32>(to + 4 * x) == key) store<u32>(to + 4 * x, 0);
  }
}

export function copyRgba(from: usize, to: usize, width: usize): void {
  const alphas = i32x4.splat(<i32>0xff000000);
  for (let x: usize = 0; x < width; x += 4) {
    const four = v128.load(from + 4 * x);
    const isHidden = i32x4.eq(v128.and(four, alphas), i32x4.splat(0));
    v128.store(to + 4 * x, v128.andnot(four, isHidden));
  }
}

function expandDeep(from: usize, to: usize, width: usize): void {
  const channels: usize = pixelBits() >> 4;
  const isGrey = channels < 3;
  const hasAlpha = (channels & 1) == 0;
  let differs: u32 = 0;
  for (let x: usize = 0; x < width; x++) {
    const red = sample16(from);
    const green = isGrey ? red : sample16(from + 2);
    const blue = isGrey ? red : sample16(from + 4);
    let alpha: u32 = hasAlpha ? sample16(from + 2 * (channels - 1)) : 0xffff;
    if (hasKey && red == keyRed && green == keyGreen && blue == keyBlue) alpha = 0;
    from += 2 * channels;
    const a = reduce(alpha);
    if (a == 0) {
      differs |= alpha;
      store<u32>(to + 4 * x, 0);
      continue;
    }
    differs |= ((red >> 8) ^ red) | ((green >> 8) ^ green) | ((blue >> 8) ^ blue) | ((alpha >> 8) ^ alpha);
    store<u32>(to + 4 * x, reduce(red) | (reduce(green) << 8) | (reduce(blue) << 16) | (a << 24));
  }
  if (differs & 255) lostDepth = true;
}

function sample16(from: usize): u32 {
  return ((<u32>load<u8>(from)) << 8) | <u32>load<u8>(from, 1);
}

/** round(v / 257). */
function reduce(value: u32): u32 {
  return (value * 255 + 32895) >> 16;
}
