// The colours of the picture, up to 256: a hash set of RGBA words that gives up at the 257th. While it has not, the
// picture can be a palette file without loss.

import { allocate } from "../../assembly/memory";

const SLOTS: u32 = 1024;
const MOST: u32 = 256;
/** Fibonacci hashing: 2^32 over the golden ratio. */
const MULTIPLIER: u32 = 0x9e3779b1;

/** Slot: RGBA word, then u16 index + 1; 0 is free. */
let words: usize = 0;
let indices: usize = 0;
/** RGBA words by index. */
export let exactColours: usize = 0;
export let exactCount: u32 = 0;

export function allocateExact(): void {
  words = allocate(SLOTS * 4);
  indices = allocate(SLOTS * 2);
  exactColours = allocate(MOST * 4);
}

export function beginExact(): void {
  memory.fill(indices, 0, SLOTS * 2);
  exactCount = 0;
}

export function isExact(): bool {
  return exactCount <= MOST;
}

/** No more may be added once there are too many. */
export function addExact(rgba: u32): void {
  const slot = find(rgba);
  if (load<u16>(indices + (slot << 1)) != 0) return;
  if (exactCount < MOST) {
    store<u32>(exactColours + (exactCount << 2), rgba);
    store<u32>(words + (slot << 2), rgba);
    store<u16>(indices + (slot << 1), <u16>(exactCount + 1));
  }
  exactCount++;
}

/** Of a colour that was added. */
export function exactIndex(rgba: u32): u32 {
  return <u32>load<u16>(indices + (find(rgba) << 1)) - 1;
}

/** After the palette was sorted. */
export function setExactIndex(rgba: u32, index: u32): void {
  store<u16>(indices + (find(rgba) << 1), <u16>(index + 1));
}

function find(rgba: u32): u32 {
  let slot = (rgba * MULTIPLIER) >> 22;
  while (load<u16>(indices + (slot << 1)) != 0 && load<u32>(words + (slot << 2)) != rgba)
    slot = (slot + 1) & (SLOTS - 1);
  return slot;
}
