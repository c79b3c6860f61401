// Sequential or progressive, whichever counts fewer bits. The progressive script (T.81 G.1.1) has no successive
// approximation, which costs bytes at these qualities: all DC, then the first component's AC in two bands, then the AC
// of each further component.

import { setOutput, beginBits, endBits, hasOutputRoom } from "./bit-writer";
import { componentAt, componentCount } from "./component";
import { beginDc, countDc, putDc } from "./encode-dc";
import { extraBits, walkBand } from "./encode-band";
import { AC_CODES, planSequential, writeSequential } from "./encode-sequential";
import { buildCode, clearCounts, codeAt, specBits, symbolBits } from "./huffman-code";

/** SOS of a scan with one component, in bits; the frame header is the same either way. */
const SCAN_HEADER_BITS: u64 = 10 * 8;
/** Marker and length of a DHT segment. */
const TABLE_HEADER_BITS: u64 = 4 * 8;

const FIRST_BAND_CODE: u32 = 4;
let bandCount: u32 = 0;
let mcusWide: u32 = 0;
let mcusHigh: u32 = 0;

/** Bits of either way, set by `planOutput`. */
export let sequentialBits: u64 = 0;
export let progressiveBits: u64 = 0;

export function bands(): u32 {
  return bandCount;
}

export function bandComponent(band: u32): u32 {
  return band < 2 ? 0 : band - 1;
}

export function bandStart(band: u32): u32 {
  return band == 1 ? 3 : 1;
}

export function bandEnd(band: u32): u32 {
  return band == 0 ? 2 : 63;
}

export function planOutput(wide: u32, high: u32): void {
  mcusWide = wide;
  mcusHigh = high;
  let blocks0: u32 = 0;
  let blocks1: u32 = 0;
  let classes: u32 = 1;
  for (let index: u32 = 0; index < componentCount; index++) {
    const c = componentAt(index);
    const fillers = wide * c.outH * high * c.outV - c.outWide * c.outHigh;
    if (c.tableClass == 0) blocks0 += fillers;
    else {
      blocks1 += fillers;
      classes = 2;
    }
  }
  clearCounts(codeAt(0));
  clearCounts(codeAt(1));
  let dcBits = countDc(wide, high);
  for (let index: u32 = 0; index < classes; index++) {
    buildCode(codeAt(index));
    dcBits += symbolBits(codeAt(index)) + specBits(index);
  }
  sequentialBits = dcBits + planSequential(blocks0, blocks1);
  for (let index: u32 = 0; index < classes; index++) sequentialBits += specBits(AC_CODES + index);

  bandCount = componentCount + 1;
  progressiveBits = dcBits;
  for (let band: u32 = 0; band < bandCount; band++) {
    const code = codeAt(FIRST_BAND_CODE + band);
    clearCounts(code);
    walkBand<u8>(componentAt(bandComponent(band)), code, bandStart(band), bandEnd(band));
    buildCode(code);
    progressiveBits += extraBits + symbolBits(code) + specBits(FIRST_BAND_CODE + band);
    progressiveBits += SCAN_HEADER_BITS + TABLE_HEADER_BITS;
  }
}

export function writeInterleaved(from: usize, to: usize): usize {
  setOutput(from, to);
  return writeSequential(mcusWide, mcusHigh);
}

export function writeDc(from: usize, to: usize): usize {
  setOutput(from, to);
  beginDc();
  beginBits();
  for (let mcuRow: u32 = 0; mcuRow < mcusHigh; mcuRow++) {
    for (let mcu: u32 = 0; mcu < mcusWide; mcu++) {
      if (!hasOutputRoom()) return 0;
      for (let index: u32 = 0; index < componentCount; index++) {
        const c = componentAt(index);
        for (let y: u32 = 0; y < c.outV; y++) {
          for (let x: u32 = 0; x < c.outH; x++) putDc(index, c, mcuRow * c.outV + y, mcu * c.outH + x);
        }
      }
    }
  }
  return endBits();
}

export function writeBand(band: u32, from: usize, to: usize): usize {
  setOutput(from, to);
  beginBits();
  const written = walkBand<u32>(componentAt(bandComponent(band)), bandCode(band), bandStart(band), bandEnd(band));
  return written ? endBits() : 0;
}

function bandCode(band: u32): usize {
  return codeAt(FIRST_BAND_CODE + band);
}
