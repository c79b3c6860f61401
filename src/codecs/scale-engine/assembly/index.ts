// What TypeScript calls: beginPicture, then for every two rows addRows, and after each makeRow until it has none.

import { allocateAcross, filterAcross, planAcross } from "./across";
import { allocateDown, filterDown, planDown, ringRow } from "./down";
import { allocateKernel, mostPairs } from "./kernel";
import { allocateLight, beginLight } from "./light";
import { ranOut, resetMemory } from "../../assembly/memory";
import { allocateOutput, darkenRow, light, output } from "./output";
import { allocatePairs, first, input, lightenRow, second } from "./pairs";
import { OK, OUT_OF_MEMORY } from "./status";

export { usedBytes } from "../../assembly/memory";

let width: usize = 0;
let height: usize = 0;
let outWidth: usize = 0;
let outHeight: usize = 0;
let hasAlpha: bool = false;
let pairsThere: usize = 0;
let y: usize = 0;
/** So many pairs of rows make the row y. */
let pairsNeeded: usize = 0;

/** The target is no larger than the source in either direction. */
export function beginPicture(wide: u32, high: u32, outWide: u32, outHigh: u32, alpha: bool, capBytes: u32): i32 {
  width = wide;
  height = high;
  outWidth = outWide;
  outHeight = outHigh;
  hasAlpha = alpha;
  resetMemory(capBytes);
  allocateLight();
  allocatePairs(wide);
  allocateKernel(max(mostPairs(wide, outWide), mostPairs(high, outHigh)));
  allocateAcross(wide, outWide);
  allocateDown(outWide, high, outHigh);
  allocateOutput(outWide);
  if (ranOut()) return OUT_OF_MEMORY;
  beginLight();
  planAcross(wide, outWide);
  pairsThere = 0;
  y = 0;
  pairsNeeded = planDown(0, high, outHigh);
  return OK;
}

/** Where the next two rows go, one behind the other. */
export function inputAddress(): usize {
  return input;
}

/** Takes two rows, or the last one of an odd number. */
export function addRows(count: u32): void {
  lightenRow(input, first, width, hasAlpha);
  if (count == 2) lightenRow(input + 4 * width, second, width, hasAlpha);
  else memory.copy(second, first, 16 * ((width + 1) >> 1));
  filterAcross(ringRow(pairsThere), outWidth);
  pairsThere++;
}

/** False when more rows must come first, or none is missing. */
export function makeRow(): bool {
  if (y == outHeight || pairsThere < pairsNeeded) return false;
  filterDown(light);
  darkenRow(outWidth);
  y++;
  if (y < outHeight) pairsNeeded = planDown(y, height, outHeight);
  return true;
}

export function outputAddress(): usize {
  return output;
}
