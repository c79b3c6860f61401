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
const defaultDownloadBudgetBytes = 26 * mebibyte;

/**
 * Of what pixels may take, the part for WebAssembly memories, which do not shrink and are kept; the rest is for a picture
 * that is held whole beside them. So the largest picture can always be held, whatever ran before it.
 */
const wasmShare = 0.79;

/** What the PNG engine's tables and strips take of a picture that is not very wide. */
export const pngEngineBytes = 5 * mebibyte;

/**
 * Bytes per pixel of a photograph and, `dense`, of pure noise, and what comes on top for any picture. A decoder is done
 * before the encoder starts, which may have its memory. Read off the wasm memories after one picture of 1 to 5 megapixels
 * at quality 50, `dense` at quality 100; where room is short, they grow in smaller steps and take less.
 */
const bytesPerPixel = {
  /** Its engine works in strips, in 5 to 13 MB whatever the picture: no limit but that of the pixels a header may claim. */
  png: { fixed: 0, decoder: 0, picture: 0, encoder: 0, dense: 0 },
  /** Rows come in another order and must all be there before the first can go on: in the engine's own memory. */
  "png-interlaced": { fixed: pngEngineBytes, decoder: 4, picture: 0, encoder: 4, dense: 4 },
  webp: { fixed: 300_000, decoder: 5.9, picture: 4, encoder: 14.6, dense: 55 },
  "webp-lossless": { fixed: 500_000, decoder: 11.5, picture: 4, encoder: 14.6, dense: 55 },
  /** A lossless source that is also encoded without loss. */
  "webp-lossless-twice": { fixed: 11_000_000, decoder: 11.5, picture: 4, encoder: 46, dense: 100 },
  /** Decoded only: what it becomes is written row by row, or in cells. */
  avif: { fixed: 9_500_000, decoder: 29.5, picture: 4, encoder: 0, dense: 300 },
  /**
   * Decoded only, in floating point throughout. Noise takes no more; `dense` is a lossy one in the modular way, of which
   * the header says nothing.
   */
  jxl: { fixed: 10_000_000, decoder: 64, picture: 4, encoder: 0, dense: 83 },
} as const;

/**
 * What libaom takes of a cell, be it noise: 61 MB for 1.5 megapixels whose colours are halved, 69 MB for one megapixel
 * whose colours are not; a photograph takes a tenth to a fifth less.
 */
const avifEncoder = { fixed: 10 * mebibyte, halved: 36, fine: 60 };

/** The ways through the codecs that differ in what they need. */
export type PixelPath = keyof typeof bytesPerPixel;

/** What the pixels of one image may take, when downloads may hold `downloadBudgetBytes`. */
export function pixelBudget(downloadBudgetBytes = defaultDownloadBudgetBytes): number {
  return isolateBytes - runtimeBytes - downloadBudgetBytes;
}

/** How much of it all WebAssembly memories may hold together. */
export function wasmRoom(budgetBytes: number): number {
  return Math.max(0, Math.floor(budgetBytes * wasmShare));
}

/** The most pixels that an ordinary picture may have that is decoded and encoded again. */
export function pixelLimit(path: PixelPath, budgetBytes: number): number {
  const { decoder, encoder } = bytesPerPixel[path];
  return limitOf(path, Math.max(decoder, encoder), budgetBytes);
}

/** The most pixels that any picture may have, be it noise. */
export function densePixelLimit(path: PixelPath, budgetBytes: number): number {
  return limitOf(path, bytesPerPixel[path].dense, budgetBytes);
}

/** The most pixels that a source opened as rows may have, when it is decoded whole. */
export function decodedPixelLimit(path: PixelPath, budgetBytes: number): number {
  return limitOf(path, bytesPerPixel[path].decoder, budgetBytes);
}

/** The most pixels that may be encoded whole when they come in rows. */
export function encodedPixelLimit(
  path: PixelPath,
  { roomBytes, wasmBytes }: { roomBytes: number; wasmBytes: number },
): number {
  const { fixed, encoder, picture } = bytesPerPixel[path];
  return mostPixels(Math.min((wasmBytes - fixed) / encoder, (roomBytes - fixed) / (encoder + picture)));
}

/** The WebAssembly memory of the decoder after an ordinary picture. */
export function decoderBytes(path: PixelPath, pixels: number): number {
  return bytesPerPixel[path].fixed + pixels * bytesPerPixel[path].decoder;
}

/** The WebAssembly memory of the encoder after an ordinary picture. */
export function encoderBytes(path: PixelPath, pixels: number): number {
  return bytesPerPixel[path].fixed + pixels * bytesPerPixel[path].encoder;
}

/**
 * What the JPEG engine takes of an ordinary picture: a copy of the source, on top of it 0.4 bytes a pixel and 1 MB, to
 * which a test holds it.
 */
export function neededJpegBytes(sourceBytes: number, pixels: number): number {
  return sourceBytes + 0.4 * pixels + 1_000_000;
}

/** What it takes to read one in rows: a copy of its data and some rows of 16 bit samples. */
export function jpegReaderBytes(sourceBytes: number, width: number): number {
  return sourceBytes + mebibyte + 200 * width;
}

/**
 * How large the memory of the JPEG engine may grow. An output is smaller than its source, mostly by more than half, and
 * while it is put together it is there twice.
 */
export function jpegRoom(sourceBytes: number, budgetBytes: number): number {
  return Math.max(0, Math.min(wasmRoom(budgetBytes), budgetBytes - sourceBytes));
}

/**
 * What those hold that read a source in rows, while these are written: of a PNG a few rows, of the others but JPEG, which
 * are decoded whole, the pixels.
 */
export function readerBytes(image: Probe, sourceBytes: number): { wasmBytes: number; pixelBytes: number } {
  const { width, height } = image;
  const pixelBytes = 4 * width * height;
  if (image.format === "jxl") return { wasmBytes: 0, pixelBytes };
  // One piece of a TIFF may be all of it.
  if (isForeign(image)) return { wasmBytes: mebibyte, pixelBytes: Math.min(pixelBytes, foreignRoom(pixelBudget())) };
  switch (image.format) {
    case "jpeg":
      return { wasmBytes: jpegReaderBytes(sourceBytes, width), pixelBytes: 0 };
    case "png":
      return { wasmBytes: mebibyte + 24 * width + decoderBytes(image.path, width * height), pixelBytes: 0 };
    case "webp":
    case "avif":
      return { wasmBytes: 0, pixelBytes };
  }
}

/** What those may hold that read a format that is not written here. */
export function foreignRoom(roomBytes: number): number {
  return Math.floor(roomBytes / 2);
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
  return avifEncoderBytes(cells) + bandBytes(cells);
}

/** The encoder's part of it. */
export function avifEncoderBytes({ halvesColours, cellWidth, cellHeight }: Cells): number {
  const perPixel = halvesColours ? avifEncoder.halved : avifEncoder.fine;
  return avifEncoder.fixed + perPixel * cellWidth * cellHeight;
}

/** The rest of it: a row of cells and, unless there is but one, a copy of a cell. */
export function bandBytes({ width, columns, rows, cellWidth, cellHeight }: Cells): number {
  return 4 * width * cellHeight + (columns * rows === 1 ? 0 : 4 * cellWidth * cellHeight);
}

function limitOf(path: PixelPath, wasmBytesOfPixel: number, budgetBytes: number): number {
  const room = wasmRoom(budgetBytes);
  const { fixed, picture } = bytesPerPixel[path];
  return mostPixels(Math.min((room - fixed) / wasmBytesOfPixel, (budgetBytes - room) / picture));
}

function mostPixels(fitting: number): number {
  return Math.max(0, Math.floor(fitting));
}
