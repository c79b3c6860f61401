// Opens a TIFF of one page as a picture. A row of strips or tiles is unpacked at a time.

import type { ImageFailure } from "../../errors.ts";
import { readExif } from "../exif.ts";
import type { Metadata, Picture, TakeRows } from "../picture.ts";
import type { ForeignHeader } from "./header.ts";
import { readTiffDirectory } from "./tiff-directory.ts";
import { readTiffLayout, type TiffLayout } from "./tiff-layout.ts";
import { createTiffRowReader, undoPrediction } from "./tiff-samples.ts";
import { unpackPiece } from "./tiff-unpack.ts";

const profileTag = 34_675;

export function readTiffHeader(bytes: Uint8Array): ForeignHeader | ImageFailure {
  const layout = readTiffLayout(bytes);
  if (layout.kind !== "layout") return layout;
  const { width, height, alpha, colours } = layout;
  const isGrey = colours === "black_is_zero" || colours === "white_is_zero";
  return { kind: "image", width, height, hasAlpha: alpha !== "none", isGrey, animated: false };
}

/** Nothing for a file that cannot be read. EXIF is a TIFF block, so that a TIFF reads like one. */
export function readTiffMetadata(bytes: Uint8Array): Metadata {
  const directory = readTiffDirectory(bytes);
  const profile = directory.kind === "directory" ? directory.bytes(profileTag) : null;
  return { ...readExif(bytes), profile };
}

export function openTiff(bytes: Uint8Array, { budgetBytes }: { budgetBytes: number }): Picture | ImageFailure {
  const header = readTiffHeader(bytes);
  if (header.kind !== "image") return header;
  const layout = readTiffLayout(bytes);
  if (layout.kind !== "layout") return layout;
  const { width, height, hasAlpha, isGrey } = header;
  const bytesHeld = heldBytes(layout);
  if (bytesHeld > budgetBytes) {
    const limitPixels = Math.floor((width * height * budgetBytes) / bytesHeld);
    return { kind: "too_large_for_memory", width, height, limitPixels };
  }
  return { width, height, hasAlpha, isGrey, read: (take) => readRows(bytes, layout, take) };
}

/** A piece as it comes and, side by side, those of a row of them. */
function heldBytes(layout: TiffLayout): number {
  const { width, pieceWidth, pieceHeight, compression } = layout;
  const isStrip = pieceWidth === width;
  const piece = compression === "none" && isStrip ? 0 : rowBytesOf(layout, pieceWidth) * pieceHeight;
  return piece + (isStrip ? 0 : rowBytesOf(layout, width + pieceWidth) * pieceHeight);
}

function rowBytesOf({ depth, samples }: TiffLayout, width: number): number {
  return Math.ceil((width * samples * depth) / 8);
}

function readRows(bytes: Uint8Array, layout: TiffLayout, take: TakeRows): ImageFailure | null {
  const { width, height, pieceWidth, pieceHeight, isPredicted } = layout;
  const columns = Math.ceil(width / pieceWidth);
  const pieceRowBytes = rowBytesOf(layout, pieceWidth);
  const readRow = createTiffRowReader(layout);
  const rgba = new Uint8Array(4 * width);
  const side = columns === 1 ? null : new Uint8Array(pieceRowBytes * columns);
  for (let band = 0; band * pieceHeight < height; band++) {
    const rows = Math.min(pieceHeight, height - band * pieceHeight);
    const pieces: Uint8Array[] = [];
    for (let column = 0; column < columns; column++) {
      const { from, to } = layout.pieces[band * columns + column] ?? { from: 0, to: 0 };
      const piece = unpackPiece(bytes.subarray(from, to), layout.compression, pieceRowBytes * pieceHeight);
      if (piece === null) return { kind: "corrupt", reason: "its compressed data hold an impossible code" };
      if (piece.length < pieceRowBytes * rows) {
        return { kind: "truncated", reason: "its compressed data end before the last row" };
      }
      pieces.push(piece);
    }
    for (let y = 0; y < rows; y++) {
      const parts = pieces.map((piece) => piece.subarray(y * pieceRowBytes, (y + 1) * pieceRowBytes));
      // Uncompressed bytes are the source itself, which stays as it is.
      const own = isPredicted && layout.compression === "none" ? parts.map((part) => part.slice()) : parts;
      if (isPredicted) for (const part of own) undoPrediction(part, layout);
      own.forEach((part, column) => side?.set(part, column * pieceRowBytes));
      readRow(side ?? own[0] ?? rgba, rgba);
      if (!take(rgba)) return null;
    }
  }
  return null;
}
