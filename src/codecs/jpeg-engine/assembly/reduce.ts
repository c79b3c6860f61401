// A component to a half, a quarter or an eighth of its size, block by block: the mean of every 2 x 2, 4 x 4 or 8 x 8
// samples, and of twice as many where chroma is halved besides. A source block leaves a few samples, and eight rows of
// them become blocks of the output (block-row.ts). It is all the same to it what the components mean: no RGB on the way.
//
// The values that are averaged are gamma-encoded, as libjpeg's own scaling does it, not linear light: where black and
// white lie close together, the mean is a little darker than they look from afar. The last samples of a row or column
// may hold some of what fills up the source's last block, which encoders make from its edge.

import { allocateBlockRow, endSampleRow, nextSampleRow } from "./block-row";
import { Component, stripBlock } from "./component";
import { inverseDct } from "./inverse-dct";
import { allocate } from "./memory";
import { OK } from "./status";

const FRACTION_BITS: i32 = 3;
/** Of 8 bits a sample, with three bits below the point: what decoders hold their samples to. */
const LEAST: i16 = -1024;
const MOST: i16 = 1016;

const SAMPLES: usize = memory.data(128, 16);

/** False when the cap is reached. */
export function allocateReduction(c: Component): bool {
  if (!allocateBlockRow(c)) return false;
  c.spareRow = allocate((<usize>max(c.blocksWide, c.rowWide) + 1) * 2);
  return c.spareRow != 0;
}

/** Makes samples of the strip whose first block row is `firstRow`, and blocks of what is whole. */
export function reduceStrip(c: Component, firstRow: u32): i32 {
  for (let y: u32 = 0; y < c.stripHigh; y++) {
    const row = firstRow + y;
    if (row >= c.blocksHigh) break;
    const status = reduceBlockRow(c, row, y);
    if (status != OK) return status;
  }
  return OK;
}

function reduceBlockRow(c: Component, row: u32, y: u32): i32 {
  if (c.joinsAcross || c.joinsDown) return joinBlockRow(c, row, y);
  gather(c, y, nextSampleRow(c));
  for (let j: u32 = 0; j < c.down; j++) {
    const status = finishSampleRow(c);
    if (status != OK) return status;
  }
  return OK;
}

/** Where a sample is to stand for two blocks, each of them has left one. */
function joinBlockRow(c: Component, row: u32, y: u32): i32 {
  gather(c, y, c.spareRow);
  if (c.joinsAcross) joinPairs(c.spareRow, c.blocksWide);
  const isSecond = c.joinsDown && (row & 1) == 1;
  const out = nextSampleRow(c);
  const bytes = <usize>c.rowWide << 1;
  for (let at: usize = 0; at < bytes; at += 2) {
    const sample = <i32>load<i16>(c.spareRow + at);
    store<i16>(out + at, <i16>(isSecond ? mean(<i32>load<i16>(out + at), sample) : sample));
  }
  const waits = c.joinsDown && !isSecond && row + 1 < c.blocksHigh;
  return waits ? OK : finishSampleRow(c);
}

/** The samples of a row of blocks, in rows as far apart as the component holds them. */
function gather(c: Component, y: u32, into: usize): void {
  const stride = <usize>c.rowWide << 1;
  const bytes = <usize>c.across << 1;
  for (let x: u32 = 0; x < c.blocksWide; x++) {
    inverseDct(stripBlock(c, y, x), c.sourceSteps, c.across, c.down, FRACTION_BITS, SAMPLES);
    let to = into + <usize>x * bytes;
    for (let from = SAMPLES; from < SAMPLES + (<usize>c.down << 4); from += 16) {
      if (bytes == 8) store<u64>(to, load<u64>(from));
      else if (bytes == 4) store<u32>(to, load<u32>(from));
      else store<u16>(to, load<u16>(from));
      to += stride;
    }
  }
}

/** In place; the last of an odd number stays as it is. */
function joinPairs(row: usize, count: u32): void {
  for (let x: u32 = 0; x < count; x += 2) {
    const first = <i32>load<i16>(row + (<usize>x << 1));
    const second = x + 1 < count ? <i32>load<i16>(row + (<usize>x << 1), 2) : first;
    store<i16>(row + x, <i16>mean(first, second));
  }
}

@inline
function mean(a: i32, b: i32): i32 {
  return (a + b + 1) >> 1;
}

/** Holds a row of samples to their range and repeats its last one up to the end of its blocks. */
function finishSampleRow(c: Component): i32 {
  // Rows beyond the picture: `endBlockRows` repeats the last one that is in it.
  if (c.blockRow * 8 + c.rowsHeld >= c.samplesHigh) return OK;
  const row = nextSampleRow(c);
  const least = i16x8.splat(LEAST);
  const most = i16x8.splat(MOST);
  const end = row + (<usize>c.rowWide << 1);
  for (let at = row; at < end; at += 16) {
    v128.store(at, i16x8.min_s(i16x8.max_s(v128.load(at), least), most));
  }
  const beyond = row + (<usize>c.samplesWide << 1);
  const last = load<i16>(beyond - 2);
  for (let at = beyond; at < end; at += 2) store<i16>(at, last);
  return endSampleRow(c);
}
