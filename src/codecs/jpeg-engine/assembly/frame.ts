// The picture as a whole (T.81 A.2): MCUs, the strip that is at hand, and reading all scans of a strip in step.

import { componentAt, componentCount, BLOCK_BYTES, stripBlock } from "./component";
import { decodeAcFirst, decodeAcRefine, decodeDcFirst, decodeDcRefine } from "./decode-progressive";
import { decodeSequential } from "./decode-sequential";
import { AC_FIRST, AC_REFINE, DC_FIRST, DC_REFINE, Part, partAt, Scan, scanAt, scanCount, SEQUENTIAL } from "./scan";
import { DATA_RAN_OUT, INTERVAL_TOO_SHORT, OK } from "./status";

export let mcusWide: u32 = 0;
export let mcusHigh: u32 = 0;
/** MCU rows of a strip: two where two block rows of chroma become one. */
export let stripMcus: u32 = 1;

export function setFrame(wide: u32, high: u32, rowsInStrip: u32): void {
  mcusWide = wide;
  mcusHigh = high;
  stripMcus = rowsInStrip;
}

/** A code and the bits of its value. */
const LONGEST_CODE: u32 = 31;

/** The scan that the last failure is about. */
export let failedScan: u32 = 0;

/** Reads MCU rows `first` to `first + stripMcus - 1`, as far as there are any, into the strips. */
export function decodeStrip(first: u32): i32 {
  if (scanCount > 1 || scanAt(0).kind != SEQUENTIAL) clearStrips();
  const end = min(first + stripMcus, mcusHigh);
  for (let row = first; row < end; row++) {
    for (let index: u32 = 0; index < scanCount; index++) {
      const scan = scanAt(index);
      const status =
        scan.partCount > 1
          ? decodeInterleaved(scan, index, row - first)
          : decodeAlone(scan, index, row, row - first);
      if (status != OK) {
        failedScan = index;
        return status;
      }
    }
  }
  return OK;
}

/** Several scans build up a block, so it must start with nothing in it. One sequential scan writes all of it anyway. */
function clearStrips(): void {
  for (let index: u32 = 0; index < componentCount; index++) {
    const c = componentAt(index);
    const end = c.strip + <usize>c.stripWide * c.stripHigh * BLOCK_BYTES;
    for (let block = c.strip; block < end; block += BLOCK_BYTES) {
      store<u64>(block, 0);
      store<i16>(block + 8, 0);
    }
  }
}

/** A.2.3: a scan of several components goes by whole MCUs, the filling blocks included. */
function decodeInterleaved(scan: Scan, index: u32, stripRow: u32): i32 {
  for (let mcu: u32 = 0; mcu < mcusWide; mcu++) {
    if (scan.restartInterval != 0 && scan.untilRestart == 0) restart(scan, index);
    scan.untilRestart--;
    for (let p: u32 = 0; p < scan.partCount; p++) {
      const part = partAt(index, p);
      const c = componentAt(part.component);
      for (let y: u32 = 0; y < c.v; y++) {
        for (let x: u32 = 0; x < c.h; x++) {
          const status = decodeBlock(scan, part, stripBlock(c, stripRow * c.v + y, mcu * c.h + x));
          if (status != OK) return status;
        }
      }
    }
  }
  return OK;
}

/** A.2.2: a scan of one component goes by blocks and leaves the filling ones out. */
function decodeAlone(scan: Scan, index: u32, mcuRow: u32, stripRow: u32): i32 {
  const part = partAt(index, 0);
  const c = componentAt(part.component);
  const rows = min(c.v, c.blocksHigh - min(mcuRow * c.v, c.blocksHigh));
  for (let y: u32 = 0; y < rows; y++) {
    let block = stripBlock(c, stripRow * c.v + y, 0);
    let x: u32 = 0;
    while (x < c.blocksWide) {
      if (scan.restartInterval != 0 && scan.untilRestart == 0) restart(scan, index);
      if (scan.kind == AC_FIRST && scan.eobRun > 1) {
        // Blocks that an EOB run leaves empty are passed over together.
        let skip = min(scan.eobRun, c.blocksWide - x);
        if (scan.restartInterval != 0) skip = min(skip, scan.untilRestart);
        scan.eobRun -= skip;
        scan.untilRestart -= skip;
        x += skip;
        block += <usize>skip * BLOCK_BYTES;
        continue;
      }
      scan.untilRestart--;
      const status = decodeBlock(scan, part, block);
      if (status != OK) return status;
      x++;
      block += BLOCK_BYTES;
    }
  }
  return OK;
}

function decodeBlock(scan: Scan, part: Part, block: usize): i32 {
  let status: i32 = OK;
  switch (scan.kind) {
    case SEQUENTIAL:
      status = decodeSequential(scan, part, block);
      break;
    case DC_FIRST:
      status = decodeDcFirst(scan, part, block);
      break;
    case DC_REFINE:
      status = decodeDcRefine(scan, block);
      break;
    case AC_FIRST:
      status = decodeAcFirst(scan, part, block);
      break;
    case AC_REFINE:
      status = decodeAcRefine(scan, part, block);
      break;
  }
  // Past the end lies other data: whatever that decoded to, the news is that this interval was too short.
  const seen = status == OK ? scan.bit : scan.bit + LONGEST_CODE;
  if (seen > scan.intervalEnd) return scan.intervalEnd == scan.dataEnd ? DATA_RAN_OUT : INTERVAL_TOO_SHORT;
  return status;
}

/** F.2.1.3.1 / G.1.2: predictions and EOB runs begin anew at a restart marker. */
function restart(scan: Scan, index: u32): void {
  if (scan.restartIndex < scan.restartCount) {
    scan.bit = load<u32>(scan.restarts + <usize>scan.restartIndex * 4);
    scan.restartIndex++;
    scan.intervalEnd =
      scan.restartIndex < scan.restartCount ? load<u32>(scan.restarts + <usize>scan.restartIndex * 4) : scan.dataEnd;
  } else {
    scan.bit = scan.dataEnd;
  }
  scan.untilRestart = scan.restartInterval;
  scan.eobRun = 0;
  for (let p: u32 = 0; p < scan.partCount; p++) partAt(index, p).prediction = 0;
}
