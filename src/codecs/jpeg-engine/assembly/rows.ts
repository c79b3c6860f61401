// A picture that comes as rows of pixels: beginRows, setRowSteps for each component, then for each row its bytes at
// `rowAddress` and takeRow, then endRows. From there on it is planned and written as any other. Memory is two rows, a
// row of blocks of each component and the tokens.

import { resetCodeLengths } from "./code-lengths";
import { allocateOutput, Component, componentAt, componentCount, setComponentCount } from "./component";
import { chromaOf, layOver, lumaOf } from "./from-rgba";
import { allocate, arenaTop, resetMemory, stageAddress } from "./memory";
import { allocatePlane, endPlaneRow, nextPlaneRow } from "./plane";
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
export function beginRows(wide: u32, high: u32, components: u32, opaque: bool, below: u32, capBytes: u32): i32 {
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
    if (!allocateOutput(c) || !allocatePlane(c)) return OUT_OF_MEMORY;
  }
  rows = allocate(<usize>heldWide * 8);
  if (rows == 0) return OUT_OF_MEMORY;
  resetCodeLengths();
  beginTokens(arenaTop());
  return OK;
}

/** For measurements: without it levels are rounded plainly. */
export function chooseRowLevels(on: bool): void {
  setRateDistortion(on);
}

/** Takes 64 x u32 ratios from the stage: 65536 / step. */
export function setRowSteps(index: u32): void {
  const c = componentAt(index);
  memory.copy(c.ratios, stageAddress(), 256);
  prepareThresholds(c);
}

export function rowAddress(): usize {
  return rows + <usize>half * heldWide * 4;
}

export function takeRow(): i32 {
  const row = rowAddress();
  const last = load<u32>(row + ((<usize>pixelsWide - 1) << 2));
  for (let x = pixelsWide; x < heldWide; x++) store<u32>(row + (<usize>x << 2), last);
  if (!isOpaque) layOver(row, heldWide, background);

  const luma = componentAt(0);
  lumaOf(row, heldWide, nextPlaneRow(luma));
  let status = endPlaneRow(luma);
  if (componentCount > 1 && half == 1) {
    const cb = componentAt(1);
    const cr = componentAt(2);
    chromaOf(rows, row, heldWide, nextPlaneRow(cb), nextPlaneRow(cr));
    if (status == OK) status = endPlaneRow(cb);
    if (status == OK) status = endPlaneRow(cr);
  }
  half ^= 1;
  return status;
}

/** Repeats the last row until the blocks that it is in are whole: the flattest way to go on (T.81 A.2.4). */
export function endRows(): i32 {
  while (isBegun(componentAt(0)) || (componentCount > 1 && (half == 1 || isBegun(componentAt(1))))) {
    memory.copy(rowAddress(), rows + <usize>(half ^ 1) * heldWide * 4, <usize>heldWide * 4);
    const status = takeRow();
    if (status != OK) return status;
  }
  return OK;
}

function isBegun(c: Component): bool {
  return c.planeRows > 0;
}
