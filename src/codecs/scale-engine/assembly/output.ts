// A row of light becomes RGBA again, no longer premultiplied.

import { FULL, FULL_BITS, seen } from "./light";
import { allocate } from "../../assembly/memory";

/** 16 bytes a pixel; an even number of them. */
export let light: usize = 0;
export let output: usize = 0;

export function allocateOutput(width: usize): void {
  light = allocate(16 * (width + 1));
  output = allocate(4 * width);
}

export function darkenRow(width: usize): void {
  for (let x: usize = 0; x < width; x++) {
    const from = light + 16 * x;
    const share: u32 = load<u32>(from, 12);
    store<u32>(output + 4 * x, share >= FULL ? opaquePixel(from) : translucentPixel(from, share));
  }
}

// @ts-ignore: decorator
@inline
function opaquePixel(from: usize): u32 {
  return byteOf(load<u32>(from)) | (byteOf(load<u32>(from, 4)) << 8) | (byteOf(load<u32>(from, 8)) << 16) | 0xff000000;
}

function translucentPixel(from: usize, share: u32): u32 {
  const alpha = (share * 255 + FULL / 2) >> FULL_BITS;
  if (alpha == 0) return 0;
  return (
    byteOf(undo(load<u32>(from), share)) |
    (byteOf(undo(load<u32>(from, 4), share)) << 8) |
    (byteOf(undo(load<u32>(from, 8), share)) << 16) |
    (alpha << 24)
  );
}

// @ts-ignore: decorator
@inline
function byteOf(value: u32): u32 {
  return load<u8>(seen + value);
}

/** Each sample was limited on its own, so that it may be a little above its share. */
function undo(value: u32, share: u32): u32 {
  return min<u32>(FULL, ((value << FULL_BITS) + (share >> 1)) / share);
}
