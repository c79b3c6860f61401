// The palette entry nearest to a colour, by looking at all of them four at a time. Entries come as vectors
// of colour-space.ts, the translucent ones first; an opaque colour may have an opaque entry only.

import { allocate } from "../../assembly/memory";

const MOST: usize = 256;
const FAR: f32 = 1e6;
const LANES: usize = MOST * 4;

/** Four arrays of floats, one a dimension: all entries. */
let all: usize = 0;
/** The same for the opaque ones alone. */
let opaque: usize = 0;
let firstOpaque: u32 = 0;
let count: u32 = 0;

export function allocateNearest(): void {
  all = allocate(4 * LANES);
  opaque = allocate(4 * LANES);
}

/** `vectors` holds 16 bytes an entry. */
export function setEntries(vectors: usize, entries: u32, translucentEntries: u32): void {
  count = entries;
  firstOpaque = translucentEntries;
  fill(all, vectors, entries);
  fill(opaque, vectors + 16 * <usize>translucentEntries, entries - translucentEntries);
}

function fill(lanes: usize, vectors: usize, entries: u32): void {
  for (let index: usize = 0; index < MOST; index++) {
    const isUsed = index < entries;
    for (let lane: usize = 0; lane < 4; lane++) {
      store<f32>(lanes + LANES * lane + 4 * index, isUsed ? load<f32>(vectors + 16 * index + 4 * lane) : FAR);
    }
  }
}

export function nearest(vector: v128, isOpaque: bool): u32 {
  return isOpaque ? search(opaque, count - firstOpaque, vector) + firstOpaque : search(all, count, vector);
}

function search(lanes: usize, entries: u32, vector: v128): u32 {
  const v0 = f32x4.splat(f32x4.extract_lane(vector, 0));
  const v1 = f32x4.splat(f32x4.extract_lane(vector, 1));
  const v2 = f32x4.splat(f32x4.extract_lane(vector, 2));
  const v3 = f32x4.splat(f32x4.extract_lane(vector, 3));
  let best = f32x4.splat(f32.MAX_VALUE);
  let bestAt = i32x4.splat(0);
  let at = i32x4(0, 1, 2, 3);
  const end = lanes + 4 * <usize>entries;
  for (; lanes < end; lanes += 16) {
    const d0 = f32x4.sub(v128.load(lanes), v0);
    const d1 = f32x4.sub(v128.load(lanes, LANES), v1);
    const d2 = f32x4.sub(v128.load(lanes, 2 * LANES), v2);
    const d3 = f32x4.sub(v128.load(lanes, 3 * LANES), v3);
    const distance = f32x4.add(
      f32x4.add(f32x4.mul(d0, d0), f32x4.mul(d1, d1)),
      f32x4.add(f32x4.mul(d2, d2), f32x4.mul(d3, d3)),
    );
    bestAt = v128.bitselect(at, bestAt, f32x4.lt(distance, best));
    best = f32x4.min(distance, best);
    at = i32x4.add(at, i32x4.splat(4));
  }
  return lowest(best, bestAt);
}

/**
 * The entry that, mixed with another, makes the point nearest to a colour; -1 where none comes nearer than that other
 * alone. `from` is the other, `off` the way from there to the colour. A mix holds at most half of the new one, and its
 * variance counts as an error with `patternCost`.
 */
export function partner(from: v128, off: v128, isOpaque: bool, patternCost: f32): i32 {
  const f0 = f32x4.splat(f32x4.extract_lane(from, 0));
  const f1 = f32x4.splat(f32x4.extract_lane(from, 1));
  const f2 = f32x4.splat(f32x4.extract_lane(from, 2));
  const f3 = f32x4.splat(f32x4.extract_lane(from, 3));
  const o0 = f32x4.splat(f32x4.extract_lane(off, 0));
  const o1 = f32x4.splat(f32x4.extract_lane(off, 1));
  const o2 = f32x4.splat(f32x4.extract_lane(off, 2));
  const o3 = f32x4.splat(f32x4.extract_lane(off, 3));
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  let lanes = isOpaque ? opaque : all;
  const end = lanes + 4 * <usize>(isOpaque ? count - firstOpaque : count);
  // What the error changes by; no change is what any mix must beat.
  let best = zero;
  let bestAt = i32x4.splat(-1);
  let at = i32x4(0, 1, 2, 3);
  for (; lanes < end; lanes += 16) {
    const d0 = f32x4.sub(v128.load(lanes), f0);
    const d1 = f32x4.sub(v128.load(lanes, LANES), f1);
    const d2 = f32x4.sub(v128.load(lanes, 2 * LANES), f2);
    const d3 = f32x4.sub(v128.load(lanes, 3 * LANES), f3);
    const along = f32x4.add(
      f32x4.add(f32x4.mul(d0, o0), f32x4.mul(d1, o1)),
      f32x4.add(f32x4.mul(d2, o2), f32x4.mul(d3, o3)),
    );
    const squared = f32x4.add(
      f32x4.add(f32x4.mul(d0, d0), f32x4.mul(d1, d1)),
      f32x4.add(f32x4.mul(d2, d2), f32x4.mul(d3, d3)),
    );
    const share = f32x4.min(f32x4.splat(0.5), f32x4.div(along, f32x4.max(squared, one)));
    const variance = f32x4.mul(squared, f32x4.mul(share, f32x4.sub(one, share)));
    const nearer = f32x4.mul(share, f32x4.sub(f32x4.mul(share, squared), f32x4.add(along, along)));
    const change = f32x4.add(nearer, f32x4.mul(variance, f32x4.splat(patternCost)));
    // Entries on the other side would be mixed in with less than nothing.
    const isBetter = v128.and(f32x4.lt(change, best), f32x4.gt(along, zero));
    best = v128.bitselect(change, best, isBetter);
    bestAt = v128.bitselect(at, bestAt, isBetter);
    at = i32x4.add(at, i32x4.splat(4));
  }
  const index = lowest(best, bestAt);
  return index >= 0 && isOpaque ? index + firstOpaque : index;
}

function lowest(values: v128, indices: v128): i32 {
  let index = i32x4.extract_lane(indices, 0);
  let value = f32x4.extract_lane(values, 0);
  if (f32x4.extract_lane(values, 1) < value) {
    value = f32x4.extract_lane(values, 1);
    index = i32x4.extract_lane(indices, 1);
  }
  if (f32x4.extract_lane(values, 2) < value) {
    value = f32x4.extract_lane(values, 2);
    index = i32x4.extract_lane(indices, 2);
  }
  if (f32x4.extract_lane(values, 3) < value) index = i32x4.extract_lane(indices, 3);
  return index;
}
