// Samples on their way into blocks: of each component as many rows as make one row of blocks of the output, i16 with
// three bits below the point, 0 for a grey of 128 (T.81 A.3.1). When all eight are there they are transformed, quantised
// and forgotten.

import { updateCodeLengths } from "./code-lengths";
import { Component } from "./component";
import { forwardDct } from "./forward-dct";
import { allocate } from "./memory";
import { requantiseResampled, roundDc, writeTokens } from "./requantise";
import { OK, OUT_OF_MEMORY } from "./status";
import { hasTokenRoom, tokenEnd } from "./tokens";

/** A sample has the bits below the point that a coefficient has, and a flat block's DC is eight times its sample. */
const FRACTION_BITS: u32 = 3;

const BLOCK_SIDE: u32 = 8;

const BLOCK: usize = memory.data(128, 16);

/** After the component's output is known; false when the cap is reached. */
export function allocateBlockRow(c: Component): bool {
  // Rows are written 16 samples at a time.
  c.rowWide = (c.outWide * 8 + 15) & ~15;
  c.rowsHeld = 0;
  c.blockRow = 0;
  c.rows = allocate(<usize>c.rowWide * BLOCK_SIDE * 2);
  return c.rows != 0;
}

/** Where the next row of samples goes. */
@inline
export function nextSampleRow(c: Component): usize {
  return c.rows + ((<usize>c.rowsHeld * c.rowWide) << 1);
}

/** Counts the row that has been written there; the eighth makes blocks of them. */
export function endSampleRow(c: Component): i32 {
  if (++c.rowsHeld < BLOCK_SIDE) return OK;
  c.rowsHeld = 0;
  const row = c.blockRow++;
  updateCodeLengths(c);
  store<usize>(c.rowTokens + <usize>row * sizeof<usize>(), tokenEnd);
  const stride = <usize>c.rowWide << 1;
  for (let x: u32 = 0; x < c.outWide; x++) {
    if (!hasTokenRoom()) return OUT_OF_MEMORY;
    codeBlock(c, c.rows + (<usize>x << 4), stride, c.dc + ((<usize>row * c.outWide + x) << 1));
  }
  return OK;
}

/** Repeats the last row until there are all blocks: the flattest way to go on (T.81 A.2.4). */
export function endBlockRows(c: Component): i32 {
  const bytes = <usize>c.rowWide << 1;
  while (c.blockRow < c.outHigh) {
    const last = (c.rowsHeld > 0 ? c.rowsHeld : BLOCK_SIDE) - 1;
    memory.copy(nextSampleRow(c), c.rows + <usize>last * bytes, bytes);
    const status = endSampleRow(c);
    if (status != OK) return status;
  }
  return OK;
}

function codeBlock(c: Component, samples: usize, stride: usize, dc: usize): void {
  if (isFlat(samples, stride)) {
    store<i16>(dc, <i16>roundDc(<i32>load<i16>(samples) << 3, load<u32>(c.ratios), FRACTION_BITS));
    writeTokens(c, 0, 0.0);
    return;
  }
  forwardDct(samples, stride, BLOCK);
  requantiseResampled(c, BLOCK, dc);
}

/** Of a product on white most blocks are. */
function isFlat(samples: usize, stride: usize): bool {
  const first = v128.load16_splat(samples);
  let other = v128.xor(v128.load(samples), first);
  if (v128.any_true(other)) return false;
  for (let row = 1; row < 8; row++) {
    samples += stride;
    other = v128.or(other, v128.xor(v128.load(samples), first));
  }
  return !v128.any_true(other);
}
