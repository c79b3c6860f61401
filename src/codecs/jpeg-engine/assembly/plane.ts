// A component's samples in 8 bits: the rows of the strip that is at hand and, for what smooths downwards, the one above.

import { Component, MAX_COMPONENTS, stripBlock } from "./component";
import { inverseDct } from "./inverse-dct";
import { allocate } from "./memory";

@unmanaged
export class Plane {
  /** Samples that a block becomes: 8, 4, 2 or 1 either way. */
  across: u32;
  down: u32;
  /** Samples that hold picture. */
  width: u32;
  height: u32;
  /** Row `firstRow` of the component; the row above it, the last of the strip before, lies a stride below. */
  rows: usize;
  stride: usize;
  firstRow: u32;
  stripRows: u32;
  /** Samples of an MCU; where they are fewer than the picture has, upsample.ts makes up for them. */
  unitsAcross: u32;
  unitsDown: u32;
  mixesAcross: bool;
  mixesDown: bool;
  /** One row at the picture's resolution; 0 where the component's own will do. */
  upsampled: usize;
}

/** Before a row, so that its first sample has a neighbour; wide enough that rows stay aligned. */
const MARGIN: usize = 16;
/** Whoever goes by sixteen reads and writes so far beyond a row's end. */
export const SLACK: usize = 32;

const PLANE_BYTES: usize = offsetof<Plane>();
const planes: usize = memory.data(<i32>PLANE_BYTES * MAX_COMPONENTS, 8);
const SAMPLES: usize = memory.data(128, 16);

@inline
export function planeAt(index: u32): Plane {
  return changetype<Plane>(planes + <usize>index * PLANE_BYTES);
}

/** False when the cap is reached. */
export function allocatePlane(p: Plane, c: Component): bool {
  p.stripRows = c.v * p.down;
  p.firstRow = 0;
  p.stride = (MARGIN + <usize>c.blocksWide * p.across + 15) & ~(<usize>15);
  const above = allocate(p.stride * (p.stripRows + 1) + SLACK);
  p.rows = above + p.stride + MARGIN;
  return above != 0;
}

/** Makes samples of the strip's blocks. Strips come in order. */
export function fillPlane(p: Plane, c: Component, mcuRow: u32): void {
  const above = p.rows - p.stride - MARGIN;
  // With what `repeatEdges` has put behind it, which may be the first byte of the next row's margin.
  if (mcuRow > 0) memory.copy(above, above + p.stride * p.stripRows, p.stride + 1);
  p.firstRow = mcuRow * p.stripRows;
  const blockRows = min(c.v, c.blocksHigh - min(c.blocksHigh, mcuRow * c.v));
  for (let y: u32 = 0; y < blockRows; y++) {
    let at = p.rows + p.stride * (y * p.down);
    for (let x: u32 = 0; x < c.blocksWide; x++) {
      inverseDct(stripBlock(c, y, x), c.sourceSteps, p.across, p.down, 0, SAMPLES);
      put(p, at);
      at += p.across;
    }
  }
  for (let y: u32 = 0; y < blockRows * p.down; y++) repeatEdges(p, p.rows + p.stride * y);
}

/** The row, or the nearest that the component has. Only the strip's rows and the one above are there. */
@inline
export function rowOf(p: Plane, row: i32): usize {
  const there = max(0, min(<i32>p.height - 1, row));
  return p.rows + p.stride * (there - <i32>p.firstRow);
}

/** What lies beyond the picture looks like its last sample, not like what fills up the block. */
@inline
function repeatEdges(p: Plane, row: usize): void {
  store<u8>(row - 1, load<u8>(row));
  store<u8>(row + p.width, load<u8>(row + p.width - 1));
}

/** Around 128 again, and held to 8 bits (A.3.1). */
function put(p: Plane, at: usize): void {
  const middle = i16x8.splat(128);
  const stride = p.stride;
  const end = at + stride * p.down;
  let from = SAMPLES;
  for (; at < end; at += stride, from += 16) {
    const shifted = i16x8.add_sat_s(v128.load(from), middle);
    const samples = i8x16.narrow_i16x8_u(shifted, shifted);
    if (p.across == 8) store<u64>(at, i64x2.extract_lane(samples, 0));
    else if (p.across == 4) store<u32>(at, i32x4.extract_lane(samples, 0));
    else if (p.across == 2) store<u16>(at, i16x8.extract_lane_u(samples, 0));
    else store<u8>(at, i8x16.extract_lane_u(samples, 0));
  }
}
