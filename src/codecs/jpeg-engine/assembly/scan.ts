// A scan (T.81 B.2.3) and where its reading stands. Every scan visits its blocks from top to bottom, so all of them are
// read in step, one MCU row at a time, and no scan's result has to be kept for the whole picture.

import { allocate } from "./memory";

// How a block of the scan is coded: F.2.2, and G.2's four kinds.
export const SEQUENTIAL: u32 = 0;
export const DC_FIRST: u32 = 1;
export const DC_REFINE: u32 = 2;
export const AC_FIRST: u32 = 3;
export const AC_REFINE: u32 = 4;

@unmanaged
export class Scan {
  /** The bytes lie reversed, unstuffed: the window of byte n is the u64 at `head - n`. */
  head: usize;
  /** Next bit to be read. */
  bit: u32;
  /** First bit that does not belong to the current restart interval. */
  intervalEnd: u32;
  dataEnd: u32;
  kind: u32;
  bandStart: u32;
  bandEnd: u32;
  low: u32;
  eobRun: u32;
  /** 0: none. Counted in MCUs. */
  restartInterval: u32;
  untilRestart: u32;
  /** u32 per RSTn: the bit where the interval after it begins. */
  restarts: usize;
  restartCount: u32;
  restartIndex: u32;
  partCount: u32;
}

/** A component's share of a scan. */
@unmanaged
export class Part {
  component: u32;
  dcTable: usize;
  acTable: usize;
  prediction: i32;
}

/** More are a file made to be slow; encoders in use write at most 16 or so. */
export const MAX_SCANS: i32 = 100;
const SCAN_BYTES: usize = offsetof<Scan>();
const PART_BYTES: usize = offsetof<Part>();
const scans: usize = memory.data(<i32>SCAN_BYTES * MAX_SCANS, 8);
const parts: usize = memory.data(<i32>PART_BYTES * MAX_SCANS * 4, 8);

// A block may be read to its end before the overrun is noticed: at most 64 x (16 + 15) bits, and the window's 8 bytes.
const GUARD_BYTES: usize = 320;

export let scanCount: u32 = 0;
/** Where the first byte of the newest scan is stored; its further bytes lie below. */
export let newestTop: usize = 0;

export function forgetScans(): void {
  scanCount = 0;
}

@inline
export function scanAt(index: u32): Scan {
  return changetype<Scan>(scans + <usize>index * SCAN_BYTES);
}

@inline
export function partAt(scan: u32, index: u32): Part {
  return changetype<Part>(parts + <usize>(scan * 4 + index) * PART_BYTES);
}

/** Makes room for a scan of at most `bytes` entropy-coded bytes; null when there is none. */
export function newScan(bytes: usize, restartCount: u32): Scan | null {
  if (<i32>scanCount == MAX_SCANS) return null;
  const restarts = allocate(<usize>restartCount * 4);
  const data = allocate(bytes + 2 * GUARD_BYTES);
  if (restarts == 0 || data == 0) return null;
  newestTop = data + GUARD_BYTES + bytes - 1;
  const scan = scanAt(scanCount++);
  scan.head = newestTop - 7;
  scan.bit = 0;
  scan.eobRun = 0;
  scan.restarts = restarts;
  scan.restartCount = restartCount;
  scan.restartIndex = 0;
  return scan;
}

/** The next 57 or more bits from `bit` on, left-aligned. */
@inline
export function windowAt(head: usize, bit: u32): u64 {
  return load<u64>(head - (bit >> 3)) << <u64>(bit & 7);
}
