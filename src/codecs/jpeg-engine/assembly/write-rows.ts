// A picture that comes as rows of pixels: beginWriting, setWritingSteps for each component, then for each row its bytes at
// `rowToWrite` and writeRow, then endWriting. From there on it is planned and written as any other. Memory is two rows, a
// row of blocks of each component and the tokens.

import { allocateBlockRow, endBlockRows, endSampleRow, nextSampleRow } from "./block-row";
import { resetCodeLengths } from "./code-lengths";
import { allocateOutput, componentAt, componentCount, setComponentCount } from "./component";
import { chromaOf, layOver, lumaOf } from "./from-rgba";
import { allocate, arenaTop, resetMemory, stageAddress } from "./memory";
import { prepareThresholds, setRateDistortion } from "./requantise";
import { OK, OUT_OF_MEMORY } from "./status";
import { beginTokens } from "./tokens";

let pixelsWide: u32 = 0;
/** Pixels of a row as it is held: whole MCUs. */
let heldWide: u32 = 0;
let isOpaque: bool = true;
let background: u32 = 0;
/** Two rows. */
let rows: usize = 0;
/** Of the two, the one that is to come. */
let half: u32 = 0;

/** Three components are 4:2:0, one is grey. `below` is the background, red in its lowest byte, for what is not opaque. */
export function beginWriting(
  wide: u32,
  high: u32,
  components: u32,
  opaque: bool,
  below: u32,
  rateDistortion: bool,
  capBytes: u32,
): i32 {
  if (!resetMemory(capBytes)) return OUT_OF_MEMORY;
  pixelsWide = wide;
  heldWide = (wide + 15) & ~15;
  isOpaque = opaque;
  background = below;
  half = 0;
  setComponentCount(components);
  for (let index: u32 = 0; index < components; index++) {
    const c = componentAt(index);
    const isHalved = index > 0;
    c.outH = components > 1 && !isHalved ? 2 : 1;
    c.outV = c.outH;
    c.outWide = isHalved ? (wide + 15) >> 4 : (wide + 7) >> 3;
    c.outHigh = isHalved ? (high + 15) >> 4 : (high + 7) >> 3;
    c.coarsens = true;
    c.tableClass = isHalved ? 1 : 0;
    c.index = index;
    c.eobRun = 0;
    if (!allocateOutput(c) || !allocateBlockRow(c)) return OUT_OF_MEMORY;
  }
  rows = allocate(<usize>heldWide * 8);
  if (rows == 0) return OUT_OF_MEMORY;
  setRateDistortion(rateDistortion);
  resetCodeLengths();
  beginTokens(arenaTop());
  return OK;
}

/** Takes 64 x u32 ratios from the stage: 65536 / step. */
export function setWritingSteps(index: u32): void {
  const c = componentAt(index);
  memory.copy(c.ratios, stageAddress(), 256);
  prepareThresholds(c);
}

/** Where the next row's bytes go: red, green, blue, alpha for each pixel. */
export function rowToWrite(): usize {
  return rows + <usize>half * heldWide * 4;
}

export function writeRow(): i32 {
  const row = rowToWrite();
  const last = load<u32>(row + ((<usize>pixelsWide - 1) << 2));
  for (let x = pixelsWide; x < heldWide; x++) store<u32>(row + (<usize>x << 2), last);
  if (!isOpaque) layOver(row, heldWide, background);

  const luma = componentAt(0);
  lumaOf(row, heldWide, nextSampleRow(luma));
  let status = endSampleRow(luma);
  if (componentCount > 1 && half == 1) {
    const cb = componentAt(1);
    const cr = componentAt(2);
    chromaOf(rows, row, heldWide, nextSampleRow(cb), nextSampleRow(cr));
    if (status == OK) status = endSampleRow(cb);
    if (status == OK) status = endSampleRow(cr);
  }
  half ^= 1;
  return status;
}

/** After the last row: fills up the last blocks. */
export function endWriting(): i32 {
  let status: i32 = OK;
  // Chroma waits for the second of two rows.
  if (componentCount > 1 && half == 1) {
    memory.copy(rowToWrite(), rows, <usize>heldWide * 4);
    status = writeRow();
  }
  for (let index: u32 = 0; index < componentCount && status == OK; index++) status = endBlockRows(componentAt(index));
  return status;
}
