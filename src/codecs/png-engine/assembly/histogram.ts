// Counts the picture's colours into cells: opaque ones by their upper 5-6-5 bits, translucent ones by the upper 5-5-5-5
// bits of the premultiplied colour in a hash. A cell keeps sums, so that its mean is exact, and the one colour that may
// hold more than half of it (Boyer and Moore's vote), so that a white background stays white.

import { addExact, beginExact, isExact } from "./exact-colours";
import { toVectorFromSums } from "./colour-space";
import { allocate } from "../../assembly/memory";
import { pixels, width } from "./rows";

/**
 * Cell: sums of red, green, blue, alpha; count; the colour that leads the vote, its votes; key + 1. Later a point, see
 * below.
 */
const CELL: usize = 32;
const OPAQUE_CELLS: u32 = 1 << 16;
const HASHED_CELLS: u32 = 1 << 15;
const HASH_SHIFT: u32 = 17;
const PROBES: u32 = 16;
/** So that 255 times the count stays below 2^32. */
const FULL: u32 = 1 << 23;

let cells: usize = 0;
export let transparentCount: u32 = 0;
/** Pixels that differ from the one to their left, up to 2^32. */
export let runCount: u32 = 0;
export let hasColour: bool = false;
let hasTranslucent: bool = false;

/**
 * A point is a cell after `makePoints`: its mean as a vector of colour-space.ts at 0, its weight at 16, the colour that
 * holds more than half of it at 20 (0 for none), its count at 24.
 */
export const POINT: usize = CELL;
export let points: usize = 0;
export let pointCount: u32 = 0;
/** Points before this one are opaque. */
export let opaquePointCount: u32 = 0;

export function allocateHistogram(): void {
  cells = allocate(CELL * (OPAQUE_CELLS + HASHED_CELLS));
  points = cells;
}

export function beginHistogram(): void {
  memory.fill(cells, 0, CELL * (OPAQUE_CELLS + HASHED_CELLS));
  transparentCount = 0;
  runCount = 0;
  hasColour = false;
  hasTranslucent = false;
  beginExact();
}

export function countRow(): void {
  const end = pixels + 4 * width;
  let at = pixels;
  while (at < end) {
    const rgba = load<u32>(at);
    const start = at;
    do at += 4;
    while (at < end && load<u32>(at) == rgba);
    add(rgba, <u32>(at - start) >> 2);
    runCount++;
  }
}

function add(rgba: u32, count: u32): void {
  if (isExact()) addExact(rgba);
  if (((rgba ^ (rgba >> 8)) & 0xffff) != 0) hasColour = true;
  const alpha = rgba >> 24;
  if (alpha == 0) {
    transparentCount = 1;
    return;
  }
  let red = rgba & 255;
  let green = (rgba >> 8) & 255;
  let blue = (rgba >> 16) & 255;
  let cell: usize;
  if (alpha == 255) {
    cell = cells + CELL * <usize>(((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3));
  } else {
    hasTranslucent = true;
    red = (red * alpha + 127) / 255;
    green = (green * alpha + 127) / 255;
    blue = (blue * alpha + 127) / 255;
    cell = findCell(((red >> 3) << 15) | ((green >> 3) << 10) | ((blue >> 3) << 5) | (alpha >> 3));
  }
  store<u32>(cell, load<u32>(cell) + red * count);
  store<u32>(cell, load<u32>(cell, 4) + green * count, 4);
  store<u32>(cell, load<u32>(cell, 8) + blue * count, 8);
  store<u32>(cell, load<u32>(cell, 12) + alpha * count, 12);
  const total = load<u32>(cell, 16) + count;
  store<u32>(cell, total, 16);
  vote(cell, rgba, count);
  if (total >= FULL) v128.store(cell, i32x4.shr_u(v128.load(cell), 1));
  if (total >= FULL) {
    store<u32>(cell, total >> 1, 16);
    store<u32>(cell, load<u32>(cell, 24) >> 1, 24);
  }
}

function vote(cell: usize, rgba: u32, count: u32): void {
  const votes = load<u32>(cell, 24);
  if (load<u32>(cell, 20) == rgba) store<u32>(cell, votes + count, 24);
  else if (votes >= count) store<u32>(cell, votes - count, 24);
  else {
    store<u32>(cell, rgba, 20);
    store<u32>(cell, count - votes, 24);
  }
}

/**
 * When the table is crowded, a cell of another colour takes it: a picture with so many translucent colours bears it.
 */
function findCell(key: u32): usize {
  let slot = (key * 0x9e3779b1) >> HASH_SHIFT;
  let cell: usize = 0;
  for (let probe: u32 = 0; probe < PROBES; probe++) {
    cell = cells + CELL * <usize>(OPAQUE_CELLS + slot);
    const held = load<u32>(cell, 28);
    if (held == key + 1) return cell;
    if (held == 0) {
      store<u32>(cell, key + 1, 28);
      return cell;
    }
    slot = (slot + 1) & (HASHED_CELLS - 1);
  }
  return cell;
}

/** Turns the used cells into points, in their place. */
export function makePoints(): void {
  pointCount = 0;
  for (let index: u32 = 0; index < OPAQUE_CELLS + HASHED_CELLS; index++) {
    if (index == OPAQUE_CELLS) opaquePointCount = pointCount;
    const cell = cells + CELL * <usize>index;
    const count = <f32>load<u32>(cell, 16);
    if (count == 0) continue;
    const vector = toVectorFromSums(
      <f32>load<u32>(cell),
      <f32>load<u32>(cell, 4),
      <f32>load<u32>(cell, 8),
      <f32>load<u32>(cell, 12),
      count,
    );
    const leader = <f32>load<u32>(cell, 24) * 2 > count ? load<u32>(cell, 20) : 0;
    const point = points + POINT * <usize>pointCount;
    pointCount++;
    v128.store(point, vector);
    store<f32>(point, weightOf(count, hasTranslucent), 16);
    store<u32>(point, leader, 20);
    store<f32>(point, count, 24);
  }
}

/**
 * Large areas count for more, but by far not in proportion: a small detail is looked at as well. Soft edges hold a
 * great many colours in few pixels, and would take the palette from the rest.
 */
function weightOf(count: f32, hasTranslucent: bool): f32 {
  const root = sqrt<f32>(count);
  return hasTranslucent ? root * sqrt<f32>(root) : root;
}
