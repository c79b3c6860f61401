// Pure. PNG's row filters (W3C PNG, section 9): each row gets the one whose output has the smallest sum of absolute
// values, the specification's rule of thumb.

import type { Pixels } from "./pixels.ts";

const filters = 5;

/** The rows of the channels at `offsets` in each RGBA pixel, filtered, each behind the number of its filter. */
export function filterRows({ data, width, height }: Pixels, offsets: number[]): Uint8Array {
  const step = offsets.length;
  const rowBytes = width * step;
  const filtered = new Uint8Array(height * (1 + rowBytes));
  // Both rows begin with the pixel left of the picture, which counts as zero.
  let above = new Uint8Array(step + rowBytes);
  let row = new Uint8Array(step + rowBytes);
  let best = new Uint8Array(rowBytes);
  let trial = new Uint8Array(rowBytes);

  for (let y = 0; y < height; y++) {
    let to = step;
    for (let pixel = y * width * 4; pixel < (y + 1) * width * 4; pixel += 4) {
      for (const offset of offsets) row[to++] = data[pixel + offset] ?? 0;
    }
    let bestSum = Infinity;
    let bestFilter = 0;
    for (let filter = 0; filter < filters; filter++) {
      filterRow(filter, row, above, step, trial);
      const sum = sumOf(trial, bestSum);
      if (sum >= bestSum) continue;
      bestSum = sum;
      bestFilter = filter;
      [best, trial] = [trial, best];
    }
    const at = y * (1 + rowBytes);
    filtered[at] = bestFilter;
    filtered.set(best, at + 1);
    [above, row] = [row, above];
  }
  return filtered;
}

/** `row` and `above` begin `step` bytes before the picture. */
function filterRow(filter: number, row: Uint8Array, above: Uint8Array, step: number, out: Uint8Array): void {
  const end = row.length;
  switch (filter) {
    case 0:
      out.set(row.subarray(step));
      return;
    case 1:
      for (let at = step; at < end; at++) out[at - step] = byteAt(row, at) - byteAt(row, at - step);
      return;
    case 2:
      for (let at = step; at < end; at++) out[at - step] = byteAt(row, at) - byteAt(above, at);
      return;
    case 3:
      for (let at = step; at < end; at++) {
        out[at - step] = byteAt(row, at) - ((byteAt(row, at - step) + byteAt(above, at)) >> 1);
      }
      return;
    default:
      for (let at = step; at < end; at++) {
        out[at - step] =
          byteAt(row, at) - predictPaeth(byteAt(row, at - step), byteAt(above, at), byteAt(above, at - step));
      }
  }
}

/** The neighbour closest to left + above - corner; on a tie left, then above. */
function predictPaeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Adds the bytes up as signed ones, until `limit` is reached. */
function sumOf(bytes: Uint8Array, limit: number): number {
  let sum = 0;
  for (const byte of bytes) {
    sum += byte < 128 ? byte : 256 - byte;
    if (sum >= limit) break;
  }
  return sum;
}

/** `noUncheckedIndexedAccess` asks for a fallback; no index here is out of bounds. */
function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
