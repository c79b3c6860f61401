// A block of a sequential scan: T.81 F.2.2.1 (DC), F.2.2.2 (AC).

import { extend, LOOK_BITS, RESOLVED_DC, searchCode } from "./huffman-table";
import { Part, Scan, windowAt } from "./scan";
import { FORBIDDEN_SYMBOL, NO_SUCH_CODE, OK, RUN_TOO_LONG } from "./status";

// A window holds at least 57 bits and one coefficient takes at most 16 + 15 of them.
const RELOAD_AFTER: u32 = 26;

/** Of the last `decodeDc`. */
export let failure: i32 = OK;

/** Leaves the reading where it failed, so that the caller sees whether the data had ended there. */
export function stopAt(scan: Scan, bit: u32, status: i32): i32 {
  scan.bit = bit;
  return status;
}

/** Reads one DC difference and returns the new prediction (F.2.1.3.1). */
export function decodeDc(scan: Scan, part: Part): i32 {
  failure = OK;
  let window = windowAt(scan.head, scan.bit);
  let entry = load<u32>(part.dcTable + ((<usize>(window >> (64 - LOOK_BITS))) << 2));
  if ((entry & 31) == 0) {
    entry = searchCode(part.dcTable, window, true);
    if (entry == 0) {
      failure = NO_SUCH_CODE;
      return 0;
    }
  }
  let used = entry & 31;
  let difference = <i32>entry >> 16;
  if (!(entry & RESOLVED_DC)) {
    const size = (entry >> 12) & 15;
    if (size == 0) difference = 0;
    else {
      difference = extend(<u32>((window << (<u64>used)) >> <u64>(64 - size)), size);
      used += size;
    }
  }
  scan.bit += used;
  // Wraps as a decoder's 16-bit coefficient does: a valid file never gets there.
  const value = <i32>(<i16>(part.prediction + difference));
  part.prediction = value;
  return value;
}

export function decodeSequential(scan: Scan, part: Part, block: usize): i32 {
  store<i16>(block + 8, <i16>decodeDc(scan, part));
  if (failure != OK) return failure;

  const head = scan.head;
  const table = part.acTable;
  const values = block + 8;
  let bit = scan.bit;
  let window = windowAt(head, bit);
  let used: u32 = 0;
  let mask: u64 = 1;
  let k: u32 = 0;
  do {
    if (used > RELOAD_AFTER) {
      bit += used;
      window = windowAt(head, bit);
      used = 0;
    }
    let entry = load<u32>(table + ((<usize>(window >> (64 - LOOK_BITS))) << 2));
    let value = <i32>entry >> 16;
    if (value == 0) {
      if ((entry & 31) == 0) {
        entry = searchCode(table, window, false);
        if (entry == 0) return stopAt(scan, bit + used, NO_SUCH_CODE);
      }
      const bits = entry & 31;
      window <<= <u64>bits;
      used += bits;
      const size = (entry >> 12) & 15;
      if (size == 0) {
        const run = (entry >> 5) & 127;
        if (run == 16) {
          // ZRL
          k += 16;
          if (k > 62) return stopAt(scan, bit + used, RUN_TOO_LONG);
          continue;
        }
        if (run == 1) break; // EOB
        return stopAt(scan, bit + used, FORBIDDEN_SYMBOL);
      }
      value = extend(<u32>(window >> <u64>(64 - size)), size);
      window <<= <u64>size;
      used += size;
    } else {
      window <<= <u64>(entry & 31);
      used += entry & 31;
    }
    k += (entry >> 5) & 127;
    if (k > 63) return stopAt(scan, bit + used, RUN_TOO_LONG);
    store<i16>(values + ((<usize>k) << 1), <i16>value);
    mask |= (<u64>1) << (<u64>k);
  } while (k < 63);
  store<u64>(block, mask);
  scan.bit = bit + used;
  return OK;
}
