// Turns a row of pixels into a row of palette indices. Errors are diffused (Floyd and Steinberg, 1976) along a serpentine.

import { sumOfSquares, toVector } from "./colour-space";
import { exactIndex } from "./exact-colours";
import { allocate } from "./memory";
import { nearestCached } from "./nearest";
import { vectors } from "./palette";
import { T } from "./tune";
import { pixels, pixelsAbove, width, y } from "./rows";

export let indices: usize = 0;
/** One vector a pixel and one more at either end: the error that this row and the next one get. */
let errors: usize = 0;
let errorsBelow: usize = 0;
/** How much the picture changes around a pixel, 0 to 255. */
let activity: usize = 0;
let activityRaw: usize = 0;

export function allocateMap(wide: usize): void {
  indices = allocate(wide);
  errors = allocate(16 * (wide + 2));
  errorsBelow = allocate(16 * (wide + 2));
  activity = allocate(wide + 32) + 16;
  activityRaw = allocate(wide + 32) + 16;
}

export function beginMap(): void {
  memory.fill(errors, 0, 16 * (width + 2));
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

function measureActivity(): void {
  const above = y == 1 ? pixels : pixelsAbove;
  for (let x: usize = 0; x < width; x += 4) {
    const here = v128.load(pixels + 4 * x);
    const d = v128.or(
      absoluteDifference(here, v128.load(pixels + 4 * x - 4)),
      absoluteDifference(here, v128.load(above + 4 * x)),
    );
    // The largest channel in the lowest byte of each pixel.
    const m = i8x16.max_u(d, i32x4.shr_u(d, 16));
    const n = v128.and(i8x16.max_u(m, i32x4.shr_u(m, 8)), i32x4.splat(255));
    v128.store32_lane(activityRaw + x, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_u(n, n), i8x16.splat(0)), 0);
  }
  // The first pixel has nothing to its left.
  store<u8>(activityRaw, width > 1 ? load<u8>(activityRaw + 1) : 0);
  for (let x: usize = 0; x < width; x += 16) {
    const wide = i8x16.max_u(
      i8x16.max_u(v128.load(activityRaw + x - 2), v128.load(activityRaw + x - 1)),
      i8x16.max_u(
        v128.load(activityRaw + x),
        i8x16.max_u(v128.load(activityRaw + x + 1), v128.load(activityRaw + x + 2)),
      ),
    );
    v128.store(activity + x, wide);
  }
}

function absoluteDifference(a: v128, b: v128): v128 {
  return v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
}

export function mapRow(): void {
  measureActivity();
  const isForward = (y & 1) == 1;
  const smooth = T(0);
  const textured = T(1);
  const low = T(2);
  const high = T(3);
  const stickSmooth = T(4);
  const stickTextured = T(5);
  const most = f32x4.splat(T(6));
  const least = f32x4.splat(-T(6));
  const slope: f32 = 1.0 / (high - low);
  memory.fill(errorsBelow, 0, 16 * (width + 2));
  let x: usize = isForward ? 0 : width - 1;
  // Wraps: one less is added as the largest number.
  const step: usize = isForward ? 1 : usize.MAX_VALUE;
  const end: usize = isForward ? width : usize.MAX_VALUE;
  let carried = f32x4.splat(0);
  let last: u32 = 256;
  for (; x != end; x += step) {
    const rgba = load<u32>(pixels + 4 * x);
    const alpha = rgba >> 24;
    if (alpha == 0) {
      // One entry is exactly this; no error goes in or out.
      store<u8>(indices + x, 0);
      carried = f32x4.splat(0);
      last = 0;
      continue;
    }
    const here: usize = 16 * (x + 1);
    const isOpaque = alpha == 255;
    let error = f32x4.add(carried, v128.load(errors + here));
    error = f32x4.max(least, f32x4.min(most, error));
    if (isOpaque) error = f32x4.replace_lane(error, 3, 0);
    const wanted = f32x4.add(toVector(rgba), error);
    let index = nearestCached(wanted, isOpaque);
    const t = min<f32>(1, max<f32>(0, (<f32>load<u8>(activity + x) - low) * slope));
    let off = f32x4.sub(wanted, v128.load(vectors + 16 * <usize>index));
    if (last != index && last < 256) {
      const stick = stickSmooth + (stickTextured - stickSmooth) * t;
      const offLast = f32x4.sub(wanted, v128.load(vectors + 16 * <usize>last));
      const opaqueLast = f32x4.extract_lane(v128.load(vectors + 16 * <usize>last), 3) > 220.8;
      if ((!isOpaque || opaqueLast) && sumOfSquares(offLast) <= sumOfSquares(off) + stick) {
        index = last;
        off = offLast;
      }
    }
    last = index;
    store<u8>(indices + x, <u8>index);
    const strength = smooth + (textured - smooth) * t;
    const part = f32x4.mul(off, f32x4.splat(strength * 0.0625));
    carried = f32x4.mul(part, f32x4.splat(7));
    const ahead: usize = errorsBelow + here + 16 * step;
    const behind: usize = errorsBelow + here - 16 * step;
    v128.store(behind, f32x4.add(v128.load(behind), f32x4.mul(part, f32x4.splat(3))));
    v128.store(errorsBelow + here, f32x4.add(v128.load(errorsBelow + here), f32x4.mul(part, f32x4.splat(5))));
    v128.store(ahead, part);
  }
  const swapped = errors;
  errors = errorsBelow;
  errorsBelow = swapped;
}
