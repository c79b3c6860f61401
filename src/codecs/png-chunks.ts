// Pure. Reads and writes the chunks of a PNG (W3C PNG, third edition): the header, whether the file is whole, and what
// is carried over.

import { crc32 } from "node:zlib";
import type { ImageFailure } from "../errors.ts";
import { readExif, writeExif } from "./exif.ts";
import type { Probe } from "./probe.ts";

export interface Chunk {
  type: string;
  data: Uint8Array;
  /** The stored checksum. */
  crc: number;
  /** Offset of the length field. */
  start: number;
  /** Offset of the next chunk. */
  end: number;
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const headerEnd = 33;
const maxDimension = 0x7fffffff;

/** Bit depths that each colour type may have. */
const depths: Record<number, number[]> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };

/** How colours are meant; of these nothing may be lost. In the order they are written. */
const colourChunks = ["mDCV", "cLLI", "cICP", "iCCP", "sRGB", "gAMA", "cHRM"];

/** A notice is a line; more is not carried. */
const maxCopyrightBytes = 1024;

const cut: ImageFailure = { kind: "truncated", reason: "its PNG chunks end before IEND" };

export function readPngHeader(bytes: Uint8Array): Probe | ImageFailure {
  if (bytes.length < headerEnd) return cut;
  if (signature.some((byte, index) => bytes[index] !== byte)) {
    return { kind: "corrupt", reason: "its PNG signature was altered, as by a transfer in text mode" };
  }
  const header = readChunk(bytes, signature.length);
  if (header === null || header.type !== "IHDR" || header.data.length !== 13) {
    return { kind: "corrupt", reason: "it does not begin with a PNG header" };
  }
  const view = new DataView(header.data.buffer, header.data.byteOffset, header.data.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const depth = view.getUint8(8);
  const colourType = view.getUint8(9);
  if (width === 0 || height === 0 || width > maxDimension || height > maxDimension) {
    return { kind: "corrupt", reason: `it claims ${width} x ${height} pixels` };
  }
  if (
    !depths[colourType]?.includes(depth) ||
    view.getUint8(10) !== 0 ||
    view.getUint8(11) !== 0 ||
    view.getUint8(12) > 1
  ) {
    return { kind: "corrupt", reason: "its PNG header holds impossible values" };
  }
  return {
    kind: "image",
    format: "png",
    width,
    height,
    animated: isAnimated(bytes),
    variant: null,
    path: view.getUint8(12) === 1 ? "png-interlaced" : "png",
  };
}

/** Null when all chunks up to IEND are there and the checksums of the critical ones hold. */
export function checkPngStructure(bytes: Uint8Array): ImageFailure | null {
  let dataBytes = 0;
  for (let at = signature.length; ;) {
    const chunk = readChunk(bytes, at);
    if (chunk === null) return cut;
    if (!/^[A-Za-z]{4}$/.test(chunk.type)) return { kind: "corrupt", reason: "a PNG chunk has no valid type" };
    if (isCritical(chunk.type) && !hasValidChecksum(bytes, chunk)) {
      return { kind: "corrupt", reason: `the checksum of its ${chunk.type} chunk does not match` };
    }
    if (chunk.type === "IDAT") dataBytes += chunk.data.length;
    if (chunk.type === "IEND") return dataBytes > 0 ? null : { kind: "corrupt", reason: "it holds no picture data" };
    at = chunk.end;
  }
}

export interface PngCarryOver {
  /** Whole chunks, checksums included. */
  chunks: Uint8Array[];
  /** One of them is a colour profile. */
  hasProfile: boolean;
}

/**
 * What a re-encoded file gets from its source: colour and density as they are, of the rest orientation and copyright
 * alone.
 */
export function readPngCarryOver(bytes: Uint8Array): PngCarryOver {
  const found = new Map<string, Uint8Array>();
  for (const chunk of walkChunks(bytes)) {
    // What fails its checksum no viewer honours.
    if (found.has(chunk.type) || !hasValidChecksum(bytes, chunk)) continue;
    if (colourChunks.includes(chunk.type) || chunk.type === "pHYs" || isCopyright(chunk)) {
      found.set(chunk.type, bytes.subarray(chunk.start, chunk.end));
    }
    if (chunk.type === "eXIf") {
      const tiff = writeExif(readExif(chunk.data));
      if (tiff !== null) found.set(chunk.type, writeChunk(chunk.type, tiff));
    }
  }
  const chunks = [...colourChunks, "pHYs", "eXIf", "tEXt", "iTXt"].flatMap((type) => found.get(type) ?? []);
  return { chunks, hasProfile: found.has("iCCP") };
}

/** An APNG says so before its first picture. */
function isAnimated(bytes: Uint8Array): boolean {
  for (const { type } of walkChunks(bytes)) {
    if (type === "acTL") return true;
    if (type === "IDAT") return false;
  }
  return false;
}

/** All whole chunks, IEND the last. */
export function* walkChunks(bytes: Uint8Array): Generator<Chunk> {
  for (let at = signature.length; ;) {
    const chunk = readChunk(bytes, at);
    if (chunk === null) return;
    yield chunk;
    if (chunk.type === "IEND") return;
    at = chunk.end;
  }
}

/** Reads the chunk at `at`; null when the file ends before the chunk does. */
function readChunk(bytes: Uint8Array, at: number): Chunk | null {
  if (at + 12 > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = at + 12 + view.getUint32(at);
  if (end > bytes.length) return null;
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  return { type, data: bytes.subarray(at + 8, end - 4), crc: view.getUint32(end - 4), start: at, end };
}

/** A whole chunk, its checksum included. */
export function writeChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  for (let index = 0; index < 4; index++) chunk[4 + index] = type.charCodeAt(index);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

/** A capital first letter: a decoder that does not know it cannot show the picture. */
function isCritical(type: string): boolean {
  return type.charCodeAt(0) < 0x60;
}

function isCopyright({ type, data }: Chunk): boolean {
  const label = "Copyright\0";
  if (type !== "tEXt" && type !== "iTXt") return false;
  return data.length <= maxCopyrightBytes && String.fromCharCode(...data.subarray(0, label.length)) === label;
}

function hasValidChecksum(bytes: Uint8Array, { start, end, crc }: Chunk): boolean {
  return crc32(bytes.subarray(start + 4, end - 4)) === crc;
}
