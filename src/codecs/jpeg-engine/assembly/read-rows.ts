// The picture as rows of RGBA, for what reads it: after the scans are loaded, beginRows, setPlane for each component, and
// then readRows for one MCU row after the other. A row that smooths chroma downwards needs the chroma row below it, so
// that the last row of each strip waits for the next strip.

import { componentAt, componentCount } from "./component";
import { decodeStrip, mcusHigh } from "./frame";
import { allocate } from "./memory";
import { allocatePlane, fillPlane, planeAt, SLACK } from "./plane";
import { greyToRgba, rgbToRgba, ycbcrToRgba } from "./rgba";
import { OK, OUT_OF_MEMORY } from "./status";
import { prepareUpsampling, setResolution, upsampledRow } from "./upsample";

// wasm-exports.ts has the same list.
const GREY: u32 = 0;
const YCBCR: u32 = 1;

let width: u32 = 0;
let height: u32 = 0;
let mcuRows: u32 = 0;
let colourModel: u32 = GREY;
let pixels: usize = 0;
/** The picture's row at `pixels`, and one past the last there. */
let firstRow: u32 = 0;
let endRow: u32 = 0;
/** Rows that wait for the next strip: 1 or none. */
let waitingRows: u32 = 0;

/** `wide` x `high` pixels; `mcuAcross` x `mcuDown` of them come from one MCU. */
export function beginRows(wide: u32, high: u32, mcuAcross: u32, mcuDown: u32, colour: u32): i32 {
  width = wide;
  height = high;
  mcuRows = mcuDown;
  colourModel = colour;
  endRow = 0;
  waitingRows = 0;
  setResolution(mcuAcross, mcuDown, wide);
  pixels = allocate(<usize>wide * 4 * (mcuDown + 1) + 4 * SLACK);
  return pixels != 0 ? OK : OUT_OF_MEMORY;
}

/** A block becomes `across` x `down` samples, the component `wide` x `high`. */
export function setPlane(index: u32, across: u32, down: u32, wide: u32, high: u32): i32 {
  const c = componentAt(index);
  const p = planeAt(index);
  p.across = across;
  p.down = down;
  p.width = wide;
  p.height = high;
  if (!allocatePlane(p, c) || !prepareUpsampling(p, c.h, c.v)) return OUT_OF_MEMORY;
  if (p.mixesDown) waitingRows = 1;
  return OK;
}

export function readRows(mcuRow: u32): i32 {
  const status = decodeStrip(mcuRow);
  if (status != OK) return status;
  for (let index: u32 = 0; index < componentCount; index++) fillPlane(planeAt(index), componentAt(index), mcuRow);
  firstRow = endRow;
  endRow = mcuRow + 1 < mcusHigh ? (mcuRow + 1) * mcuRows - waitingRows : height;
  let out = pixels;
  for (let y = firstRow; y < endRow; y++, out += <usize>width << 2) {
    const first = upsampledRow(planeAt(0), y);
    if (colourModel == GREY) {
      greyToRgba(first, width, out);
      continue;
    }
    const second = upsampledRow(planeAt(1), y);
    const third = upsampledRow(planeAt(2), y);
    if (colourModel == YCBCR) ycbcrToRgba(first, second, third, width, out);
    else rgbToRgba(first, second, third, width, out);
  }
  return OK;
}

export function rowsAddress(): usize {
  return pixels;
}

/** Rows that the last `readRows` made. */
export function rowCount(): u32 {
  return endRow - firstRow;
}
