// Writes PNGs of every kind from samples, the kinds that no encoder at hand makes included. Plain and slow; W3C PNG,
// third edition.

import { crc32, deflateSync, type ZlibOptions } from "node:zlib";
import { joinBytes } from "../../../src/codecs/join-bytes.ts";

export interface Sample {
  width: number;
  height: number;
  colourType: number;
  depth: number;
  /** The value of a channel at the source's depth. */
  at(x: number, y: number, channel: number): number;
  /** Of the row, 0 to 4; other numbers are written as they are, over unfiltered bytes. */
  filter?(row: number): number;
  interlaced?: boolean;
  /** Whole chunks between IHDR and IDAT. */
  before?: Uint8Array[];
  /** Changes the inflated rows or the zlib stream on its way. */
  spoilRows?(rows: Uint8Array): Uint8Array;
  spoilStream?(stream: Uint8Array): Uint8Array;
  /** How the rows are deflated. */
  deflate?: ZlibOptions;
  /** Bytes of an IDAT chunk. */
  pieceBytes?: number;
  /** Changes how the stream is cut into IDAT chunks, of which some may be empty. */
  split?(stream: Uint8Array): Uint8Array[];
  /** Whole chunks between IDAT and IEND. */
  after?: Uint8Array[];
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const channelsOf: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Colour types and depths; W3C PNG, 11.2.1. */
export const everyKind = (
  [
    [0, [1, 2, 4, 8, 16]],
    [2, [8, 16]],
    [3, [1, 2, 4, 8]],
    [4, [8, 16]],
    [6, [8, 16]],
  ] as const
).flatMap(([colourType, depths]) => depths.map((depth) => ({ colourType, depth })));

/** Of Adam7: first column, first row, distance of columns, distance of rows. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export function writeSample(sample: Sample): Uint8Array {
  const { width, height, colourType, depth, interlaced = false } = sample;
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  let rows = interlaced
    ? joinBytes(passes.map(([x, y, stepX, stepY]) => passRows(sample, x, y, stepX, stepY)))
    : passRows(sample, 0, 0, 1, 1);
  rows = sample.spoilRows?.(rows) ?? rows;
  let stream: Uint8Array = new Uint8Array(deflateSync(rows, sample.deflate));
  stream = sample.spoilStream?.(stream) ?? stream;
  const piece = sample.pieceBytes ?? stream.length;
  const pieces =
    sample.split?.(stream) ??
    Array.from({ length: Math.ceil(stream.length / piece) }, (_, i) => stream.subarray(i * piece, (i + 1) * piece));
  return joinBytes([
    signature,
    chunk("IHDR", header),
    ...(sample.before ?? []),
    ...pieces.map((data) => chunk("IDAT", data)),
    ...(sample.after ?? []),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

export function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** In their order. `whole` is the chunk with its length and checksum. */
export function readChunks(png: Uint8Array): { type: string; data: Uint8Array; whole: Uint8Array }[] {
  const chunks: ReturnType<typeof readChunks> = [];
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 8, end = at; at < png.length; at = end) {
    end = at + 12 + view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    chunks.push({ type, data: png.subarray(at + 8, end - 4), whole: png.subarray(at, end) });
  }
  return chunks;
}

/** The types of a file's chunks, and the data of the first of a type. */
export function chunksOf(png: Uint8Array): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const { type, data } of readChunks(png)) if (!found.has(type)) found.set(type, data);
  return found;
}

/** The file without what makes no picture, as some decoders refuse a profile that is none. */
export function picturePartsOf(png: Uint8Array): Uint8Array[] {
  const parts = readChunks(png).filter(({ type }) => ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].includes(type));
  return [png.subarray(0, 8), ...parts.map(({ whole }) => whole)];
}

function passRows(sample: Sample, firstX: number, firstY: number, stepX: number, stepY: number): Uint8Array {
  const { width, height, colourType, depth } = sample;
  const channels = channelsOf[colourType] ?? 1;
  const wide = Math.max(0, Math.ceil((width - firstX) / stepX));
  const rows: Uint8Array[] = [];
  let above = new Uint8Array(Math.ceil((wide * channels * depth) / 8));
  if (wide === 0) return new Uint8Array(0);
  for (let y = firstY; y < height; y += stepY) {
    const row = new Uint8Array(above.length);
    for (let i = 0; i < wide * channels; i++) {
      const value = sample.at(firstX + Math.floor(i / channels) * stepX, y, i % channels);
      if (depth === 16) row.set([value >> 8, value & 255], 2 * i);
      else {
        const bit = i * depth;
        row[bit >> 3] = (row[bit >> 3] ?? 0) | (value << (8 - depth - (bit & 7)));
      }
    }
    const filter = sample.filter?.(y) ?? 0;
    rows.push(Uint8Array.of(filter), filtered(filter, row, above, Math.max(1, (channels * depth) >> 3)));
    above = row;
  }
  return joinBytes(rows);
}

function filtered(filter: number, row: Uint8Array, above: Uint8Array, pixelBytes: number): Uint8Array {
  return row.map((value, i) => {
    const a = row[i - pixelBytes] ?? 0;
    const b = above[i] ?? 0;
    const c = above[i - pixelBytes] ?? 0;
    if (filter === 1) return value - a;
    if (filter === 2) return value - b;
    if (filter === 3) return value - ((a + b) >> 1);
    if (filter !== 4) return value;
    const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
    return value - (pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
  });
}
