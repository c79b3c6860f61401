// How large a picture may be. An isolate has 128 MB, wasm memory included, and local workerd enforces nothing of it, so
// this file is all that stands between a large picture and a dead isolate. What is decoded and encoded whole is guarded
// twice: before, by the pixels in the header, with what an ordinary picture takes, and while an emscripten codec runs by a
// cap on the growth of its memory, because noise takes twice as much and no header tells. JPEG, which is never decoded
// whole, has that cap alone.

import { isForeign, type Probe } from "./probe.ts";

const mebibyte = 1024 * 1024;

const isolateBytes = 128 * mebibyte;

/** Code, heap and stacks of the Worker itself; an allowance, as no platform figure exists. */
const runtimeBytes = 16 * mebibyte;

/** The default of DOWNLOAD_BUDGET_BYTES: sources that wait in memory, the one being worked on among them. */
const defaultDownloadBudgetBytes = 40 * mebibyte;

/**
 * Bytes per pixel of a photograph and, `dense`, of pure noise, all parts together. The decoder counts to the end,
 * although its work is done before the encoder starts: its memory is freed by a garbage collection that nobody can order.
 * The parts are wasm memories after one picture of 3 to 6 megapixels at quality 50, and 5 % for the steps in which they
 * grow; `dense` is at quality 100.
 */
const bytesPerPixel = {
  /** Its engine works in strips, in 5 to 13 MB whatever the picture: no limit but that of the pixels a header may claim. */
  png: { decoder: 0, picture: 0, encoder: 0, dense: 0 },
  /** Rows come in another order and must all be there before the first can go on. */
  "png-interlaced": { decoder: 0, picture: 4, encoder: 0, dense: 4 },
  webp: { decoder: 5.9, picture: 4, encoder: 14.6, dense: 65 },
  "webp-lossless": { decoder: 10.9, picture: 4, encoder: 14.6, dense: 68 },
  /** A lossless source that is also encoded without loss: the encoder for that takes 46 to 55. */
  "webp-lossless-twice": { decoder: 10.9, picture: 4, encoder: 14.6 + 55, dense: 115 },
  /** Decoded only: what it becomes is written row by row, or in cells. */
  avif: { decoder: 49, picture: 4, encoder: 0, dense: 300 },
} as const;

/** The most that the PNG engine's tables, strips and rows take: a picture of 65,535 pixels across. */
export const pngEngineBytes = 16 * mebibyte;

/**
 * What libaom takes of a cell, be it noise: 61 MB for 1.5 megapixels whose colours are halved, 69 MB for one megapixel
 * whose colours are not; a photograph takes a tenth to a fifth less.
 */
const avifEncoder = { fixed: 10 * mebibyte, halved: 36, fine: 60 };

/** With how much memory an emscripten codec starts. */
const leastCodecBytes = 16 * mebibyte;

/** The ways through the codecs that differ in what they need. */
export type PixelPath = keyof typeof bytesPerPixel;

/** What the pixels of one image may take, when downloads may hold `downloadBudgetBytes`. */
export function pixelBudget(downloadBudgetBytes = defaultDownloadBudgetBytes): number {
  return isolateBytes - runtimeBytes - downloadBudgetBytes;
}

/** The most pixels that an ordinary picture may have. */
export function pixelLimit(path: PixelPath, budgetBytes: number): number {
  return Math.floor(budgetBytes / bytesOfPixel(path));
}

/** The most pixels that any picture may have, be it noise. */
export function densePixelLimit(path: PixelPath, budgetBytes: number): number {
  return Math.floor(budgetBytes / bytesPerPixel[path].dense);
}

/** The most pixels that a source opened as rows may have, when it is decoded whole. */
export function decodedPixelLimit(path: PixelPath, roomBytes: number): number {
  return Math.floor(roomBytes / (bytesPerPixel[path].decoder + bytesPerPixel[path].picture));
}

/** The most pixels that may be encoded whole when they come in rows. */
export function encodedPixelLimit(path: PixelPath, roomBytes: number): number {
  return Math.floor(roomBytes / (bytesPerPixel[path].encoder + bytesPerPixel[path].picture));
}

/** What an ordinary picture takes. */
export function neededBytes(path: PixelPath, pixels: number): number {
  return pixels * bytesOfPixel(path);
}

/**
 * What the JPEG engine takes of an ordinary picture: a copy of the source, on top of it 0.4 bytes a pixel and 1 MB, to
 * which a test holds it, and the output.
 */
export function neededJpegBytes(sourceBytes: number, pixels: number): number {
  return 2 * sourceBytes + 0.4 * pixels + 1_000_000;
}

/**
 * How large the memory of the JPEG engine may grow beside the idle codecs. An output is smaller than its source, mostly
 * by more than half, and while it is put together it is there twice.
 */
export function jpegRoom(sourceBytes: number, idleBytes: number, budgetBytes: number): number {
  return Math.max(0, budgetBytes - idleBytes - sourceBytes);
}

/** The most that a picture may take, be it noise. */
export function mostBytes(path: PixelPath, pixels: number): number {
  return pixels * bytesPerPixel[path].dense;
}

/**
 * What the decoder of an ordinary picture holds when it is done, and the most that one may hold which is used again: what
 * comes after it could not count on more room than this leaves.
 */
export function decoderBytes(path: PixelPath, pixels: number): number {
  return Math.max(leastCodecBytes, pixels * bytesPerPixel[path].decoder);
}

/**
 * What those take that read a source in rows: of a JPEG a copy of its data and some rows of 16 bit samples, of a PNG a
 * few rows, of the others, which are decoded whole, the pixels and the decoder, which may hold more than is usual.
 */
export function readerBytes(image: Probe, sourceBytes: number, heldBytes: number): number {
  const { width, height } = image;
  // One piece of a TIFF may be all of it.
  if (isForeign(image)) return mebibyte + Math.min(4 * width * height, foreignRoom(pixelBudget()));
  switch (image.format) {
    case "jpeg":
      return sourceBytes + mebibyte + 200 * width;
    case "png":
      return mebibyte + 24 * width + neededBytes(image.path, width * height);
    case "webp":
    case "avif":
      return Math.max(heldBytes, decoderBytes(image.path, width * height)) + 4 * width * height;
  }
}

/** What those may hold that read a format that is not written here. */
export function foreignRoom(roomBytes: number): number {
  return Math.floor(roomBytes / 2);
}

/** What scaling rows takes: at a half 70 bytes for a pixel of the width, more the further down. */
export function scalerBytes(from: { width: number }, to: { width: number }): number {
  return from.width === to.width ? 0 : mebibyte + 70 * from.width;
}

/** How large the decoder's memory may grow so that the rest still fits. */
export function decoderRoom(path: PixelPath, pixels: number, budgetBytes: number): number {
  return budgetBytes - pixels * (bytesPerPixel[path].picture + bytesPerPixel[path].encoder);
}

/** How large an encoder's memory may grow beside the picture and the memories of codecs that ran before it. */
export function encoderRoom(pixels: number, earlierBytes: number, budgetBytes: number): number {
  return budgetBytes - pixels * 4 - earlierBytes;
}

/** The cells into which a picture is cut to become an AVIF. */
interface Cells {
  width: number;
  columns: number;
  rows: number;
  cellWidth: number;
  cellHeight: number;
  /** 4:2:0 in place of 4:4:4. */
  halvesColours: boolean;
}

/** All that is held while an AVIF is written, but the output. */
export function avifCellBytes(cells: Cells): number {
  const perPixel = cells.halvesColours ? avifEncoder.halved : avifEncoder.fine;
  const encoder = avifEncoder.fixed + perPixel * cells.cellWidth * cells.cellHeight;
  return Math.max(leastCodecBytes, encoder) + bandBytes(cells);
}

/** How large the AVIF encoder's memory may grow. */
export function avifEncoderRoom(cells: Cells, budgetBytes: number): number {
  return budgetBytes - bandBytes(cells);
}

/** A row of cells and, unless there is but one, a copy of a cell. */
function bandBytes({ width, columns, rows, cellWidth, cellHeight }: Cells): number {
  return 4 * width * cellHeight + (columns * rows === 1 ? 0 : 4 * cellWidth * cellHeight);
}

function bytesOfPixel(path: PixelPath): number {
  const { decoder, picture, encoder } = bytesPerPixel[path];
  return decoder + picture + encoder;
}
