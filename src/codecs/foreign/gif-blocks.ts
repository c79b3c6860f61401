// Pure. Walks through the blocks of a GIF (CompuServe, GIF89a, 1990) to its end: how large it is, how many pictures there
// are, and where the first one's data lie.

import type { ImageFailure } from "../../errors.ts";
import { type ForeignHeader, longestSide } from "./header.ts";

/** The first picture, and where on the canvas it lies. */
export interface GifFrame {
  left: number;
  top: number;
  width: number;
  height: number;
  isInterlaced: boolean;
  /** Three bytes a colour. */
  palette: Uint8Array;
  /** Its index, or null. */
  transparent: number | null;
  /** Bits of the first codes, less one. */
  codeBits: number;
  /** The compressed data in the pieces in which they are stored. */
  data: Uint8Array[];
}

export interface Gif extends ForeignHeader {
  frame: GifFrame;
}

const cut: ImageFailure = { kind: "truncated", reason: "it ends before its GIF trailer" };

export function readGif(bytes: Uint8Array): Gif | ImageFailure {
  if (bytes.length < 13) return cut;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(10);
  const common = readPalette(bytes, 13, flags);
  let at = 13 + common.length;
  let transparent: number | null = null;
  let frames = 0;
  let first: GifFrame | null = null;
  for (;;) {
    const introducer = bytes[at];
    if (introducer === undefined) return cut;
    if (introducer === 0x3b) break;
    if (introducer === 0x21) {
      // A graphic control extension tells of the picture that follows.
      if (bytes[at + 1] === 0xf9 && bytes[at + 2] === 4) {
        transparent = ((bytes[at + 3] ?? 0) & 1) === 1 ? (bytes[at + 6] ?? null) : null;
      }
      const end = endOfPieces(bytes, at + 2);
      if (end === null) return cut;
      at = end;
    } else if (introducer === 0x2c) {
      if (at + 10 > bytes.length) return cut;
      const own = readPalette(bytes, at + 10, view.getUint8(at + 9));
      const dataAt = at + 10 + own.length;
      const end = endOfPieces(bytes, dataAt + 1);
      if (end === null) return cut;
      frames++;
      first ??= {
        left: view.getUint16(at + 1, true),
        top: view.getUint16(at + 3, true),
        width: view.getUint16(at + 5, true),
        height: view.getUint16(at + 7, true),
        isInterlaced: (view.getUint8(at + 9) & 0x40) !== 0,
        palette: own.length > 0 ? own : common,
        transparent,
        codeBits: bytes[dataAt] ?? 0,
        data: piecesOf(bytes, dataAt + 1),
      };
      transparent = null;
      at = end;
    } else return { kind: "corrupt", reason: "a GIF block has an unknown kind" };
  }
  if (first === null) return { kind: "corrupt", reason: "it holds no picture" };
  return toGif(view.getUint16(6, true), view.getUint16(8, true), first, frames > 1);
}

function toGif(screenWidth: number, screenHeight: number, frame: GifFrame, animated: boolean): Gif | ImageFailure {
  // As browsers do: a screen of nothing is as large as its picture.
  const width = screenWidth || Math.min(longestSide, frame.left + frame.width);
  const height = screenHeight || Math.min(longestSide, frame.top + frame.height);
  if (width === 0 || height === 0 || frame.width === 0 || frame.height === 0) {
    return { kind: "corrupt", reason: "it claims to have no pixels" };
  }
  if (frame.palette.length === 0) return { kind: "corrupt", reason: "it has no palette" };
  if (frame.codeBits < 1 || frame.codeBits > 8)
    return { kind: "corrupt", reason: "its codes have an impossible length" };
  const coversAll = frame.left === 0 && frame.top === 0 && frame.width >= width && frame.height >= height;
  return {
    kind: "image",
    width,
    height,
    hasAlpha: frame.transparent !== null || !coversAll,
    isGrey: isGreyPalette(frame.palette),
    animated,
    frame,
  };
}

/** Empty where there is none; shorter than announced where the file ends. */
function readPalette(bytes: Uint8Array, at: number, flags: number): Uint8Array {
  return (flags & 0x80) === 0 ? new Uint8Array(0) : bytes.subarray(at, at + 3 * 2 ** ((flags & 7) + 1));
}

function isGreyPalette(palette: Uint8Array): boolean {
  return palette.every((value, at) => value === palette[at - (at % 3)]);
}

/** Behind the empty piece that ends a list of them, or null where the file ends first. */
function endOfPieces(bytes: Uint8Array, from: number): number | null {
  for (let at = from; at < bytes.length;) {
    const length = bytes[at] ?? 0;
    if (length === 0) return at + 1;
    at += 1 + length;
  }
  return null;
}

function piecesOf(bytes: Uint8Array, from: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = from; ;) {
    const length = bytes[at] ?? 0;
    if (length === 0) return pieces;
    pieces.push(bytes.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
}
