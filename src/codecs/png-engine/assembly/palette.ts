// The palette, made in one of two ways: the exact colours, or the boxes' means, moved to the middle of what is nearest
// to them (Lloyd, 1957) and onto the one colour that prevails there. Ordered by alpha and then by lightness: a tRNS
// chunk ends at the first opaque entry, and neighbouring indices look alike.

import { toRgba, toVector } from "./colour-space";
import { exactColours, exactCount, setExactIndex } from "./exact-colours";
import { makePoints, opaquePointCount, POINT, pointCount, points, transparentCount } from "./histogram";
import { allocate } from "../../assembly/memory";
import { nearest, setEntries } from "./nearest";
import { boxCount, boxMean, splitPoints } from "./split";

const MOST: u32 = 256;
const LLOYD_ROUNDS: i32 = 2;

/** RGBA words, and what they are as vectors. */
export let entries: usize = 0;
export let vectors: usize = 0;
export let entryCount: u32 = 0;
export let translucentCount: u32 = 0;

/**
 * By entry, while points are counted: sum of vectors at 0, weight at 16, count at 20, largest leading count at 24, its
 * colour at 28.
 */
const SUM: usize = 32;
let sums: usize = 0;

export function allocatePalette(): void {
  entries = allocate(4 * MOST);
  vectors = allocate(16 * MOST);
  sums = allocate(SUM * MOST);
}

export function useExactColours(): void {
  memory.copy(entries, exactColours, 4 * exactCount);
  entryCount = exactCount;
  finishPalette();
  for (let index: u32 = 0; index < entryCount; index++) setExactIndex(load<u32>(entries + (index << 2)), index);
}

/** Stops at a mean squared error of `target`, 255 squared being the most, or at `most` entries. */
export function chooseColours(target: f32, most: u32): void {
  makePoints();
  splitPoints(target, most - transparentCount);
  entryCount = boxCount;
  for (let index: u32 = 0; index < boxCount; index++) v128.store(vectors + 16 * <usize>index, boxMean(index));
  for (let round = 0; round < LLOYD_ROUNDS; round++) {
    sortIntoVectors();
    gather();
    for (let index: u32 = 0; index < entryCount; index++) {
      const sum = sums + SUM * <usize>index;
      const weight = load<f32>(sum, 16);
      if (weight == 0) continue;
      const mean = f32x4.div(v128.load(sum), f32x4.splat(weight));
      v128.store(vectors + 16 * <usize>index, mean);
    }
  }
  for (let index: u32 = 0; index < entryCount; index++) {
    const sum = sums + SUM * <usize>index;
    const prevails = load<f32>(sum, 24) * 2 > load<f32>(sum, 20);
    const rgba = prevails ? load<u32>(sum, 28) : toRgba(v128.load(vectors + 16 * <usize>index));
    store<u32>(entries + (index << 2), rgba);
  }
  if (transparentCount > 0) store<u32>(entries + (entryCount++ << 2), 0);
  finishPalette();
}

/** Lets the translucent entries go first, as `nearest` wants them. */
function sortIntoVectors(): void {
  let translucent: u32 = 0;
  for (let index: u32 = 0; index < entryCount; index++) {
    const vector = v128.load(vectors + 16 * <usize>index);
    if (f32x4.extract_lane(vector, 3) > 220.4) continue;
    const at = vectors + 16 * <usize>translucent;
    translucent++;
    v128.store(vectors + 16 * <usize>index, v128.load(at));
    v128.store(at, vector);
  }
  translucentCount = translucent;
  setEntries(vectors, entryCount, translucent);
}

function gather(): void {
  memory.fill(sums, 0, SUM * MOST);
  for (let index: u32 = 0; index < pointCount; index++) {
    const point = points + POINT * <usize>index;
    const vector = v128.load(point);
    const weight = load<f32>(point, 16);
    const isOpaque = index < opaquePointCount;
    const entry = nearest(vector, isOpaque);
    // A translucent point may lie nearest to an opaque entry, and must not draw it away from being opaque.
    if (!isOpaque && entry >= translucentCount) continue;
    const sum = sums + SUM * <usize>entry;
    v128.store(sum, f32x4.add(v128.load(sum), f32x4.mul(vector, f32x4.splat(weight))));
    store<f32>(sum, load<f32>(sum, 16) + weight, 16);
    const count = load<f32>(point, 24);
    store<f32>(sum, load<f32>(sum, 20) + count, 20);
    const leader = load<u32>(point, 20);
    if (leader != 0 && count > load<f32>(sum, 24)) {
      store<f32>(sum, count, 24);
      store<u32>(sum, leader, 28);
    }
  }
}

/** Sorts, drops what is there twice, and makes the vectors. */
function finishPalette(): void {
  for (let index: u32 = 1; index < entryCount; index++) {
    const rgba = load<u32>(entries + (index << 2));
    const own = rank(rgba);
    let at = index;
    for (; at > 0 && rank(load<u32>(entries + ((at - 1) << 2))) > own; at--) {
      store<u32>(entries + (at << 2), load<u32>(entries + ((at - 1) << 2)));
    }
    store<u32>(entries + (at << 2), rgba);
  }
  let kept: u32 = 0;
  translucentCount = 0;
  for (let index: u32 = 0; index < entryCount; index++) {
    const rgba = load<u32>(entries + (index << 2));
    if (kept > 0 && load<u32>(entries + ((kept - 1) << 2)) == rgba) continue;
    if (rgba >> 24 != 255) translucentCount++;
    store<u32>(entries + (kept << 2), rgba);
    v128.store(vectors + 16 * <usize>kept, toVector(rgba));
    kept++;
  }
  entryCount = kept;
  setEntries(vectors, entryCount, translucentCount);
}

/** Alpha first, then luma of BT.601, then the word itself, so that equals lie together. */
function rank(rgba: u32): u64 {
  const luma = 299 * (rgba & 255) + 587 * ((rgba >> 8) & 255) + 114 * ((rgba >> 16) & 255);
  return ((<u64>(rgba >> 24)) << 56) | ((<u64>luma) << 32) | <u64>rgba;
}
