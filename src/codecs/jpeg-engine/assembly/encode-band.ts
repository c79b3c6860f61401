// The AC coefficients of one component, positions `start` to `end`, as a progressive scan without successive
// approximation (T.81 G.1.2.2): empty blocks, and the empty ends of blocks, join into EOB runs.

import { Component } from "./component";
import { hasOutputRoom, putBits } from "./bit-writer";
import { codeOf, countSymbol, sizeOf } from "./huffman-code";
import { EOB, FULL, LONG, shortSymbol, ZRL } from "./tokens";

/** The longest run that EOB14 can say (table G.1). */
const LONGEST_EOB_RUN: u32 = 0x7fff;

/** Bits that follow the counted symbols. */
export let extraBits: u64 = 0;
let eobRun: u32 = 0;

/** One walk for two purposes: `Counts` = u8 counts symbols into the code, u32 writes them. False: no room. */
export function walkBand<Counts>(c: Component, code: usize, start: u32, end: u32): bool {
  const counting = sizeof<Counts>() == 1;
  extraBits = 0;
  eobRun = 0;
  for (let row: u32 = 0; row < c.outHigh; row++) {
    let at = load<usize>(c.rowTokens + <usize>row * sizeof<usize>());
    for (let column: u32 = 0; column < c.outWide; column++) {
      if (!counting && !hasOutputRoom()) return false;
      let k: u32 = 0;
      let last = start - 1;
      for (;;) {
        const token: u32 = load<u8>(at++);
        if (token <= FULL) break;
        if (token == ZRL) {
          k += 16;
          continue;
        }
        let symbol: u32;
        let bits: u32;
        if (token > 31) {
          symbol = shortSymbol(token);
          bits = token & ((1 << (symbol & 15)) - 1);
        } else {
          symbol = load<u8>(at);
          bits = token == LONG ? <u32>load<u8>(at + 1) : <u32>load<u16>(at + 1);
          at += token == LONG ? 2 : 3;
        }
        k += (symbol >> 4) + 1;
        if (k < start || k > end) continue;
        if (eobRun > 0) endRun<Counts>(code);
        let run = k - last - 1;
        last = k;
        while (run > 15) {
          put<Counts>(code, 0xf0, 0, 0);
          run -= 16;
        }
        const size = symbol & 15;
        put<Counts>(code, run << 4 | size, bits, size);
      }
      if (last < end && ++eobRun == LONGEST_EOB_RUN) endRun<Counts>(code);
    }
  }
  if (eobRun > 0) endRun<Counts>(code);
  return true;
}

function endRun<Counts>(code: usize): void {
  const size = 31 - <u32>clz(eobRun);
  put<Counts>(code, size << 4, eobRun - (1 << size), size);
  eobRun = 0;
}

@inline
function put<Counts>(code: usize, symbol: u32, bits: u32, size: u32): void {
  if (sizeof<Counts>() == 1) {
    countSymbol(code, symbol);
    extraBits += size;
  } else {
    putBits((codeOf(code, symbol) << size) | bits, sizeOf(code, symbol) + size);
  }
}
