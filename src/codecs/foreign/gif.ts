// Opens a still GIF as a picture. Rows are decoded as they are read; only one whose rows come in another order is held
// whole, as a byte a pixel.

import type { ImageFailure } from "../../errors.ts";
import type { Picture, TakeRows } from "../picture.ts";
import { type Gif, type GifFrame, readGif } from "./gif-blocks.ts";
import type { ForeignHeader } from "./header.ts";
import { decodeLzw } from "./lzw.ts";

/** GIF89a, appendix E: first row and distance of the rows of each pass. */
const passes = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

export function readGifHeader(bytes: Uint8Array): ForeignHeader | ImageFailure {
  return readGif(bytes);
}

export function openGif(bytes: Uint8Array, { budgetBytes }: { budgetBytes: number }): Picture | ImageFailure {
  const gif = readGif(bytes);
  if (gif.kind !== "image") return gif;
  const { width, height, hasAlpha, isGrey, animated, frame } = gif;
  if (animated) return { kind: "animated", format: "GIF" };
  if (frame.isInterlaced && frame.width * frame.height > budgetBytes) {
    return { kind: "too_large_for_memory", width, height, limitPixels: budgetBytes };
  }
  return {
    width,
    height,
    hasAlpha,
    isGrey,
    read: (take) => (frame.isInterlaced ? readInterlaced(gif, take) : readInOrder(gif, take)),
  };
}

function readInOrder(gif: Gif, take: TakeRows): ImageFailure | null {
  const { frame } = gif;
  const canvas = createCanvas(gif, take);
  const row = new Uint8Array(frame.width);
  let filled = 0;
  const end = decodeLzw(frame.data, frame.codeBits, frame.width * frame.height, (values) => {
    for (let at = 0; at < values.length;) {
      const some = values.subarray(at, at + row.length - filled);
      row.set(some, filled);
      filled += some.length;
      at += some.length;
      if (filled < row.length) continue;
      filled = 0;
      if (!canvas.addRow(row)) return false;
    }
    return true;
  });
  return failureOf(end) ?? canvas.end();
}

function readInterlaced(gif: Gif, take: TakeRows): ImageFailure | null {
  const { frame } = gif;
  const plane = new Uint8Array(frame.width * frame.height);
  let filled = 0;
  const end = decodeLzw(frame.data, frame.codeBits, plane.length, (values) => {
    plane.set(values, filled);
    filled += values.length;
    return true;
  });
  const failure = failureOf(end);
  if (failure !== null) return failure;
  const canvas = createCanvas(gif, take);
  for (const stored of storedOrder(frame)) {
    if (!canvas.addRow(plane.subarray(stored * frame.width, (stored + 1) * frame.width))) return null;
  }
  return canvas.end();
}

/** For each row from the top, the how manieth it is in the file. */
function storedOrder({ height }: GifFrame): Uint16Array {
  const order = new Uint16Array(height);
  let stored = 0;
  for (const [first, apart] of passes) for (let y = first; y < height; y += apart) order[y] = stored++;
  return order;
}

interface Canvas {
  /** Takes the indices of the next row of the frame; false when no more are wanted. */
  addRow(indices: Uint8Array): boolean;
  /** Hands out what is below the frame. */
  end(): null;
}

/** What the frame does not cover is transparent, and what reaches beyond is cut off. */
function createCanvas({ width, height, frame }: Gif, take: TakeRows): Canvas {
  const row = new Uint8Array(4 * width);
  const pixels = new Uint32Array(row.buffer);
  const colours = coloursOf(frame);
  const covered = Math.max(0, Math.min(frame.width, width - frame.left));
  const empty = new Uint8Array(4 * width);
  let y = 0;
  let isStopped = false;
  const addEmptyRows = (end: number): void => {
    for (; y < end && !isStopped; y++) isStopped = !take(empty);
  };
  return {
    addRow(indices) {
      addEmptyRows(Math.min(frame.top, height));
      if (isStopped || y >= height) return false;
      for (let x = 0; x < covered; x++) pixels[frame.left + x] = colours[indices[x] ?? 0] ?? 0;
      isStopped = !take(row);
      y++;
      return !isStopped && y < height;
    },
    end() {
      addEmptyRows(height);
      return null;
    },
  };
}

/** By index, as a pixel of four bytes in memory; black where the palette is too short. */
function coloursOf({ palette, transparent }: GifFrame): Uint32Array {
  const bytes = new Uint8Array(4 * 256);
  for (let index = 0; index < 256; index++) {
    bytes.set(palette.subarray(3 * index, 3 * index + 3), 4 * index);
    bytes[4 * index + 3] = 255;
  }
  if (transparent !== null) bytes.fill(0, 4 * transparent, 4 * transparent + 4);
  return new Uint32Array(bytes.buffer);
}

function failureOf(end: ReturnType<typeof decodeLzw>): ImageFailure | null {
  switch (end) {
    case "done":
      return null;
    case "data_ran_out":
      return { kind: "truncated", reason: "its compressed data end before the last row" };
    case "impossible_code":
      return { kind: "corrupt", reason: "its compressed data hold an impossible code" };
  }
}
