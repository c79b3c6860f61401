// Turns a row of pixels into a row of palette indices. Where two entries together come nearer to a colour than one,
// they are mixed in a fixed pattern (ordered dithering, Bayer, 1973) in exactly the proportion in which they lie along
// the line through it. So the mean of a few pixels is right and nothing bands, and, unlike diffused errors, the same
// colour makes the same pattern again and again, which deflate finds.

import { exactIndex } from "./exact-colours";
import { allocate } from "../../assembly/memory";
import { pairFor } from "./pairs";
import { toVector, sumOfProducts } from "./colour-space";
import { vectors } from "./palette";
import { pixels, pixelsAbove, width, y } from "./rows";

/** Index in sixteenths; 4 x 4, as a larger pattern is seen more easily and deflates worse. */
const thresholds = memory.data<u8>([0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]);

/**
 * Above the first step between neighbours a picture is textured, above the second entirely so. There an index stays
 * that of the pixel to the left as long as its squared error is no more than this larger than the best one's: nobody
 * sees it, and runs deflate well.
 */
const TEXTURE_FROM: f32 = 8;
const TEXTURE_TO: f32 = 32;
const STAY_ERROR: f32 = 20;
/** An entry above this in its fourth dimension is opaque. */
const OPAQUE: f32 = 220.8;

export let indices: usize = 0;
/** One byte an entry: 1 once a pixel has it. */
export let used: usize = 0;
/** The largest step to a neighbour in or beside a pixel, and in the pixel alone. */
let activity: usize = 0;
let steps: usize = 0;

export function allocateMap(wide: usize): void {
  indices = allocate(wide);
  used = allocate(256);
  activity = allocate(wide + 32) + 16;
  steps = allocate(wide + 32) + 16;
}

export function beginMap(): void {
  memory.fill(used, 0, 256);
}

export function mapExactRow(): void {
  let last: u32 = load<u32>(pixels) + 1;
  let index: u8 = 0;
  for (let x: usize = 0; x < width; x++) {
    const rgba = load<u32>(pixels + 4 * x);
    if (rgba != last) {
      last = rgba;
      index = <u8>exactIndex(rgba);
    }
    store<u8>(indices + x, index);
  }
}

export function mapRow(): void {
  measureActivity();
  const line = thresholds + 4 * (y & 3);
  let last: u32 = 256;
  let lastRgba: u32 = 0;
  let low: u32 = 0;
  let high: u32 = 0;
  /** Of the entry with the higher index. */
  let share: f32 = 0;
  for (let x: usize = 0; x < width; x++) {
    const rgba = load<u32>(pixels + 4 * x);
    const alpha = rgba >> 24;
    // One entry is exactly this.
    if (alpha == 0) {
      store<u8>(indices + x, 0);
      store<u8>(used, 1);
      last = 0;
      continue;
    }
    if (rgba != lastRgba) {
      lastRgba = rgba;
      const pair = pairFor(rgba);
      const first = load<u32>(pair, 4);
      const second = load<u32>(pair, 8);
      low = min(first, second);
      high = max(first, second);
      const from = v128.load(vectors + 16 * <usize>low);
      const apart = f32x4.sub(v128.load(vectors + 16 * <usize>high), from);
      share = sumOfProducts(f32x4.sub(toVector(rgba), from), apart) * load<f32>(pair, 12);
    }
    const threshold = (<f32>load<u8>(line + (x & 3)) + 0.5) * (1.0 / 16.0);
    let index = share > threshold ? high : low;
    const texture = <f32>load<u8>(activity + x);
    if (texture > TEXTURE_FROM && last != index && last < 256 && mayStay(rgba, index, last, texture)) index = last;
    last = index;
    store<u8>(indices + x, <u8>index);
    store<u8>(used + index, 1);
  }
}

function mayStay(rgba: u32, index: u32, last: u32, texture: f32): bool {
  const kept = v128.load(vectors + 16 * <usize>last);
  if (rgba >> 24 == 255 && f32x4.extract_lane(kept, 3) < OPAQUE) return false;
  const wanted = toVector(rgba);
  const best = f32x4.sub(wanted, v128.load(vectors + 16 * <usize>index));
  const off = f32x4.sub(wanted, kept);
  const most = STAY_ERROR * min<f32>(1, (texture - TEXTURE_FROM) / (TEXTURE_TO - TEXTURE_FROM));
  return sumOfProducts(off, off) <= sumOfProducts(best, best) + most;
}

function measureActivity(): void {
  const above = y == 1 ? pixels : pixelsAbove;
  for (let x: usize = 0; x < width; x += 4) {
    const here = v128.load(pixels + 4 * x);
    const left = v128.load(pixels + 4 * x - 4);
    const step = v128.or(difference(here, left), difference(here, v128.load(above + 4 * x)));
    // The largest channel moves into the lowest byte of each pixel.
    const half = i8x16.max_u(step, i32x4.shr_u(step, 16));
    const most = v128.and(i8x16.max_u(half, i32x4.shr_u(half, 8)), i32x4.splat(255));
    v128.store32_lane(steps + x, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_u(most, most), most), 0);
  }
  // The first pixel has nothing to its left, and the last nothing to its right.
  store<u8>(steps, width > 1 ? load<u8>(steps + 1) : 0);
  store<u16>(steps - 2, 0);
  store<u16>(steps + width, 0);
  for (let x: usize = 0; x < width; x += 16) {
    const near = i8x16.max_u(v128.load(steps + x - 1), i8x16.max_u(v128.load(steps + x), v128.load(steps + x + 1)));
    const far = i8x16.max_u(v128.load(steps + x - 2), v128.load(steps + x + 2));
    v128.store(activity + x, i8x16.max_u(near, far));
  }
}

function difference(a: v128, b: v128): v128 {
  return v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
}
