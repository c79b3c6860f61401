// Which two palette entries to mix for a colour: the nearest one, and the one with which a point on the line between
// them comes nearest to the colour. Entries far apart make a coarse pattern and pay for it (after Yliluoma, 2011).
// Found once for each grain of colour.

import { grainOf, middleOf, sumOfProducts } from "./colour-space";
import { allocate } from "../../assembly/memory";
import { nearest, partner } from "./nearest";
import { vectors } from "./palette";

/** What a pattern costs, as a share of its variance. */
const PATTERN_COST: f32 = 0.15;

/**
 * Slot: grain + 1 at 0, the two entries at 4 and 8, one over their squared distance at 12 (0 where both are the same).
 */
const SLOT: usize = 16;
const SLOTS: u32 = 1 << 16;
const HASH_SHIFT: u32 = 16;
let slots: usize = 0;

export function allocatePairs(): void {
  slots = allocate(SLOT * SLOTS);
}

export function beginPairs(): void {
  memory.fill(slots, 0, SLOT * SLOTS);
}

/**
 * Where the pair for a colour lies that is not fully transparent. Depends on the grain alone, not on what was asked
 * before.
 */
export function pairFor(rgba: u32): usize {
  const grain = grainOf(rgba);
  const slot = slots + SLOT * <usize>((grain * 0x9e3779b1) >> HASH_SHIFT);
  if (load<u32>(slot) != grain + 1) {
    store<u32>(slot, grain + 1);
    findPair(slot, middleOf(grain), rgba >> 24 == 255);
  }
  return slot;
}

function findPair(slot: usize, colour: v128, isOpaque: bool): void {
  const first = nearest(colour, isOpaque);
  const from = v128.load(vectors + 16 * <usize>first);
  const second = partner(from, f32x4.sub(colour, from), isOpaque, PATTERN_COST);
  store<u32>(slot, first, 4);
  store<u32>(slot, second < 0 ? first : <u32>second, 8);
  if (second < 0) {
    store<f32>(slot, 0, 12);
    return;
  }
  const apart = f32x4.sub(v128.load(vectors + 16 * <usize>second), from);
  store<f32>(slot, 1 / sumOfProducts(apart, apart), 12);
}
