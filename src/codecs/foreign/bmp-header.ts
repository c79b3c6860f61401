// Pure. Reads the header of a device-independent bitmap, of which every Windows made one of its own: 12 bytes in OS/2 1,
// 40 in Windows 3, up to 124 since. An icon holds the same without the file header in front.

import type { ImageFailure } from "../../errors.ts";
import { longestSide } from "./header.ts";

export interface Bitmap {
  kind: "bitmap";
  width: number;
  height: number;
  /** Bits of a pixel. */
  depth: 1 | 4 | 8 | 16 | 24 | 32;
  isTopDown: boolean;
  isRunLength: boolean;
  /** Red, green, blue, alpha: the bits of a pixel that are theirs; 0 for none. */
  masks: [number, number, number, number];
  /** Three or four bytes a colour, blue first. */
  palette: Uint8Array;
  paletteEntryBytes: 3 | 4;
  /** Where the pixels begin in the file. */
  pixelsAt: number;
}

const cut: ImageFailure = { kind: "truncated", reason: "it ends in its header" };
const fileHeaderBytes = 14;
const compressions = { none: 0, rle8: 1, rle4: 2, masks: 3, jpeg: 4, png: 5, alphaMasks: 6 };

/** 5 bits each of 16, 8 bits each of 24 and 32, as they are where nothing is said. */
const fiveBits: Bitmap["masks"] = [0x7c00, 0x3e0, 0x1f, 0];
const eightBits: Bitmap["masks"] = [0xff_0000, 0xff00, 0xff, 0];

/** Of a file, which begins with "BM". */
export function readBitmapFile(bytes: Uint8Array): Bitmap | ImageFailure {
  if (bytes.length < fileHeaderBytes) return cut;
  const pixelsAt = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(10, true);
  return readBitmap(bytes, fileHeaderBytes, pixelsAt);
}

/** At `from` in the bytes; the pixels are at `pixelsAt`, or, where that is null, behind the palette. */
export function readBitmap(bytes: Uint8Array, from: number, pixelsAt: number | null): Bitmap | ImageFailure {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (from + 4 > bytes.length) return cut;
  const headerBytes = view.getUint32(from, true);
  if (headerBytes !== 12 && (headerBytes < 16 || headerBytes > 124)) {
    return { kind: "corrupt", reason: "its bitmap header has an impossible length" };
  }
  if (from + headerBytes > bytes.length) return cut;
  const isOld = headerBytes === 12;
  const width = isOld ? view.getUint16(from + 4, true) : view.getInt32(from + 4, true);
  const height = isOld ? view.getUint16(from + 6, true) : view.getInt32(from + 8, true);
  const depth = view.getUint16(from + (isOld ? 10 : 14), true);
  const compression = headerBytes >= 20 ? view.getUint32(from + 16, true) : compressions.none;
  const used = headerBytes >= 36 ? view.getUint32(from + 32, true) : 0;
  if (width <= 0 || height === 0) return { kind: "corrupt", reason: "it claims to have no pixels" };
  if (!isDepth(depth)) return { kind: "corrupt", reason: "its pixels have an impossible number of bits" };
  if (compression === compressions.jpeg || compression === compressions.png) {
    return { kind: "unsupported_variant", variant: "a BMP that holds a JPEG or PNG" };
  }
  if (Math.max(width, Math.abs(height)) > longestSide) {
    return { kind: "unsupported_variant", variant: `a BMP with a side of ${Math.max(width, Math.abs(height))} pixels` };
  }
  const isRunLength = compression === compressions.rle8 || compression === compressions.rle4;
  const hasMasks = compression === compressions.masks || compression === compressions.alphaMasks;
  const isPossible =
    compression === compressions.none ||
    (compression === compressions.rle8 && depth === 8) ||
    (compression === compressions.rle4 && depth === 4) ||
    (hasMasks && (depth === 16 || depth === 32));
  // OS/2 2 counts other compressions by the same numbers.
  if (!isPossible || (isRunLength && height < 0)) {
    return { kind: "unsupported_variant", variant: `a BMP of ${depth} bits compressed by method ${compression}` };
  }
  // Headers of 52 bytes and more hold the masks; behind one of 40 they are a part of their own.
  const maskCount = hasMasks ? (compression === compressions.alphaMasks || headerBytes >= 56 ? 4 : 3) : 0;
  const ownMaskBytes = hasMasks && headerBytes < 52 ? 4 * maskCount : 0;
  if (from + headerBytes + ownMaskBytes > bytes.length) return cut;
  const mask = (index: number) => (index < maskCount ? view.getUint32(from + 40 + 4 * index, true) : 0);
  const plainMasks = depth === 16 ? fiveBits : eightBits;

  const paletteEntryBytes = isOld ? 3 : 4;
  const colours = depth > 8 ? 0 : Math.min(used || 2 ** depth, 2 ** depth);
  const paletteAt = from + headerBytes + ownMaskBytes;
  const paletteEnd = paletteAt + colours * paletteEntryBytes;
  if (paletteEnd > bytes.length) return cut;
  return {
    kind: "bitmap",
    width,
    height: Math.abs(height),
    depth,
    isTopDown: height < 0,
    isRunLength,
    masks: hasMasks ? [mask(0), mask(1), mask(2), mask(3)] : plainMasks,
    palette: bytes.subarray(paletteAt, paletteEnd),
    paletteEntryBytes,
    pixelsAt: pixelsAt ?? paletteEnd,
  };
}

function isDepth(depth: number): depth is Bitmap["depth"] {
  return [1, 4, 8, 16, 24, 32].includes(depth);
}
