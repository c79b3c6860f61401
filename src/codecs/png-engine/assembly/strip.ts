// Packs rows of indices (PNG, third edition, 7.2), filters them, and lines them up as deflate gets them, the 32 KB
// before a strip included, which its matches may refer to.

import { adler32 } from "./adler";
import { indices } from "./map";
import { allocate } from "../../assembly/memory";
import { width } from "./rows";

const WINDOW: usize = 32768;
const STRIP: usize = 262144;

let buffer: usize = 0;
export let stripStart: usize = 0;
export let stripEnd: usize = 0;
export let historyStart: usize = 0;
export let checksum: u32 = 0;

let depth: u32 = 8;
let isFiltered: bool = false;
let packed: usize = 0;
let packedAbove: usize = 0;
let trial: usize = 0;
let packedBytes: usize = 0;
let pixelBytes: usize = 1;
/** What an index is written as: itself, a grey, or a grey and its alpha. */
export let values: usize = 0;

export function allocateStrip(wide: usize): void {
  buffer = allocate(WINDOW + STRIP);
  values = allocate(512);
  packed = allocate(16 + 2 * wide) + 16;
  packedAbove = allocate(16 + 2 * wide) + 16;
  trial = allocate(2 * wide);
}

/** Depth of a sample, samples in a pixel, and whether each row gets the filter that seems best. */
export function beginStrips(bits: u32, samples: u32, filtered: bool): void {
  depth = bits;
  pixelBytes = samples;
  isFiltered = filtered;
  packedBytes = (width * samples * bits + 7) >> 3;
  historyStart = stripStart = stripEnd = buffer;
  checksum = 1;
  memory.fill(packed - 16, 0, 16);
  memory.fill(packedAbove - 16, 0, 16 + packedBytes);
}

export function isStripFull(): bool {
  return stripEnd + packedBytes + 1 > buffer + WINDOW + STRIP;
}

/** After a strip was deflated. */
export function nextStrip(): void {
  const kept = min(stripEnd - buffer, WINDOW);
  memory.copy(buffer, stripEnd - kept, kept);
  historyStart = buffer;
  stripStart = stripEnd = buffer + kept;
}

export function writeRow(): void {
  pack();
  const from = stripEnd;
  if (isFiltered) writeFiltered();
  else {
    store<u8>(stripEnd, 0);
    memory.copy(stripEnd + 1, packed, packedBytes);
  }
  stripEnd += 1 + packedBytes;
  checksum = adler32(checksum, from, stripEnd);
  const swapped = packed;
  packed = packedAbove;
  packedAbove = swapped;
}

function pack(): void {
  if (pixelBytes == 2) {
    for (let x: usize = 0; x < width; x++) {
      store<u16>(packed + 2 * x, load<u16>(values + 2 * <usize>load<u8>(indices + x)));
    }
    return;
  }
  if (depth == 8) {
    for (let x: usize = 0; x < width; x++) store<u8>(packed + x, load<u8>(values + 2 * <usize>load<u8>(indices + x)));
    return;
  }
  const perByte: usize = 8 / depth;
  for (let x: usize = 0; x < width; x += perByte) {
    let byte: u32 = 0;
    for (let i: usize = 0; i < perByte; i++) {
      const value = x + i < width ? <u32>load<u8>(values + 2 * <usize>load<u8>(indices + x + i)) : 0;
      byte = (byte << depth) | value;
    }
    store<u8>(packed + x / perByte, <u8>byte);
  }
}

/** The filter whose output, as signed bytes, is smallest in sum (PNG, third edition, 12.7). */
function writeFiltered(): void {
  let best: u32 = 0xffffffff;
  for (let filter: u32 = 0; filter <= 4; filter++) {
    const sum = applyFilter(filter);
    if (sum >= best) continue;
    best = sum;
    store<u8>(stripEnd, <u8>filter);
    memory.copy(stripEnd + 1, trial, packedBytes);
  }
}

function applyFilter(filter: u32): u32 {
  let sum: u32 = 0;
  for (let i: usize = 0; i < packedBytes; i++) {
    const a = <i32>load<u8>(packed + i - pixelBytes);
    const b = <i32>load<u8>(packedAbove + i);
    let predicted: i32 = 0;
    if (filter == 1) predicted = a;
    else if (filter == 2) predicted = b;
    else if (filter == 3) predicted = (a + b) >> 1;
    else if (filter == 4) predicted = paeth(a, b, <i32>load<u8>(packedAbove + i - pixelBytes));
    const byte = <i8>(<i32>load<u8>(packed + i) - predicted);
    store<i8>(trial + i, byte);
    sum += <u32>abs<i32>(byte);
  }
  return sum;
}

function paeth(a: i32, b: i32, c: i32): i32 {
  const distanceA = abs(b - c);
  const distanceB = abs(a - c);
  const distanceC = abs(a + b - c - c);
  return distanceA <= distanceB && distanceA <= distanceC ? a : distanceB <= distanceC ? b : c;
}
