// Takes the entropy-coded bytes in, without the stuffed zeros and the markers among them (T.81 B.1.1.5, E.1.4, B.1.1.2
// for fill bytes), in reverse order: then eight bytes read as a little-endian u64 are the next 64 bits, first bit on top,
// and the decoder needs neither byte swaps nor a test for FF.

import { newestTop, Scan } from "./scan";

let next: usize = 0;
let afterFF: bool = false;
let restartsSeen: u32 = 0;

const REVERSED: v128 = i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

export function beginBytes(): void {
  next = newestTop;
  afterFF = false;
  restartsSeen = 0;
}

export function takeBytes(scan: Scan, from: usize, count: usize): void {
  const end = from + count;
  const ff = i8x16.splat(-1);
  let out = next;
  while (from < end) {
    if (!afterFF && from + 16 <= end) {
      const bytes = v128.load(from);
      v128.store(out - 15, i8x16.swizzle(bytes, REVERSED));
      const marks = i8x16.bitmask(i8x16.eq(bytes, ff));
      if (marks == 0) {
        from += 16;
        out -= 16;
        continue;
      }
      const clean = <usize>ctz(marks);
      from += clean + 1;
      out -= clean;
      afterFF = true;
      continue;
    }
    const byte = load<u8>(from++);
    if (!afterFF) {
      if (byte == 0xff) afterFF = true;
      else store<u8>(out--, byte);
    } else if (byte == 0) {
      store<u8>(out--, 0xff);
      afterFF = false;
    } else if (byte != 0xff) {
      // Only RSTn can stand here: the parser ends the scan at any other marker.
      if (restartsSeen < scan.restartCount) {
        store<u32>(scan.restarts + <usize>restartsSeen * 4, (<u32>(newestTop - out)) << 3);
        restartsSeen++;
      }
      afterFF = false;
    }
  }
  next = out;
}

export function endBytes(scan: Scan): void {
  scan.dataEnd = (<u32>(newestTop - next)) << 3;
  scan.intervalEnd = restartsSeen > 0 ? load<u32>(scan.restarts) : scan.dataEnd;
  scan.untilRestart = scan.restartInterval;
  scan.restartCount = restartsSeen;
}
