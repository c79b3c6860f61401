// Makes one row of the target out of the pairs of rows around it, of which a ring holds no more than one row needs.

import { limit } from "./across";
import { PLAN_HEAD, mostPairs, planBytes, planPixel, weightBits } from "./kernel";
import { allocate } from "../../assembly/memory";

let width: usize = 0;
let bits: i32 = 0;
let ring: usize = 0;
let ringRows: usize = 0;
let rowBytes: usize = 0;
let plan: usize = 0;
/** Where in the ring each pair of the plan is; four bytes each. */
let addresses: usize = 0;

export function allocateDown(wide: usize, from: usize, to: usize): void {
  width = wide;
  bits = weightBits(from, to);
  ringRows = mostPairs(from, to);
  // Even, as two pixels are made at once.
  rowBytes = 16 * ((wide + 1) & ~(<usize>1));
  ring = allocate(ringRows * rowBytes);
  plan = allocate(planBytes(from, to));
  addresses = allocate(4 * ringRows);
}

export function ringRow(pair: usize): usize {
  return ring + rowBytes * (pair % ringRows);
}

/** Answers how many pairs of rows must have been there. */
export function planDown(y: usize, from: usize, to: usize): usize {
  planPixel(y, from, to, plan);
  const firstPair = <usize>load<u32>(plan);
  const pairs = <usize>load<u32>(plan, 4);
  for (let index: usize = 0; index < pairs; index++) {
    store<u32>(addresses + 4 * index, <u32>ringRow(firstPair + index));
  }
  return firstPair + pairs;
}

/** Four 32-bit samples of light a pixel. `target` has room for an even number of pixels. */
export function filterDown(target: usize): void {
  const half = i32x4.splat((1 << bits) >> 1);
  const weightsStart = plan + PLAN_HEAD;
  const toAddress = addresses - weightsStart;
  const lobe = weightsStart + 4 * <usize>load<u32>(plan, 8);
  const lobeEnd = weightsStart + 4 * <usize>load<u32>(plan, 12);
  const end = weightsStart + 4 * <usize>load<u32>(plan, 4);
  for (let offset: usize = 0; offset < 16 * width; offset += 32) {
    let weights = weightsStart;
    let sum = half;
    let sum2 = half;
    while (weights < lobe) {
      const from = <usize>load<u32>(weights + toAddress) + offset;
      const weight = v128.load32_splat(weights);
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(from), weight));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(v128.load(from, 16), weight));
      weights += 4;
    }
    const middle = <usize>load<u32>(weights + toAddress) + offset;
    let least = v128.load(middle);
    let most = least;
    let least2 = v128.load(middle, 16);
    let most2 = least2;
    while (weights < lobeEnd) {
      const from = <usize>load<u32>(weights + toAddress) + offset;
      const weight = v128.load32_splat(weights);
      const pair = v128.load(from);
      const pair2 = v128.load(from, 16);
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(pair, weight));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(pair2, weight));
      least = i16x8.min_s(least, pair);
      most = i16x8.max_s(most, pair);
      least2 = i16x8.min_s(least2, pair2);
      most2 = i16x8.max_s(most2, pair2);
      weights += 4;
    }
    while (weights < end) {
      const from = <usize>load<u32>(weights + toAddress) + offset;
      const weight = v128.load32_splat(weights);
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(from), weight));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(v128.load(from, 16), weight));
      weights += 4;
    }
    v128.store(target + offset, limit(i32x4.shr_s(sum, bits), least, most));
    v128.store(target + offset, limit(i32x4.shr_s(sum2, bits), least2, most2), 16);
  }
}
