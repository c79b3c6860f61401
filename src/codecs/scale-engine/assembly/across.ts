// Makes two rows as wide as the target out of two as wide as the source, and lays them together in pairs again, this time
// of one pixel above the other, for the way down.

import { PLAN_HEAD, planBytes, planPixel, weightBits } from "./kernel";
import { allocate } from "../../assembly/memory";
import { first, second } from "./pairs";

let plans: usize = 0;
let planStride: usize = 0;
let bits: i32 = 0;

export function allocateAcross(from: usize, to: usize): void {
  planStride = planBytes(from, to);
  plans = allocate(planStride * to);
  bits = weightBits(from, to);
}

export function planAcross(from: usize, to: usize): void {
  for (let x: usize = 0; x < to; x++) planPixel(x, from, to, plans + planStride * x);
}

export function filterAcross(target: usize, width: usize): void {
  const half = i32x4.splat((1 << bits) >> 1);
  const lowHalf = i32x4.splat(0xffff);
  let plan = plans;
  for (let x: usize = 0; x < width; x++, plan += planStride) {
    const apart = second - first;
    let from = first + 16 * <usize>load<u32>(plan);
    let weights = plan + PLAN_HEAD;
    const lobe = weights + 4 * <usize>load<u32>(plan, 8);
    const lobeEnd = weights + 4 * <usize>load<u32>(plan, 12);
    const end = weights + 4 * <usize>load<u32>(plan, 4);
    let sum = half;
    let sum2 = half;
    while (weights < lobe) {
      const weight = v128.load32_splat(weights);
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(from), weight));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(v128.load(from + apart), weight));
      from += 16;
      weights += 4;
    }
    let least = v128.load(from);
    let most = least;
    let least2 = v128.load(from + apart);
    let most2 = least2;
    while (weights < lobeEnd) {
      const weight = v128.load32_splat(weights);
      const pair = v128.load(from);
      const pair2 = v128.load(from + apart);
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(pair, weight));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(pair2, weight));
      least = i16x8.min_s(least, pair);
      most = i16x8.max_s(most, pair);
      least2 = i16x8.min_s(least2, pair2);
      most2 = i16x8.max_s(most2, pair2);
      from += 16;
      weights += 4;
    }
    while (weights < end) {
      const weight = v128.load32_splat(weights);
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(from), weight));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(v128.load(from + apart), weight));
      from += 16;
      weights += 4;
    }
    const upper = limit(i32x4.shr_s(sum, bits), least, most);
    const lower = limit(i32x4.shr_s(sum2, bits), least2, most2);
    v128.store(target + 16 * x, v128.or(v128.and(upper, lowHalf), i32x4.shl(lower, 16)));
  }
}

/**
 * Lanczos swings over beside an edge, and in light by far too much for the eye: a dark grey of 40 beside white would
 * become 0. A value between the least and the most of the pixels in its middle lobe has no halo and is as sharp.
 */
// @ts-ignore: decorator
@inline
export function limit(value: v128, least: v128, most: v128): v128 {
  const low = i32x4.min_s(i32x4.shr_s(i32x4.shl(least, 16), 16), i32x4.shr_s(least, 16));
  const high = i32x4.max_s(i32x4.shr_s(i32x4.shl(most, 16), 16), i32x4.shr_s(most, 16));
  return i32x4.min_s(i32x4.max_s(value, low), high);
}
