// A block of a progressive scan: T.81 G.1.2 with the decoding of figures G.3 to G.8 read backwards. Whether a
// coefficient is already non-zero, which refinement asks for at every step, is the block's mask.

import { decodeDc, failure, stopAt } from "./decode-sequential";
import { extend, LOOK_BITS, searchCode } from "./huffman-table";
import { Part, Scan, windowAt } from "./scan";
import { FORBIDDEN_SYMBOL, NO_SUCH_CODE, OK, RUN_TOO_LONG } from "./status";

const RELOAD_AFTER: u32 = 26;

/** G.1.2.1, first scan of the DC coefficients: the value's upper bits. */
export function decodeDcFirst(scan: Scan, part: Part, block: usize): i32 {
  const value = decodeDc(scan, part);
  store<i16>(block + 8, <i16>(value << scan.low));
  store<u64>(block, load<u64>(block) | 1);
  return failure;
}

/** G.1.2.1, later scans: one more bit of the two's complement value. */
export function decodeDcRefine(scan: Scan, block: usize): i32 {
  const bit = <i16>(windowAt(scan.head, scan.bit++) >> 63);
  store<i16>(block + 8, load<i16>(block + 8) | (bit << <i16>scan.low));
  return OK;
}

/** G.1.2.2, first scan of a band of AC coefficients. */
export function decodeAcFirst(scan: Scan, part: Part, block: usize): i32 {
  if (scan.eobRun > 0) {
    scan.eobRun--;
    return OK;
  }
  const head = scan.head;
  const table = part.acTable;
  const last = scan.bandEnd;
  const low = scan.low;
  let bit = scan.bit;
  let window = windowAt(head, bit);
  let used: u32 = 0;
  let mask: u64 = load<u64>(block);
  let k: u32 = scan.bandStart - 1;
  do {
    if (used > RELOAD_AFTER) {
      bit += used;
      window = windowAt(head, bit);
      used = 0;
    }
    let entry = load<u32>(table + (<usize>(window >> (64 - LOOK_BITS)) << 2));
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
        const run = ((entry >> 5) & 127) - 1;
        if (run == 15) {
          k += 16;
          if (k >= last) return stopAt(scan, bit + used, RUN_TOO_LONG);
          continue;
        }
        // EOBn: this block and 2^n - 1 + the next n bits more (table G.1).
        if (run > 0) {
          scan.eobRun = (<u32>1 << run) - 1 + <u32>(window >> <u64>(64 - run));
          used += run;
        }
        break;
      }
      value = extend(<u32>(window >> <u64>(64 - size)), size);
      window <<= <u64>size;
      used += size;
    } else {
      window <<= <u64>(entry & 31);
      used += entry & 31;
    }
    k += (entry >> 5) & 127;
    if (k > last) return stopAt(scan, bit + used, RUN_TOO_LONG);
    store<i16>(block + 8 + (<usize>k << 1), <i16>(value << low));
    mask |= <u64>1 << <u64>k;
  } while (k < last);
  store<u64>(block, mask);
  scan.bit = bit + used;
  return OK;
}

/** G.1.2.3: one more bit of every known coefficient, and coefficients that appear with this bit. */
export function decodeAcRefine(scan: Scan, part: Part, block: usize): i32 {
  const head = scan.head;
  const table = part.acTable;
  const last = scan.bandEnd;
  const one = <i32>1 << scan.low;
  const values = block + 8;
  let bit = scan.bit;
  let window: u64 = 0;
  let used: u32 = 64;
  let mask: u64 = load<u64>(block);
  const known = mask;
  let k: u32 = scan.bandStart;
  let inEobRun = scan.eobRun > 0;
  while (!inEobRun && k <= last) {
    if (used > RELOAD_AFTER) {
      if (used < 64) bit += used;
      window = windowAt(head, bit);
      used = 0;
    }
    let entry = load<u32>(table + (<usize>(window >> (64 - LOOK_BITS)) << 2));
    // A resolved entry is a code of size 1 with its sign bit; anything larger is forbidden here.
    let appears = 0;
    if (entry >> 16 != 0) {
      appears = <i32>entry >> 16;
      if (appears != 1 && appears != -1) return stopAt(scan, bit + used, FORBIDDEN_SYMBOL);
      window <<= <u64>(entry & 31);
      used += entry & 31;
    } else {
      if ((entry & 31) == 0) {
        entry = searchCode(table, window, false);
        if (entry == 0) return stopAt(scan, bit + used, NO_SUCH_CODE);
      }
      window <<= <u64>(entry & 31);
      used += entry & 31;
      const size = (entry >> 12) & 15;
      if (size == 1) {
        appears = <i64>window < 0 ? 1 : -1;
        window <<= 1;
        used++;
      } else if (size > 1) return stopAt(scan, bit + used, FORBIDDEN_SYMBOL);
    }
    let zeros = ((entry >> 5) & 127) - 1;
    if (appears == 0 && zeros < 15) {
      scan.eobRun = <u32>1 << zeros;
      if (zeros > 0) {
        scan.eobRun += <u32>(window >> <u64>(64 - zeros));
        window <<= <u64>zeros;
        used += zeros;
      }
      inEobRun = true;
      break;
    }
    // Past `zeros` coefficients that are zero so far, correcting the others on the way.
    for (;;) {
      const ahead = known >> <u64>k;
      const gap: u32 = ahead == 0 ? 64 : <u32>ctz(ahead);
      if (gap > zeros) {
        k += zeros;
        break;
      }
      zeros -= gap;
      k += gap;
      if (k > last) break;
      // A row of known ones: their correction bits follow each other.
      let count = min(<u32>ctz(~(ahead >> <u64>gap)), last + 1 - k);
      while (count > 0) {
        if (used > 56) {
          bit += used;
          window = windowAt(head, bit);
          used = 0;
        }
        correct(values + (<usize>k << 1), <i32>(window >> 63), one);
        window <<= 1;
        used++;
        k++;
        count--;
      }
      if (k > last) break;
    }
    if (appears != 0) {
      if (k > last) return stopAt(scan, bit + used, RUN_TOO_LONG);
      store<i16>(values + (<usize>k << 1), <i16>(appears * one));
      mask |= <u64>1 << <u64>k;
    }
    k++;
  }
  if (inEobRun) {
    if (used == 64) {
      window = windowAt(head, bit);
      used = 0;
    }
    scan.eobRun--;
    if (k <= last) {
      let rest = (known >> <u64>k) << <u64>k;
      if (last < 63) rest &= ((<u64>1 << <u64>(last + 1)) - 1);
      for (; rest != 0; rest &= rest - 1) {
        if (used > 56) {
          bit += used;
          window = windowAt(head, bit);
          used = 0;
        }
        correct(values + (<usize>ctz(rest) << 1), <i32>(window >> 63), one);
        window <<= 1;
        used++;
      }
    }
  }
  store<u64>(block, mask);
  scan.bit = bit + used;
  return OK;
}

/** G.1.2.3: the correction bit moves a value away from zero, once. */
@inline
function correct(at: usize, bit: i32, one: i32): void {
  const value = <i32>load<i16>(at);
  // Without a branch: the bit is as good as random.
  const step = -bit & -<i32>((value & one) == 0) & one;
  const sign = value >> 31;
  store<i16>(at, <i16>(value + ((step ^ sign) - sign)));
}
