// What the TypeScript side calls, in this order: beginPicture, setComponent for each, then for each the tables that
// fill its steps and ratios; addTable and addScan, with stagedBytes for the data; decode; plan; the writers.

import { endBlockRows } from "./block-row";
import { allocateComponent, componentAt, setComponentCount } from "./component";
import { resetCodeLengths } from "./code-lengths";
import { decodeStrip, failedScan, mcusHigh, mcusWide, setFrame, stripMcus } from "./frame";
import { codeSpec, codeValueCount, codeValues } from "./huffman-code";
import { latestTable, newTable } from "./huffman-table";
import { allocate, arenaTop, reach, resetMemory, stageAddress } from "./memory";
import { planOutput, progressiveBits, sequentialBits, writeAllAc, writeAllDc, writeAllInterleaved } from "./plan";
import { allocateReduction, reduceStrip } from "./reduce";
import { prepareThresholds, requantiseStrip, setRateDistortion } from "./requantise";
import { forgetScans, newScan, partAt, scanAt, scanCount } from "./scan";
import { OK, OUT_OF_MEMORY } from "./status";
import { beginTokens, tokenEnd } from "./tokens";
import { beginBytes, endBytes, takeBytes } from "./unstuff";

export { codeSpec, codeValueCount, codeValues, stageAddress };
export { beginRows, readRows, rowCount, rowsAddress, setPlane } from "./read-rows";
/** In place of beginPicture to decode, where a picture comes as pixels. */
export { beginWriting, endWriting, rowToWrite, setWritingSteps, writeRow } from "./write-rows";

let components: u32 = 0;
/** The source's bytes, and later the output. */
let inputStart: usize = 0;
let inputEnd: usize = 0;

/** `wide` and `high` count MCUs. */
export function beginPicture(wide: u32, high: u32, rowsInStrip: u32, count: u32, capBytes: u32): i32 {
  if (!resetMemory(capBytes)) return OUT_OF_MEMORY;
  setFrame(wide, high, rowsInStrip);
  setComponentCount(count);
  components = count;
  forgetScans();
  inputStart = 0;
  return OK;
}

export function setComponent(
  index: u32,
  h: u32,
  v: u32,
  blocksWide: u32,
  blocksHigh: u32,
  outH: u32,
  outV: u32,
  outWide: u32,
  outHigh: u32,
  halvesAcross: bool,
  halvesDown: bool,
  coarsens: bool,
  tableClass: u32,
): i32 {
  const c = componentAt(index);
  c.h = h;
  c.v = v;
  c.blocksWide = blocksWide;
  c.blocksHigh = blocksHigh;
  c.stripWide = mcusWide * h;
  c.stripHigh = v * stripMcus;
  c.outH = outH;
  c.outV = outV;
  c.outWide = outWide;
  c.outHigh = outHigh;
  c.halvesAcross = halvesAcross;
  c.halvesDown = halvesDown;
  c.coarsens = coarsens;
  c.tableClass = tableClass;
  c.index = index;
  c.eobRun = 0;
  c.reduces = false;
  return allocateComponent(c) ? OK : OUT_OF_MEMORY;
}

/** After setComponent, where the picture is made smaller: see component.ts. */
export function setReduction(
  index: u32,
  across: u32,
  down: u32,
  joinsAcross: bool,
  joinsDown: bool,
  samplesWide: u32,
  samplesHigh: u32,
): i32 {
  const c = componentAt(index);
  c.across = across;
  c.down = down;
  c.joinsAcross = joinsAcross;
  c.joinsDown = joinsDown;
  c.samplesWide = samplesWide;
  c.samplesHigh = samplesHigh;
  c.reduces = true;
  return allocateReduction(c) ? OK : OUT_OF_MEMORY;
}

/** Takes 64 x u16 source steps and then 64 x u32 ratios from the stage. */
export function setSteps(index: u32): void {
  const c = componentAt(index);
  memory.copy(c.sourceSteps, stageAddress(), 128);
  memory.copy(c.ratios, stageAddress() + 128, 256);
  prepareThresholds(c);
}

/** Takes BITS and HUFFVAL from the stage; `addedTable` is then its handle. */
export function addTable(valueCount: u32, isDc: bool): i32 {
  return newTable(stageAddress(), valueCount, isDc);
}

export function addedTable(): usize {
  return latestTable;
}

/** After the last table: bytes and restart positions of a scan, which `takeStaged` then fills. */
export function addScan(
  kind: u32,
  bandFrom: u32,
  bandTo: u32,
  low: u32,
  restartInterval: u32,
  restarts: u32,
  bytes: u32,
): i32 {
  if (inputStart == 0) inputStart = arenaTop();
  const scan = newScan(bytes, restarts);
  if (scan == null) return OUT_OF_MEMORY;
  scan.kind = kind;
  scan.bandStart = bandFrom;
  scan.bandEnd = bandTo;
  scan.low = low;
  scan.restartInterval = restartInterval;
  scan.partCount = 0;
  beginBytes();
  return OK;
}

/** To the newest scan. */
export function addPart(component: u32, dcTable: usize, acTable: usize): void {
  const scan = scanAt(scanCount - 1);
  const part = partAt(scanCount - 1, scan.partCount++);
  part.component = component;
  part.dcTable = dcTable;
  part.acTable = acTable;
  part.prediction = 0;
}

export function takeStaged(count: u32): void {
  takeBytes(scanAt(scanCount - 1), stageAddress(), count);
}

export function endScan(): void {
  endBytes(scanAt(scanCount - 1));
}

/** Reads and requantises the whole picture. On failure `stoppedAtMcuRow` and `stoppedInScan` say where. */
export function decode(rateDistortion: bool): i32 {
  setRateDistortion(rateDistortion);
  resetCodeLengths();
  // Room between the source's bytes and the tokens, so that even a tiny picture's output fits.
  if (allocate(4096) == 0) return OUT_OF_MEMORY;
  inputEnd = arenaTop();
  beginTokens(inputEnd);
  for (stoppedRow = 0; stoppedRow < mcusHigh; stoppedRow += stripMcus) {
    let status = decodeStrip(stoppedRow);
    if (status != OK) return status;
    for (let index: u32 = 0; index < components; index++) {
      const c = componentAt(index);
      status = c.reduces ? reduceStrip(c, stoppedRow * c.v) : requantiseStrip(c, stoppedRow * c.v);
      if (status != OK) return status;
    }
  }
  for (let index: u32 = 0; index < components; index++) {
    const c = componentAt(index);
    const status = c.reduces ? endBlockRows(c) : OK;
    if (status != OK) return status;
  }
  return OK;
}

let stoppedRow: u32 = 0;

export function stoppedAtMcuRow(): u32 {
  return stoppedRow;
}

export function stoppedInScan(): u32 {
  return failedScan;
}

/** Counts both ways; `wide` and `high` count MCUs of the output. Answers whether progressive is the shorter. */
export function plan(wide: u32, high: u32): bool {
  planOutput(wide, high);
  return progressiveBits < sequentialBits;
}

/** What the shorter way takes, before zeros are stuffed into it. */
export function plannedBytes(): usize {
  return <usize>(min(sequentialBits, progressiveBits) >> 3) + 1;
}

/** Where there was no source whose place the output could take: as many bytes for it, behind the tokens. */
export function makeOutputRoom(bytes: usize): i32 {
  if (!reach(tokenEnd + bytes)) return OUT_OF_MEMORY;
  inputStart = tokenEnd;
  inputEnd = tokenEnd + bytes;
  return OK;
}

/** The writers answer with the number of bytes at `outputStart`, 0 when they would need more room than the source. */
export function writeInterleaved(): usize {
  return writeAllInterleaved(inputStart, inputEnd);
}

export function writeDc(): usize {
  return writeAllDc(inputStart, inputEnd);
}

export function writeAc(component: u32): usize {
  return writeAllAc(component, inputStart, inputEnd);
}

export function outputStart(): usize {
  return inputStart;
}

/** The highest address in use: static tables, strips, source and tokens. */
export function peak(): usize {
  return max(tokenEnd, inputEnd);
}
