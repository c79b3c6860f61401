// Hands the rows of a picture to the TypeScript side: beginReading; the palette and key of the source; readRows, until
// it answers OK, with takenRows after each full batch.

import { allocateExpand } from "./expand";
import { allocate, ranOut, resetMemory } from "../../assembly/memory";
import { beginRows, endRows, height, makeRow, setPicture, width, y } from "./rows";
import { OK, OUT_OF_MEMORY, STRIP_FULL } from "./status";

/** As many rows as fit into this, but one at least. */
const BATCH: usize = 65536;

let batch: usize = 0;
let batchRows: usize = 0;
let mostRows: usize = 0;

/** In far less memory than a picture that is to be written takes. */
export function beginReading(wide: u32, high: u32, type: u32, depth: u32, interlaced: bool, capBytes: u32): i32 {
  resetMemory(capBytes);
  allocateExpand();
  if (ranOut()) return OUT_OF_MEMORY;
  setPicture(wide, high, type, depth, interlaced);
  mostRows = max<usize>(1, BATCH / (4 * <usize>wide));
  batch = allocate(mostRows * 4 * wide);
  return ranOut() ? OUT_OF_MEMORY : OK;
}

/** From the first row on. */
export function restartReading(): void {
  batchRows = 0;
  beginRows();
}

/** Fills a batch. Rows that come before damage may be kept back with it. */
export function readRows(): i32 {
  while (y < height) {
    if (batchRows == mostRows) return STRIP_FULL;
    const status = makeRow(batch + batchRows * 4 * width);
    if (status != OK) return status;
    batchRows++;
  }
  return batchRows > 0 ? STRIP_FULL : endRows();
}

export function takenRows(): void {
  batchRows = 0;
}

export function batchAddress(): usize {
  return batch;
}

export function batchBytes(): usize {
  return batchRows * 4 * width;
}
