// Writes a PNG without loss, in the smallest of the colour types that hold the picture, with the platform's own deflate.
// The encoder of @jsquash/png writes RGBA with a deflate made for speed: a flat megapixel takes 28 kB.

import { deflateSync } from "node:zlib";
import { filterRows } from "./png-filter.ts";
import { writePng } from "./png-chunks.ts";
import type { Pixels } from "./pixels.ts";

export interface PngOptions {
  /** False when a colour profile goes with the file, which for grey would have to be another one. */
  allowGrey: boolean;
  /** Chunks that stand before the picture data. */
  chunks: Uint8Array[];
}

interface Census {
  opaque: boolean;
  grey: boolean;
  /** Each colour as a little-endian RGBA word, with its place in the palette; null when there are more than 256. */
  palette: Map<number, number> | null;
}

/** Colour types of the PNG header. */
const greyType = 0;
const colourType = 2;
const indexType = 3;
const greyAlphaType = 4;
const colourAlphaType = 6;

/**
 * On filtered photographs level 9 saves 1.4 % more than 6 and takes 4.5 times as long (five of 1 megapixel, measured).
 * Indices are quick at any level.
 */
const channelLevel = 6;
const indexLevel = 9;

export function encodePng(pixels: Pixels, options: PngOptions): Uint8Array {
  const { opaque, grey, palette } = takeCensus(pixels);
  const useGrey = grey && options.allowGrey;
  if (palette === null) return encodeChannels(pixels, pickChannels(opaque, useGrey), options);
  const indexed = encodeIndices(pixels, palette, options);
  if (!useGrey) return indexed;
  // Shades of grey have few colours whatever they show: filters serve a photograph, indices a drawing.
  const filtered = encodeChannels(pixels, pickChannels(opaque, useGrey), options);
  return filtered.length < indexed.length ? filtered : indexed;
}

function encodeIndices(pixels: Pixels, palette: Map<number, number>, { chunks }: PngOptions): Uint8Array {
  const { width, height } = pixels;
  const depth = palette.size <= 2 ? 1 : palette.size <= 4 ? 2 : palette.size <= 16 ? 4 : 8;
  const data = deflateSync(packIndices(pixels, palette, depth), { level: indexLevel, memLevel: 9 });
  return writePng({ width, height, depth, colourType: indexType, palette: [...palette.keys()], chunks, data });
}

function encodeChannels(pixels: Pixels, { type, offsets }: Channels, { chunks }: PngOptions): Uint8Array {
  const { width, height } = pixels;
  const data = deflateSync(filterRows(pixels, offsets), { level: channelLevel, memLevel: 9 });
  return writePng({ width, height, depth: 8, colourType: type, palette: [], chunks, data });
}

interface Channels {
  type: number;
  /** Where they are in an RGBA pixel. */
  offsets: number[];
}

function pickChannels(opaque: boolean, grey: boolean): Channels {
  if (grey) return opaque ? { type: greyType, offsets: [0] } : { type: greyAlphaType, offsets: [0, 3] };
  return opaque ? { type: colourType, offsets: [0, 1, 2] } : { type: colourAlphaType, offsets: [0, 1, 2, 3] };
}

function takeCensus({ data }: Pixels): Census {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let palette: Map<number, number> | null = new Map<number, number>();
  let opaque = true;
  let grey = true;
  let last = -1;
  for (let at = 0; at < data.length; at += 4) {
    const colour = view.getUint32(at, true);
    if (colour === last) continue;
    last = colour;
    if (colour >>> 24 !== 255) opaque = false;
    if ((colour & 255) !== ((colour >>> 8) & 255) || (colour & 255) !== ((colour >>> 16) & 255)) grey = false;
    if (palette !== null && !palette.has(colour)) {
      if (palette.size < 256) palette.set(colour, palette.size);
      else palette = null;
    }
  }
  return { opaque, grey, palette: palette === null ? null : transparentFirst(palette) };
}

/** The tRNS chunk may stop after the last entry that is not opaque. */
function transparentFirst(palette: Map<number, number>): Map<number, number> {
  const colours = [...palette.keys()].sort((a, b) => (a >>> 24) - (b >>> 24));
  return new Map(colours.map((colour, index) => [colour, index]));
}

/** Rows of indices, the first pixel in the high bits, each behind filter byte 0: filters do not help indices. */
function packIndices({ data, width, height }: Pixels, palette: Map<number, number>, depth: number): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const rowBytes = Math.ceil((width * depth) / 8);
  const packed = new Uint8Array(height * (1 + rowBytes));
  for (let y = 0; y < height; y++) {
    const row = y * (1 + rowBytes) + 1;
    for (let x = 0; x < width; x++) {
      const index = palette.get(view.getUint32((y * width + x) * 4, true)) ?? 0;
      const bit = x * depth;
      const at = row + (bit >> 3);
      packed[at] = (packed[at] ?? 0) | (index << (8 - depth - (bit & 7)));
    }
  }
  return packed;
}
