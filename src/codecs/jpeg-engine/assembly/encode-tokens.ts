// A block's tokens as bits (T.81 F.1.2.2): what a token becomes is looked up, code and value bits together.

import { buffer, filled, setBits, writeWord } from "./bit-writer";
import { addToCount, codeOf, countOf, sizeOf } from "./huffman-code";
import { EOB, FIRST_SHORT, FULL, LONG, shortSymbol, symbolCounts, tokenCounts, ZRL } from "./tokens";

// Two tables, u32 per token: bits << 5 | how many.
const READY: usize = memory.data(2 * 256 * 4, 8);

@inline
export function readyTable(index: u32): usize {
  return READY + index * 1024;
}

/** `eobToo`: whether the end of a block is written, as sequential scans do, or left to an EOB run. */
export function prepareTokens(ready: usize, code: usize, eobToo: bool): void {
  store<u32>(ready + EOB * 4, eobToo ? codeOf(code, 0) << 5 | sizeOf(code, 0) : 0);
  store<u32>(ready + FULL * 4, 0);
  store<u32>(ready + ZRL * 4, codeOf(code, 0xf0) << 5 | sizeOf(code, 0xf0));
  for (let token: u32 = FIRST_SHORT; token < 256; token++) {
    const symbol = shortSymbol(token);
    const size = symbol & 15;
    const bits = token & ((1 << size) - 1);
    store<u32>(ready + (token << 2), ((codeOf(code, symbol) << size) | bits) << 5 | (sizeOf(code, symbol) + size));
  }
}

/** Writes a block's AC coefficients and returns where the next block's tokens begin. */
export function putTokens(from: usize, ready: usize, code: usize): usize {
  let at = from;
  let bits = buffer;
  let count = filled;
  let token: u32;
  do {
    token = load<u8>(at++);
    let entry: u32;
    if (token <= ZRL || token >= FIRST_SHORT) {
      entry = load<u32>(ready + (token << 2));
    } else {
      const symbol: u32 = load<u8>(at);
      const size = symbol & 15;
      const value = token == LONG ? <u32>load<u8>(at + 1) : <u32>load<u16>(at + 1);
      at += token == LONG ? 2 : 3;
      // Code and value may be 26 bits together: one more than an entry has room for, so the code goes first.
      bits = (bits << <u64>sizeOf(code, symbol)) | <u64>codeOf(code, symbol);
      count += sizeOf(code, symbol);
      if (count >= 32) {
        count -= 32;
        writeWord(<u32>(bits >> <u64>count));
      }
      entry = value << 5 | size;
    }
    bits = (bits << <u64>(entry & 31)) | <u64>(entry >> 5);
    count += entry & 31;
    if (count >= 32) {
      count -= 32;
      writeWord(<u32>(bits >> <u64>count));
    }
  } while (token > FULL);
  setBits(bits, count);
  return at;
}

/** Adds the symbols of a component's coefficients, without any EOB, to a code's counts. */
export function countTokens(component: u32, code: usize): void {
  const tokens = tokenCounts(component);
  addToCount(code, 0xf0, load<u32>(tokens + ZRL * 4));
  for (let token: u32 = FIRST_SHORT; token < 256; token++) {
    addToCount(code, shortSymbol(token), load<u32>(tokens + (token << 2)));
  }
  const long = symbolCounts(component);
  for (let symbol: u32 = 0; symbol < 256; symbol++) addToCount(code, symbol, load<u32>(long + (symbol << 2)));
}

/** Bits of all values that follow the counted codes. */
export function valueBits(code: usize): u64 {
  let bits: u64 = 0;
  for (let symbol: u32 = 0; symbol < 256; symbol++) bits += <u64>countOf(code, symbol) * (symbol & 15);
  return bits;
}
