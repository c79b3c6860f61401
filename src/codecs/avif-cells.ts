// Cuts a picture into the cells of a grid while it is read: a band of rows as high as a cell is held, no more. What a
// cell has beyond the picture repeats its last pixels, which cost the encoder nothing.

import type { ImageFailure } from "../errors.ts";
import type { AvifLayout } from "./avif-layout.ts";
import { freeBuffers } from "./free-buffers.ts";
import type { Picture } from "./picture.ts";

/** `take` gets the RGBA of one cell after the other, valid until it returns; its false ends the reading. */
export function cutIntoCells(
  picture: Picture,
  layout: AvifLayout,
  take: (cell: Uint8Array) => boolean,
): ImageFailure | null {
  const { width, height, columns, rows, cellWidth, cellHeight } = layout;
  const band = new Uint8Array(4 * width * Math.min(cellHeight, height));
  const cell = columns * rows === 1 ? band : new Uint8Array(4 * cellWidth * cellHeight);
  try {
    return cut(picture, layout, { band, cell, take });
  } finally {
    freeBuffers(band, cell);
  }
}

function cut(
  picture: Picture,
  { width, height, columns, cellWidth }: AvifLayout,
  { band, cell, take }: { band: Uint8Array; cell: Uint8Array; take: (cell: Uint8Array) => boolean },
): ImageFailure | null {
  const rowBytes = 4 * width;
  let filled = 0;
  let bytesRead = 0;
  let isStopped = false;

  const takeBand = (): void => {
    for (let column = 0; column < columns && !isStopped; column++) {
      if (cell !== band) copyCell(band.subarray(0, filled), rowBytes, 4 * cellWidth * column, cell, 4 * cellWidth);
      isStopped = !take(cell);
    }
    filled = 0;
  };
  const failure = picture.read((some) => {
    for (let at = 0; at < some.length;) {
      const piece = some.subarray(at, at + band.length - filled);
      band.set(piece, filled);
      filled += piece.length;
      bytesRead += piece.length;
      at += piece.length;
      if (filled === band.length) takeBand();
      if (isStopped) return false;
    }
    return true;
  });
  if (failure !== null || isStopped) return failure;
  if (bytesRead !== rowBytes * height) throw new Error(`A picture of ${height} rows ended before its last`);
  if (filled > 0) takeBand();
  return null;
}

function copyCell(band: Uint8Array, rowBytes: number, from: number, cell: Uint8Array, cellRowBytes: number): void {
  const lastRow = band.length / rowBytes - 1;
  for (let y = 0; y * cellRowBytes < cell.length; y++) {
    const row = band
      .subarray(Math.min(y, lastRow) * rowBytes)
      .subarray(from, rowBytes)
      .subarray(0, cellRowBytes);
    const to = y * cellRowBytes;
    cell.set(row, to);
    for (let at = row.length; at < cellRowBytes; at += 4) cell.set(row.subarray(-4), to + at);
  }
}
