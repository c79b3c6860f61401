// The AC coefficients of one component as a progressive scan without successive approximation (T.81 G.1.2.2): empty
// blocks, and the empty ends of blocks, join into EOB runs.

import { hasOutputRoom, putBits } from "./bit-writer";
import { Component } from "./component";
import { countTokens, prepareTokens, putTokens, readyTable, valueBits } from "./encode-tokens";
import { addToCount, buildCode, clearCounts, codeOf, sizeOf, symbolBits } from "./huffman-code";
import { countEobRun, EOB, eobRunCounts, LONGEST_EOB_RUN } from "./tokens";

/** Builds the code and returns the bits of the scan. */
export function planBand(c: Component, code: usize): u64 {
  countEobRun(c);
  clearCounts(code);
  countTokens(c.index, code);
  let bits = valueBits(code);
  const runs = eobRunCounts(c.index);
  for (let category: u32 = 0; category < 15; category++) {
    const times = load<u32>(runs + (category << 2));
    addToCount(code, category << 4, times);
    bits += <u64>times * category;
  }
  buildCode(code);
  return bits + symbolBits(code);
}

/** False when the room is too small. */
export function writeBand(c: Component, code: usize): bool {
  const ready = readyTable(0);
  prepareTokens(ready, code, false);
  let run: u32 = 0;
  for (let row: u32 = 0; row < c.outHigh; row++) {
    let at = load<usize>(c.rowTokens + <usize>row * sizeof<usize>());
    for (let column: u32 = 0; column < c.outWide; column++) {
      if (load<u8>(at) == <u8>EOB) {
        at++;
      } else {
        if (!hasOutputRoom()) return false;
        if (run > 0) putRun(run, code);
        run = 0;
        at = putTokens(at, ready, code);
        if (load<u8>(at - 1) != <u8>EOB) continue;
      }
      if (++run == LONGEST_EOB_RUN) {
        putRun(run, code);
        run = 0;
      }
    }
  }
  if (run > 0) putRun(run, code);
  return true;
}

function putRun(run: u32, code: usize): void {
  const category = 31 - <u32>clz(run);
  const symbol = category << 4;
  putBits((codeOf(code, symbol) << category) | (run - (1 << category)), sizeOf(code, symbol) + category);
}
