// The palette entry nearest to a colour, by looking at all of them four at a time, and a cache in front of it. Entries come as vectors
// of colour-space.ts, the translucent ones first; an opaque colour may have an opaque entry only.

import { allocate } from "./memory";

const MOST: usize = 256;
const FAR: f32 = 1e6;
const LANES: usize = MOST * 4;

/** Four arrays of floats, one a dimension: all entries. */
let all: usize = 0;
/** The same for the opaque ones alone. */
let opaque: usize = 0;
let firstOpaque: u32 = 0;
let count: u32 = 0;

/** Slot: key + 1 in the upper 24 bits, the entry in the lower 8. */
let cache: usize = 0;
const CACHE_SLOTS: u32 = 1 << 16;
const CACHE_SHIFT: u32 = 16;
/** Above all keys of opaque colours. */
const TRANSLUCENT_KEY: u32 = 1 << 23;

export function allocateNearest(): void {
  all = allocate(4 * LANES);
  opaque = allocate(4 * LANES);
  cache = allocate(CACHE_SLOTS * 4);
}

/** `vectors` holds 16 bytes an entry. */
export function setEntries(vectors: usize, entries: u32, translucentEntries: u32): void {
  count = entries;
  firstOpaque = translucentEntries;
  fill(all, vectors, entries);
  fill(opaque, vectors + 16 * <usize>translucentEntries, entries - translucentEntries);
  memory.fill(cache, 0, CACHE_SLOTS * 4);
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
  let index = i32x4.extract_lane(bestAt, 0);
  let distance = f32x4.extract_lane(best, 0);
  if (f32x4.extract_lane(best, 1) < distance) {
    distance = f32x4.extract_lane(best, 1);
    index = i32x4.extract_lane(bestAt, 1);
  }
  if (f32x4.extract_lane(best, 2) < distance) {
    distance = f32x4.extract_lane(best, 2);
    index = i32x4.extract_lane(bestAt, 2);
  }
  if (f32x4.extract_lane(best, 3) < distance) index = i32x4.extract_lane(bestAt, 3);
  return index;
}

/**
 * The same to the grain of the cache: steps of 2 for an opaque colour, of 4 otherwise and of 8 for its alpha. The entry is the nearest
 * to the middle of the grain, so that the answer does not depend on what was asked before.
 */
export function nearestCached(vector: v128, isOpaque: bool): u32 {
  const shift: i32 = isOpaque ? 1 : 2;
  const most: i32 = isOpaque ? 127 : 63;
  const moved = f32x4.add(vector, f32x4(127.5, 127.5, 127.5, 0));
  const grains = i32x4.min_s(i32x4.shr_u(i32x4.trunc_sat_f32x4_u(moved), shift), i32x4.splat(most));
  let key =
    <u32>i32x4.extract_lane(grains, 0) |
    ((<u32>i32x4.extract_lane(grains, 1)) << 7) |
    ((<u32>i32x4.extract_lane(grains, 2)) << 14);
  let alphaGrain: u32 = 0;
  if (!isOpaque) {
    alphaGrain = min<u32>(<u32>(f32x4.extract_lane(vector, 3) * (1.1547005 / 8.0)), 31);
    key =
      TRANSLUCENT_KEY |
      <u32>i32x4.extract_lane(grains, 0) |
      ((<u32>i32x4.extract_lane(grains, 1)) << 6) |
      ((<u32>i32x4.extract_lane(grains, 2)) << 12) |
      (alphaGrain << 18);
  }
  const slot = cache + 4 * <usize>((key * 0x9e3779b1) >> CACHE_SHIFT);
  const held = load<u32>(slot);
  if (held >> 8 == key + 1) return held & 255;
  const index = nearest(middleOf(grains, alphaGrain, isOpaque), isOpaque);
  store<u32>(slot, ((key + 1) << 8) | index);
  return index;
}

function middleOf(grains: v128, alphaGrain: u32, isOpaque: bool): v128 {
  const grain: f32 = isOpaque ? 2 : 4;
  const scaled = f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(grains), f32x4.splat(0.5)), f32x4.splat(grain));
  const alpha: f32 = isOpaque ? 255 : <f32>(alphaGrain * 8) + 4;
  return f32x4.replace_lane(f32x4.sub(scaled, f32x4.splat(127.5)), 3, alpha * 0.8660254);
}
