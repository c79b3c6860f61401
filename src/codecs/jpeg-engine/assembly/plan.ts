// Sequential or progressive, whichever counts fewer bits. The progressive script (T.81 G.1.1) is all DC, then the AC
// coefficients of each component: no successive approximation, which costs bytes at these qualities. Splitting the first
// component's band gains 0.3 %, and costs another walk over its tokens.

import { beginBits, endBits, hasOutputRoom, setOutput } from "./bit-writer";
import { componentAt, componentCount } from "./component";
import { planBand, writeBand } from "./encode-band";
import { beginDc, countDc, putDc } from "./encode-dc";
import { planSequential, sequentialCode, writeSequential } from "./encode-sequential";
import { buildCode, clearCounts, codeAt, specBits, symbolBits } from "./huffman-code";

/** SOS of a scan with one component, and marker and length of its DHT; the frame header is the same either way. */
const SCAN_HEADER_BITS: u64 = (10 + 4) * 8;

const FIRST_BAND_CODE: u32 = 4;
let mcusWide: u32 = 0;
let mcusHigh: u32 = 0;

/** Bits of either way, set by `planOutput`. */
export let sequentialBits: u64 = 0;
export let progressiveBits: u64 = 0;

export function planOutput(wide: u32, high: u32): void {
  mcusWide = wide;
  mcusHigh = high;
  clearCounts(codeAt(0));
  clearCounts(codeAt(1));
  progressiveBits = countDc(wide, high);
  sequentialBits = progressiveBits;
  for (let tableClass: u32 = 0; tableClass < 2; tableClass++) {
    if (!isUsed(tableClass)) continue;
    buildCode(codeAt(tableClass));
    const dcBits = symbolBits(codeAt(tableClass)) + specBits(tableClass);
    progressiveBits += dcBits;
    sequentialBits += dcBits + planSequential(tableClass, wide * high) + specBits(sequentialCode(tableClass));
  }
  for (let index: u32 = 0; index < componentCount; index++) {
    progressiveBits += planBand(componentAt(index), codeAt(FIRST_BAND_CODE + index));
    progressiveBits += specBits(FIRST_BAND_CODE + index) + SCAN_HEADER_BITS;
  }
}

function isUsed(tableClass: u32): bool {
  for (let index: u32 = 0; index < componentCount; index++) {
    if (componentAt(index).tableClass == tableClass) return true;
  }
  return false;
}

export function writeAllInterleaved(from: usize, to: usize): usize {
  setOutput(from, to);
  return writeSequential(mcusWide, mcusHigh);
}

export function writeAllDc(from: usize, to: usize): usize {
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

export function writeAllAc(component: u32, from: usize, to: usize): usize {
  setOutput(from, to);
  beginBits();
  return writeBand(componentAt(component), codeAt(FIRST_BAND_CODE + component)) ? endBits() : 0;
}
