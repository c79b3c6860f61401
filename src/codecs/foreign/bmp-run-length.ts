// Pure. RLE8 and RLE4 of Windows: runs of an index, stretches of indices, and jumps. What is jumped over stays the first
// colour. The answer is a byte a pixel, rows as stored, from the bottom up.

import type { ImageFailure } from "../../errors.ts";
import type { Bitmap } from "./bmp-header.ts";

const cut: ImageFailure = { kind: "truncated", reason: "its runs end before the picture does" };

export function decodeRunLength(bytes: Uint8Array, bitmap: Bitmap): Uint8Array | ImageFailure {
  const { width, height, depth, pixelsAt } = bitmap;
  const plane = new Uint8Array(width * height);
  let x = 0;
  let y = 0;
  const put = (index: number): void => {
    // Some writers fill their last run up beyond the row.
    if (x < width && y < height) plane[y * width + x] = index;
    x++;
  };
  // The first of two pixels in a byte is the high one.
  const half = (byte: number, position: number): number =>
    depth === 8 ? byte : position % 2 === 0 ? byte >> 4 : byte & 15;

  for (let at = pixelsAt; ; at += 2) {
    const count = bytes[at];
    const value = bytes[at + 1];
    if (count === undefined || value === undefined) return cut;
    if (count > 0) {
      for (let index = 0; index < count; index++) put(half(value, index));
    } else if (value === 0) {
      x = 0;
      y++;
    } else if (value === 1) return plane;
    else if (value === 2) {
      x += bytes[at + 2] ?? 0;
      y += bytes[at + 3] ?? 0;
      at += 2;
    } else {
      const length = depth === 8 ? value : Math.ceil(value / 2);
      if (at + 2 + length > bytes.length) return cut;
      for (let index = 0; index < value; index++) {
        put(half(bytes[at + 2 + (depth === 8 ? index : index >> 1)] ?? 0, index));
      }
      // Padded to two bytes.
      at += length + (length & 1);
    }
    // The picture is full; not everybody writes an end.
    if (y >= height) return plane;
  }
}
