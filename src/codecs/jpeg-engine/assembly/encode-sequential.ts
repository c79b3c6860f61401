// The whole picture as one interleaved sequential scan (T.81 F.1.2, A.2.3), straight from the tokens: what a token
// becomes is looked up, code and value bits together.

import { componentAt, componentCount, MAX_COMPONENTS } from "./component";
import { beginBits, endBits, hasOutputRoom, putBits } from "./bit-writer";
import { beginDc, putDc } from "./encode-dc";
import { addToCount, buildCode, clearCounts, codeAt, codeOf, sizeOf, symbolBits } from "./huffman-code";
import { EOB, FIRST_SHORT, FULL, LONG, shortSymbol, symbolCounts, tokenCounts, ZRL } from "./tokens";

/** Of the codes, 0 and 1 are for DC, 2 and 3 for the AC coefficients of a sequential scan. */
export const AC_CODES: u32 = 2;

/** Builds the AC codes and returns the bits of all AC coefficients. `fillers`: filling blocks per table class. */
export function planSequential(fillers0: u32, fillers1: u32): u64 {
  return planClass(0, fillers0) + planClass(1, fillers1);
}

function planClass(tableClass: u32, fillers: u32): u64 {
  const code = codeAt(AC_CODES + tableClass);
  const tokens = tokenCounts(tableClass);
  clearCounts(code);
  addToCount(code, 0, load<u32>(tokens + EOB * 4) + fillers);
  addToCount(code, 0xf0, load<u32>(tokens + ZRL * 4));
  for (let token: u32 = FIRST_SHORT; token < 256; token++) {
    addToCount(code, shortSymbol(token), load<u32>(tokens + (token << 2)));
  }
  const long = symbolCounts(tableClass);
  for (let symbol: u32 = 0; symbol < 256; symbol++) addToCount(code, symbol, load<u32>(long + (symbol << 2)));

  let bits: u64 = 0;
  for (let symbol: u32 = 0; symbol < 256; symbol++) bits += <u64>load<u32>(code + (symbol << 2)) * (symbol & 15);
  buildCode(code);
  return bits + symbolBits(code);
}

// Per table class and token: bits << 5 | count.
const READY: usize = memory.data(2 * 256 * 4, 8);
const cursors: usize = memory.data(MAX_COMPONENTS * 4 * 8, 8);

function prepare(tableClass: u32): void {
  const code = codeAt(AC_CODES + tableClass);
  const ready = READY + tableClass * 1024;
  store<u32>(ready + EOB * 4, codeOf(code, 0) << 5 | sizeOf(code, 0));
  store<u32>(ready + FULL * 4, 0);
  store<u32>(ready + ZRL * 4, codeOf(code, 0xf0) << 5 | sizeOf(code, 0xf0));
  for (let token: u32 = FIRST_SHORT; token < 256; token++) {
    const symbol = shortSymbol(token);
    const size = symbol & 15;
    const bits = token & ((1 << size) - 1);
    store<u32>(ready + (token << 2), ((codeOf(code, symbol) << size) | bits) << 5 | (sizeOf(code, symbol) + size));
  }
}

/** Returns the number of bytes, 0 when the room is too small. */
export function writeSequential(mcusWide: u32, mcusHigh: u32): usize {
  prepare(0);
  prepare(1);
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
        for (let y: u32 = 0; y < c.outV; y++) {
          const row = mcuRow * c.outV + y;
          for (let x: u32 = 0; x < c.outH; x++) {
            if (!hasOutputRoom()) return 0;
            const column = mcu * c.outH + x;
            putDc(index, c, row, column);
            if (row < c.outHigh && column < c.outWide) {
              const at = cursor(index, y);
              store<usize>(at, writeBlock(load<usize>(at), c.tableClass));
            } else {
              const eob = load<u32>(READY + c.tableClass * 1024);
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

function writeBlock(from: usize, tableClass: u32): usize {
  const ready = READY + tableClass * 1024;
  let at = from;
  let token: u32;
  do {
    token = load<u8>(at++);
    if (token <= ZRL || token >= FIRST_SHORT) {
      const entry = load<u32>(ready + (token << 2));
      putBits(entry >> 5, entry & 31);
    } else {
      const code = codeAt(AC_CODES + tableClass);
      const symbol: u32 = load<u8>(at);
      const size = symbol & 15;
      const bits = token == LONG ? <u32>load<u8>(at + 1) : <u32>load<u16>(at + 1);
      at += token == LONG ? 2 : 3;
      putBits((codeOf(code, symbol) << size) | bits, sizeOf(code, symbol) + size);
    }
  } while (token > FULL);
  return at;
}
