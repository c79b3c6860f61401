// Decoding tables (T.81 C.2, F.2.2.3). One look at the next 11 bits gives code, run and, where the value's own bits fit
// too, the value; measured, 10 to 13 bits are equally fast. Longer codes are searched by length, as in figure F.16.

import { allocate } from "./memory";
import { FORBIDDEN_SYMBOL, NOT_A_PREFIX_CODE, OK, OUT_OF_MEMORY } from "./status";

export const LOOK_BITS: u64 = 11;
const LOOK_SIZE: u32 = 1 << 11;

// An entry: value << 16 | size << 12 | (run + 1) << 5 | bits used. With the value in it, `bits` covers code and value
// and, for AC, the value is never 0; otherwise `bits` covers the code alone, 0 when the code is longer than a look.
// DC values may be 0, so a resolved DC entry is marked by the run field, which DC does not need.
export const RESOLVED_DC: u32 = 1 << 5;

const LIMITS: usize = <usize>LOOK_SIZE * 4; // 17 x u32: first left-aligned 16-bit code beyond those of a length
const OFFSETS: usize = LIMITS + 17 * 4; // 17 x i32: place of a length's first value, less its first code
const VALUES: usize = OFFSETS + 17 * 4;
const TABLE_BYTES: usize = VALUES + 256;

/** The address of the table that `newTable` made. */
export let latestTable: usize = 0;

/** `spec` holds BITS (16 bytes) and HUFFVAL as in a DHT segment, `valueCount` their sum. */
export function newTable(spec: usize, valueCount: u32, isDc: bool): i32 {
  const table = allocate(TABLE_BYTES);
  if (table == 0) return OUT_OF_MEMORY;
  latestTable = table;
  memory.fill(table, 0, VALUES);
  memory.copy(table + VALUES, spec + 16, valueCount);

  let code: u32 = 0;
  let index: u32 = 0;
  for (let length: u32 = 1; length <= 16; length++) {
    const count: u32 = load<u8>(spec + length - 1);
    store<i32>(table + OFFSETS + length * 4, <i32>index - <i32>code);
    if (code + count > <u32>1 << length) return NOT_A_PREFIX_CODE;
    for (let i: u32 = 0; i < count; i++, code++, index++) {
      // F.1.2.1: a DC category above 15 has no meaning below 16-bit lossless.
      if (isDc && load<u8>(table + VALUES + index) > 15) return FORBIDDEN_SYMBOL;
      if (length <= <u32>LOOK_BITS) fillEntries(table, code, length, load<u8>(table + VALUES + index), isDc);
    }
    store<u32>(table + LIMITS + length * 4, code << (16 - length));
    code <<= 1;
  }
  return OK;
}

function fillEntries(table: usize, code: u32, length: u32, symbol: u32, isDc: bool): void {
  const spare = <u32>LOOK_BITS - length;
  const size = isDc ? symbol : symbol & 15;
  const run = isDc ? 0 : symbol >> 4;
  for (let rest: u32 = 0; rest < <u32>1 << spare; rest++) {
    let entry = unresolved(run, size, length, isDc);
    if (size <= spare && (size > 0 || isDc)) {
      const value = size == 0 ? 0 : extend(rest >> (spare - size), size);
      entry = <u32>value << 16 | (isDc ? RESOLVED_DC : (run + 1) << 5) | (length + size);
    }
    store<u32>(table + ((code << spare | rest) << 2), entry);
  }
}

@inline
function unresolved(run: u32, size: u32, length: u32, isDc: bool): u32 {
  return (size & 15) << 12 | (isDc ? 0 : (run + 1) << 5) | length;
}

/** The entry of a code longer than a look; 0 when there is none. `window` holds the next bits, left-aligned. */
export function searchCode(table: usize, window: u64, isDc: bool): u32 {
  const bits = <u32>(window >> 48);
  for (let length: u32 = <u32>LOOK_BITS + 1; length <= 16; length++) {
    if (bits >= load<u32>(table + LIMITS + length * 4)) continue;
    const index = <i32>(bits >> (16 - length)) + load<i32>(table + OFFSETS + length * 4);
    const symbol: u32 = load<u8>(table + VALUES + (index & 255));
    return isDc ? unresolved(0, symbol, length, true) : unresolved(symbol >> 4, symbol & 15, length, false);
  }
  return 0;
}

/** T.81 figure F.12: the value that `size` > 0 further bits stand for. */
@inline
export function extend(bits: u32, size: u32): i32 {
  return <i32>bits < 1 << (size - 1) ? <i32>bits - (1 << size) + 1 : <i32>bits;
}
