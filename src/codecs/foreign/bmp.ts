// Opens a BMP as a picture. Rows are read where they lie; only one with run lengths is decoded whole, to a byte a pixel.

import type { ImageFailure } from "../../errors.ts";
import type { Picture } from "../picture.ts";
import { type Bitmap, readBitmapFile } from "./bmp-header.ts";
import { checkRows, createRowReader, rowBytesOf } from "./bmp-rows.ts";
import { decodeRunLength } from "./bmp-run-length.ts";
import type { ForeignHeader } from "./header.ts";

export function readBmpHeader(bytes: Uint8Array): ForeignHeader | ImageFailure {
  const bitmap = readBitmapFile(bytes);
  return bitmap.kind === "bitmap" ? headerOf(bytes, bitmap) : bitmap;
}

export function openBmp(bytes: Uint8Array, { budgetBytes }: { budgetBytes: number }): Picture | ImageFailure {
  const bitmap = readBitmapFile(bytes);
  if (bitmap.kind !== "bitmap") return bitmap;
  return openBitmap(bytes, bitmap, budgetBytes);
}

/** The bitmap as it is said to be, wherever in the bytes it lies. */
export function openBitmap(bytes: Uint8Array, bitmap: Bitmap, budgetBytes: number): Picture | ImageFailure {
  const header = headerOf(bytes, bitmap);
  if (header.kind !== "image") return header;
  const { width, height, hasAlpha, isGrey } = header;
  if (bitmap.isRunLength && width * height > budgetBytes) {
    return { kind: "too_large_for_memory", width, height, limitPixels: budgetBytes };
  }
  return {
    width,
    height,
    hasAlpha,
    isGrey,
    read(take) {
      const rows = rowsOf(bytes, bitmap);
      if (!("data" in rows)) return rows;
      const readRow = createRowReader(hasAlpha ? rows.bitmap : withoutAlpha(rows.bitmap));
      const row = new Uint8Array(4 * width);
      for (let y = 0; y < height; y++) {
        const from = rows.rowBytes * (bitmap.isTopDown ? y : height - 1 - y);
        readRow(rows.data.subarray(from, from + rows.rowBytes), row);
        if (!take(row)) break;
      }
      return null;
    },
  };
}

function headerOf(bytes: Uint8Array, bitmap: Bitmap): ForeignHeader | ImageFailure {
  const { width, height } = bitmap;
  const damage = checkRows(bytes, bitmap);
  if (damage !== null) return damage;
  return { kind: "image", width, height, hasAlpha: usesAlpha(bytes, bitmap), isGrey: isGrey(bitmap), animated: false };
}

function withoutAlpha(bitmap: Bitmap): Bitmap {
  const [red, green, blue] = bitmap.masks;
  return { ...bitmap, masks: [red, green, blue, 0] };
}

interface Rows {
  data: Uint8Array;
  rowBytes: number;
  /** What the data are, which for runs is a byte a pixel. */
  bitmap: Bitmap;
}

function rowsOf(bytes: Uint8Array, bitmap: Bitmap): Rows | ImageFailure {
  if (!bitmap.isRunLength) return { data: bytes.subarray(bitmap.pixelsAt), rowBytes: rowBytesOf(bitmap), bitmap };
  const plane = decodeRunLength(bytes, bitmap);
  return plane instanceof Uint8Array ? { data: plane, rowBytes: bitmap.width, bitmap: { ...bitmap, depth: 8 } } : plane;
}

/** Many writers leave the alpha of all pixels 0 and mean none. */
function usesAlpha(bytes: Uint8Array, bitmap: Bitmap): boolean {
  const { depth, height, pixelsAt, masks } = bitmap;
  const mask = masks[3];
  if (mask === 0) return false;
  const pixelBytes = depth / 8;
  const alpha = Uint8Array.of(mask & 0xff, (mask >>> 8) & 0xff, (mask >>> 16) & 0xff, mask >>> 24);
  const end = pixelsAt + rowBytesOf(bitmap) * height;
  for (let at = pixelsAt; at < end; at++) {
    if (((bytes[at] ?? 0) & (alpha[(at - pixelsAt) % pixelBytes] ?? 0)) !== 0) return true;
  }
  return false;
}

function isGrey({ depth, palette, paletteEntryBytes }: Bitmap): boolean {
  if (depth > 8) return false;
  for (let at = 0; at < palette.length; at += paletteEntryBytes) {
    if (palette[at] !== palette[at + 1] || palette[at] !== palette[at + 2]) return false;
  }
  return true;
}
