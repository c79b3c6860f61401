// Pure. Turns the rows of a bitmap into RGBA.

import type { ImageFailure } from "../../errors.ts";
import type { Bitmap } from "./bmp-header.ts";

/** Rows are padded to four bytes. */
export function rowBytesOf({ width, depth }: { width: number; depth: number }): number {
  return 4 * Math.ceil((width * depth) / 32);
}

/** Null when all rows are there. */
export function checkRows(bytes: Uint8Array, bitmap: Bitmap): ImageFailure | null {
  if (bitmap.isRunLength || bitmap.pixelsAt + rowBytesOf(bitmap) * bitmap.height <= bytes.length) return null;
  return { kind: "truncated", reason: "it ends before its last row" };
}

/** Writes the RGBA of one stored row. */
export function createRowReader(bitmap: Bitmap): (stored: Uint8Array, rgba: Uint8Array) => void {
  const { width, depth, masks } = bitmap;
  if (depth <= 8) {
    const colours = coloursOf(bitmap);
    return (stored, rgba) => {
      for (let x = 0; x < width; x++) {
        const bit = x * depth;
        const index = ((stored[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
        for (let sample = 0; sample < 4; sample++) rgba[4 * x + sample] = colours[4 * index + sample] ?? 0;
      }
    };
  }
  if (depth === 24) {
    return (stored, rgba) => {
      for (let x = 0; x < width; x++) {
        rgba[4 * x] = stored[3 * x + 2] ?? 0;
        rgba[4 * x + 1] = stored[3 * x + 1] ?? 0;
        rgba[4 * x + 2] = stored[3 * x] ?? 0;
        rgba[4 * x + 3] = 255;
      }
    };
  }
  const [red, green, blue, alpha] = masks.map(createSampleReader);
  const pixelBytes = depth / 8;
  return (stored, rgba) => {
    for (let x = 0; x < width; x++) {
      let pixel = 0;
      for (let byte = pixelBytes - 1; byte >= 0; byte--) pixel = (pixel << 8) | (stored[pixelBytes * x + byte] ?? 0);
      rgba[4 * x] = red?.(pixel) ?? 0;
      rgba[4 * x + 1] = green?.(pixel) ?? 0;
      rgba[4 * x + 2] = blue?.(pixel) ?? 0;
      rgba[4 * x + 3] = masks[3] === 0 ? 255 : (alpha?.(pixel) ?? 255);
    }
  };
}

/** Four bytes a colour; black where the palette is too short. */
function coloursOf({ palette, paletteEntryBytes }: Bitmap): Uint8Array {
  const colours = new Uint8Array(4 * 256);
  for (let index = 0; index < 256; index++) {
    const [blue = 0, green = 0, red = 0] = palette.subarray(paletteEntryBytes * index);
    colours.set([red, green, blue, 255], 4 * index);
  }
  return colours;
}

/** The bits of a mask as a sample from 0 to 255. */
function createSampleReader(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / most);
}
