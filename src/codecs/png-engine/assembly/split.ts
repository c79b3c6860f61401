// Chooses the palette's colours: boxes of points, of which the one with the most squared error is cut in two at its
// mean across the direction in which it is longest (variance-based splitting after Wan, Prusinkiewicz and Wong, 1990,
// as Wu, 1991; the direction is the principal axis), until the mean squared error is small enough or the palette full.

import { sumOfProducts } from "./colour-space";
import { opaquePointCount, POINT, pointCount, points } from "./histogram";
import { allocate } from "../../assembly/memory";

const MOST: u32 = 256;
const POWER_ITERATIONS: i32 = 6;

/**
 * Box: mean at 0, axis at 16, first point at 32, end at 36, squared error by weight at 40; squared error by count at 44,
 * count at 48.
 */
const BOX: usize = 64;
let boxes: usize = 0;
export let boxCount: u32 = 0;

export function allocateBoxes(): void {
  boxes = allocate(BOX * MOST);
}

export function boxMean(index: u32): v128 {
  return v128.load(boxes + BOX * <usize>index);
}

/**
 * Stops at a mean squared error of `target`, by count, or at `most` boxes. Opaque and translucent points never share one, so
 * that opaque stays opaque.
 */
export function splitPoints(target: f32, most: u32): void {
  boxCount = 0;
  if (opaquePointCount > 0) addBox(0, opaquePointCount);
  if (pointCount > opaquePointCount) addBox(opaquePointCount, pointCount);
  let count: f32 = 0;
  for (let index: u32 = 0; index < boxCount; index++) count += load<f32>(boxes + BOX * <usize>index, 48);
  while (boxCount < most) {
    let worst: usize = 0;
    let worstError: f32 = 0;
    let error: f32 = 0;
    for (let index: u32 = 0; index < boxCount; index++) {
      const box = boxes + BOX * <usize>index;
      const own = load<f32>(box, 40);
      error += load<f32>(box, 44);
      if (own > worstError) {
        worstError = own;
        worst = box;
      }
    }
    if (worst == 0 || error <= target * count) return;
    cut(worst);
  }
}

function cut(box: usize): void {
  const first = load<u32>(box, 32);
  const end = load<u32>(box, 36);
  const mean = v128.load(box);
  const axis = v128.load(box, 16);
  let low = first;
  let high = end;
  while (low < high) {
    const point = points + POINT * <usize>low;
    if (sumOfProducts(f32x4.sub(v128.load(point), mean), axis) < 0) low++;
    else {
      high--;
      swap(point, points + POINT * <usize>high);
    }
  }
  // All on one side of their mean: nothing but rounding tells them apart.
  if (low == first || low == end) {
    store<f32>(box, 0, 40);
    return;
  }
  measure(box, first, low);
  addBox(low, end);
}

function addBox(first: u32, end: u32): void {
  measure(boxes + BOX * <usize>boxCount, first, end);
  boxCount++;
}

function measure(box: usize, first: u32, end: u32): void {
  const from = points + POINT * <usize>first;
  const to = points + POINT * <usize>end;
  let sum = f32x4.splat(0);
  let weight: f32 = 0;
  for (let point = from; point < to; point += POINT) {
    const w = load<f32>(point, 16);
    sum = f32x4.add(sum, f32x4.mul(v128.load(point), f32x4.splat(w)));
    weight += w;
  }
  const mean = f32x4.div(sum, f32x4.splat(weight));
  // The covariance, one row for each dimension.
  let row0 = f32x4.splat(0);
  let row1 = f32x4.splat(0);
  let row2 = f32x4.splat(0);
  let row3 = f32x4.splat(0);
  let plainError: f32 = 0;
  let count: f32 = 0;
  for (let point = from; point < to; point += POINT) {
    const d = f32x4.sub(v128.load(point), mean);
    const n = load<f32>(point, 24);
    plainError += n * sumOfProducts(d, d);
    count += n;
    const weighted = f32x4.mul(d, f32x4.splat(load<f32>(point, 16)));
    row0 = f32x4.add(row0, f32x4.mul(weighted, f32x4.splat(f32x4.extract_lane(d, 0))));
    row1 = f32x4.add(row1, f32x4.mul(weighted, f32x4.splat(f32x4.extract_lane(d, 1))));
    row2 = f32x4.add(row2, f32x4.mul(weighted, f32x4.splat(f32x4.extract_lane(d, 2))));
    row3 = f32x4.add(row3, f32x4.mul(weighted, f32x4.splat(f32x4.extract_lane(d, 3))));
  }
  const v0 = f32x4.extract_lane(row0, 0);
  const v1 = f32x4.extract_lane(row1, 1);
  const v2 = f32x4.extract_lane(row2, 2);
  const v3 = f32x4.extract_lane(row3, 3);
  const error = v0 + v1 + v2 + v3;
  // The power method, begun with the row of the largest variance.
  let axis = v0 >= v1 && v0 >= v2 && v0 >= v3 ? row0 : v1 >= v2 && v1 >= v3 ? row1 : v2 >= v3 ? row2 : row3;
  for (let round = 0; round < POWER_ITERATIONS; round++) {
    const length = sqrt<f32>(sumOfProducts(axis, axis));
    if (!(length > 0)) break;
    axis = f32x4.div(axis, f32x4.splat(length));
    const next01 = f32x4(sumOfProducts(row0, axis), sumOfProducts(row1, axis), 0, 0);
    const next23 = f32x4(0, 0, sumOfProducts(row2, axis), sumOfProducts(row3, axis));
    axis = f32x4.add(next01, next23);
  }
  v128.store(box, mean);
  v128.store(box, axis, 16);
  store<u32>(box, first, 32);
  store<u32>(box, end, 36);
  // One point has no error that a cut could take away.
  store<f32>(box, end - first > 1 ? error : 0, 40);
  store<f32>(box, plainError, 44);
  store<f32>(box, count, 48);
}

function swap(a: usize, b: usize): void {
  const a0 = v128.load(a);
  const a1 = v128.load(a, 16);
  v128.store(a, v128.load(b));
  v128.store(a, v128.load(b, 16), 16);
  v128.store(b, a0);
  v128.store(b, a1, 16);
}
