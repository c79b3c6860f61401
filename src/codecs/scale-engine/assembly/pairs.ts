// Two rows of RGBA become light, premultiplied by alpha. Neighbours stand in pairs, sample by sample (r0 r1 g0 g1 b0 b1
// a0 a1), because one instruction then multiplies both by their weights and adds them up. The last pixel of an odd row is
// its own neighbour.

import { FULL, FULL_BITS, lights, shares } from "./light";
import { allocate } from "../../assembly/memory";

/** Two rows of RGBA, one behind the other. */
export let input: usize = 0;
/** The same as light; 16 bytes a pair. */
export let first: usize = 0;
export let second: usize = 0;

export function allocatePairs(width: usize): void {
  input = allocate(8 * width);
  first = allocate(16 * ((width + 1) >> 1));
  second = allocate(16 * ((width + 1) >> 1));
}

export function lightenRow(from: usize, to: usize, width: usize, hasAlpha: bool): void {
  if (hasAlpha) lightenTranslucent(from, to, width);
  else lightenOpaque(from, to, width);
  if ((width & 1) == 0) return;
  const last = to + 16 * (width >> 1);
  for (let sample: usize = 0; sample < 4; sample++) store<u16>(last + 4 * sample, load<u16>(last + 4 * sample), 2);
}

function lightenOpaque(from: usize, to: usize, width: usize): void {
  const opaque: u32 = FULL | (FULL << 16);
  for (let x: usize = 0; x < width; x += 2) {
    // What an odd row has behind it is read and then replaced.
    store<u32>(to, lightOf(from, 0) | (lightOf(from, 4) << 16));
    store<u32>(to, lightOf(from, 1) | (lightOf(from, 5) << 16), 4);
    store<u32>(to, lightOf(from, 2) | (lightOf(from, 6) << 16), 8);
    store<u32>(to, opaque, 12);
    from += 8;
    to += 16;
  }
}

function lightenTranslucent(from: usize, to: usize, width: usize): void {
  for (let x: usize = 0; x < width; x++) {
    const share: u32 = load<u16>(shares + 2 * <usize>load<u8>(from, 3));
    const at = to + 16 * (x >> 1) + 2 * (x & 1);
    store<u16>(at, <u16>((lightOf(from, 0) * share + FULL / 2) >> FULL_BITS));
    store<u16>(at, <u16>((lightOf(from, 1) * share + FULL / 2) >> FULL_BITS), 4);
    store<u16>(at, <u16>((lightOf(from, 2) * share + FULL / 2) >> FULL_BITS), 8);
    store<u16>(at, <u16>share, 12);
    from += 4;
  }
}

// @ts-ignore: decorator
@inline
function lightOf(pixel: usize, sample: usize): u32 {
  return load<u16>(lights + 2 * <usize>load<u8>(pixel + sample));
}
