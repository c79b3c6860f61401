// DC differences, interleaved by MCU as a sequential scan and the first progressive scan both have them (T.81 F.1.2.1,
// G.1.2.1). Blocks that only fill up an MCU repeat the DC before them.

import { Component, componentAt, componentCount } from "./component";
import { putBits } from "./bit-writer";
import { codeAt, codeOf, countSymbol, sizeOf } from "./huffman-code";

const predictions: usize = memory.data(4 * 4, 8);

export function beginDc(): void {
  memory.fill(predictions, 0, 16);
}

/** The difference of one block to the one before it in the scan; beyond the picture 0. */
@inline
function difference(index: u32, c: Component, row: u32, column: u32): i32 {
  if (row >= c.outHigh || column >= c.outWide) return 0;
  const value = <i32>load<i16>(c.dc + ((<usize>row * c.outWide + column) << 1));
  const at = predictions + (index << 2);
  const before = load<i32>(at);
  store<i32>(at, value);
  return value - before;
}

export function putDc(index: u32, c: Component, row: u32, column: u32): void {
  const value = difference(index, c, row, column);
  const magnitude = <u32>abs(value);
  const size = 32 - <u32>clz(magnitude);
  const bits = value < 0 ? (<u32>1 << size) - 1 - magnitude : magnitude;
  const code = codeAt(c.tableClass);
  putBits((codeOf(code, size) << size) | bits, sizeOf(code, size) + size);
}

/** Counts the whole picture's categories and returns the bits that follow them. */
export function countDc(mcusWide: u32, mcusHigh: u32): u64 {
  beginDc();
  let bits: u64 = 0;
  for (let mcuRow: u32 = 0; mcuRow < mcusHigh; mcuRow++) {
    for (let mcu: u32 = 0; mcu < mcusWide; mcu++) {
      for (let index: u32 = 0; index < componentCount; index++) {
        const c = componentAt(index);
        const code = codeAt(c.tableClass);
        for (let y: u32 = 0; y < c.outV; y++) {
          for (let x: u32 = 0; x < c.outH; x++) {
            const size = 32 - <u32>clz(<u32>abs(difference(index, c, mcuRow * c.outV + y, mcu * c.outH + x)));
            countSymbol(code, size);
            bits += size;
          }
        }
      }
    }
  }
  return bits;
}
