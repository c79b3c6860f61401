// What the TypeScript side calls, in this order: beginPicture and the palette and key of the source, or beginGiven;
// count, until it needs no more input; chooseExact or chooseLossy; beginOutput; write, until it answers OK, with
// takenStrip after each full strip. What only reads a picture calls batch.ts.

import { allocateExact, isExact } from "./exact-colours";
import { allocateExpand, lostDepth, setKey, setPaletteEntry, setPaletteSize } from "./expand";
import { addGiven, givenRoom, givenTail } from "./given";
import { allocateHistogram, beginHistogram, countRow, hasColour, runCount } from "./histogram";
import { addInput, inputRoom, inputTail } from "./inflate";
import { allocateMap, beginMap, mapExactRow, mapRow, used } from "./map";
import { ranOut, resetMemory, usedBytes } from "../../assembly/memory";
import { allocateNearest } from "./nearest";
import { allocatePairs, beginPairs } from "./pairs";
import { allocatePalette, chooseColours, entries, entryCount, useExactColours } from "./palette";
import { beginRows, endRows, height, isPlaneFull, nextRow, setGivenPicture, setPicture, y } from "./rows";
import { allocateBoxes } from "./split";
import { OK, OUT_OF_MEMORY, STRIP_FULL } from "./status";
import {
  allocateStrip,
  beginStrips,
  checksum,
  historyStart,
  isStripFull,
  nextStrip,
  stripEnd,
  stripStart,
  values,
  writeRow,
} from "./strip";

export { batchAddress, batchBytes, beginReading, readRows, restartReading, takenRows } from "./batch";
export { addGiven, givenRoom, givenTail };
export { addInput, inputRoom, inputTail, setKey, setPaletteEntry, setPaletteSize, isExact, usedBytes };

let isLossless: bool = false;
let rowWaits: bool = false;

export function beginPicture(wide: u32, high: u32, type: u32, depth: u32, interlaced: bool, capBytes: u32): i32 {
  allocateTables(wide, capBytes);
  // Last, for it writes: all before it must have been there.
  if (ranOut()) return OUT_OF_MEMORY;
  setPicture(wide, high, type, depth, interlaced);
  return begin();
}

/** A picture whose rows come from outside. */
export function beginGiven(wide: u32, high: u32, isHeld: bool, capBytes: u32): i32 {
  allocateTables(wide, capBytes);
  if (ranOut()) return OUT_OF_MEMORY;
  setGivenPicture(wide, high, isHeld);
  return begin();
}

/** Whether later readings need no rows from outside. */
export function isHeld(): bool {
  return isPlaneFull;
}

function allocateTables(wide: u32, capBytes: u32): void {
  resetMemory(capBytes);
  allocateExact();
  allocateExpand();
  allocateHistogram();
  allocateBoxes();
  allocateNearest();
  allocatePairs();
  allocatePalette();
  allocateMap(wide);
  allocateStrip(wide);
}

function begin(): i32 {
  if (ranOut()) return OUT_OF_MEMORY;
  beginHistogram();
  beginRows();
  return OK;
}

/** Reads the whole picture and counts its colours. */
export function count(): i32 {
  while (y < height) {
    const status = nextRow();
    if (status != OK) return status;
    countRow();
  }
  return endRows();
}

export function runs(): u32 {
  return runCount;
}

export function isGrey(): bool {
  return !hasColour;
}

export function hasLostDepth(): bool {
  return lostDepth;
}

export function chooseExact(): u32 {
  isLossless = true;
  useExactColours();
  return entryCount;
}

export function chooseLossy(target: f32, most: u32): u32 {
  isLossless = false;
  chooseColours(target, most);
  beginPairs();
  return entryCount;
}

export function paletteAddress(): usize {
  return entries;
}

/** A byte for each entry of a lossy palette: 1 where the last writing gave it to a pixel. */
export function usedAddress(): usize {
  return used;
}

/** Two bytes for each entry: what its index is written as. */
export function valuesAddress(): usize {
  return values;
}

export function beginOutput(depth: u32, samples: u32, filtered: bool): void {
  beginStrips(depth, samples, filtered);
  beginMap();
  beginRows();
  rowWaits = false;
}

/** Reads the picture again and fills strips. */
export function write(): i32 {
  while (rowWaits || y < height) {
    if (rowWaits) {
      if (isStripFull()) return STRIP_FULL;
      writeRow();
      rowWaits = false;
      continue;
    }
    const status = nextRow();
    if (status != OK) return status;
    if (isLossless) mapExactRow();
    else mapRow();
    rowWaits = true;
  }
  return OK;
}

export function takenStrip(): void {
  nextStrip();
}

export function stripAddress(): usize {
  return stripStart;
}

export function stripBytes(): usize {
  return stripEnd - stripStart;
}

export function stripHistoryBytes(): usize {
  return stripStart - historyStart;
}

export function stripChecksum(): u32 {
  return checksum;
}
