// The whole picture as one interleaved sequential scan (T.81 F.1.2, A.2.3). An MCU takes blocks from several block rows,
// so there is a cursor into each row's tokens.

import { beginBits, endBits, hasOutputRoom, putBits } from "./bit-writer";
import { componentAt, componentCount, MAX_COMPONENTS } from "./component";
import { beginDc, putDc } from "./encode-dc";
import { countTokens, prepareTokens, putTokens, readyTable, valueBits } from "./encode-tokens";
import { addToCount, buildCode, clearCounts, codeAt, symbolBits } from "./huffman-code";
import { EOB, tokenCounts } from "./tokens";

/** Of the codes, 0 and 1 are for DC, 2 and 3 for the AC coefficients of a sequential scan. */
const AC_CODES: u32 = 2;

export function sequentialCode(tableClass: u32): u32 {
  return AC_CODES + tableClass;
}

/** Builds the AC code of a table class and returns the bits of its coefficients in all blocks, filling ones included. */
export function planSequential(tableClass: u32, mcus: u32): u64 {
  const code = codeAt(sequentialCode(tableClass));
  clearCounts(code);
  for (let index: u32 = 0; index < componentCount; index++) {
    const c = componentAt(index);
    if (c.tableClass != tableClass) continue;
    const fillers = mcus * c.outH * c.outV - c.outWide * c.outHigh;
    addToCount(code, 0, load<u32>(tokenCounts(index) + EOB * 4) + fillers);
    countTokens(index, code);
  }
  buildCode(code);
  return valueBits(code) + symbolBits(code);
}

const cursors: usize = memory.data(MAX_COMPONENTS * 4 * 8, 8);

/** Returns the number of bytes, 0 when the room is too small. */
export function writeSequential(mcusWide: u32, mcusHigh: u32): usize {
  prepareTokens(readyTable(0), codeAt(sequentialCode(0)), true);
  prepareTokens(readyTable(1), codeAt(sequentialCode(1)), true);
  beginDc();
  beginBits();
  for (let mcuRow: u32 = 0; mcuRow < mcusHigh; mcuRow++) {
    for (let index: u32 = 0; index < componentCount; index++) {
      const c = componentAt(index);
      for (let y: u32 = 0; y < c.outV; y++) {
        const row = mcuRow * c.outV + y;
        if (row < c.outHigh) {
          store<usize>(cursor(index, y), load<usize>(c.rowTokens + <usize>row * sizeof<usize>()));
        }
      }
    }
    for (let mcu: u32 = 0; mcu < mcusWide; mcu++) {
      for (let index: u32 = 0; index < componentCount; index++) {
        const c = componentAt(index);
        const ready = readyTable(c.tableClass);
        for (let y: u32 = 0; y < c.outV; y++) {
          const row = mcuRow * c.outV + y;
          for (let x: u32 = 0; x < c.outH; x++) {
            if (!hasOutputRoom()) return 0;
            const column = mcu * c.outH + x;
            putDc(index, c, row, column);
            if (row < c.outHigh && column < c.outWide) {
              const at = cursor(index, y);
              store<usize>(at, putTokens(load<usize>(at), ready, codeAt(sequentialCode(c.tableClass))));
            } else {
              const eob = load<u32>(ready + EOB * 4);
              putBits(eob >> 5, eob & 31);
            }
          }
        }
      }
    }
  }
  return endBits();
}

@inline
function cursor(index: u32, y: u32): usize {
  return cursors + (index * 4 + y) * sizeof<usize>();
}
