// Pure. Reads and writes the RIFF container of WebP (RFC 9649, section 2): the header, whether the file is whole, and
// what is carried over.

import type { ImageFailure } from "../errors.ts";
import { readExif, writeExif } from "./exif.ts";
import type { Metadata } from "./picture.ts";
import type { Probe } from "./probe.ts";

interface Chunk {
  type: string;
  data: Uint8Array;
}

interface ReadChunk extends Chunk {
  /** False when the file ends inside of it. */
  whole: boolean;
}

interface Frame {
  width: number;
  height: number;
  lossless: boolean;
  alpha: boolean;
}

/** Flags of the VP8X chunk. */
const profileFlag = 0x20;
const alphaFlag = 0x10;
const exifFlag = 0x08;
const animationFlag = 0x02;

const riffHeaderBytes = 12;
const cut: ImageFailure = { kind: "truncated", reason: "it is shorter than its WebP header says" };

export function readWebpHeader(bytes: Uint8Array): Probe | ImageFailure {
  const chunks = readChunks(bytes);
  const canvas = readCanvas(chunks[0]);
  if (canvas !== null && "kind" in canvas) return canvas;
  const animated =
    canvas !== null && ((canvas.flags & animationFlag) !== 0 || chunks.some(({ type }) => type === "ANMF"));
  if (canvas !== null && animated) return toProbe(canvas, true, false);

  const picture = chunks.find(isPicture);
  if (picture === undefined)
    return checkWebpStructure(bytes) ?? { kind: "corrupt", reason: "it holds no picture data" };
  const frame = readFrame(picture);
  if (frame === null) {
    return checkWebpStructure(bytes) ?? { kind: "corrupt", reason: "its picture data has no valid header" };
  }
  if (canvas !== null && (canvas.width !== frame.width || canvas.height !== frame.height)) {
    return {
      kind: "corrupt",
      reason: `it claims ${canvas.width} x ${canvas.height} pixels and holds ${frame.width} x ${frame.height}`,
    };
  }
  return toProbe(frame, false, frame.lossless);
}

/** Null when the file is as long as it says and its chunks end inside of it. Bytes behind it are allowed. */
export function checkWebpStructure(bytes: Uint8Array): ImageFailure | null {
  if (bytes.length < riffHeaderBytes + 8) return cut;
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true);
  if (size + 8 > bytes.length) return cut;
  if (readChunks(bytes).every(({ whole }) => whole)) return null;
  return { kind: "corrupt", reason: "a WebP chunk is longer than the file" };
}

/** What a re-encoded file gets from its source: the colour profile, and of EXIF orientation and copyright alone. */
export interface WebpCarryOver {
  profile: Uint8Array | null;
  exif: Uint8Array | null;
}

export function readWebpCarryOver(bytes: Uint8Array): WebpCarryOver {
  const { profile, ...exif } = readWebpMetadata(bytes);
  return { profile, exif: writeExif(exif) };
}

export function readWebpMetadata(bytes: Uint8Array): Metadata {
  const chunks = readChunks(bytes);
  const profile = chunks.find(({ type }) => type === "ICCP")?.data ?? null;
  const exif = chunks.find(({ type }) => type === "EXIF")?.data ?? null;
  return { ...readExif(exif === null ? null : withoutLabel(exif)), profile };
}

/** Builds an extended file of the picture in `webp` and what is carried over; `webp` itself when that is nothing. */
export function rebuildWebp(webp: Uint8Array, { profile, exif }: WebpCarryOver): Uint8Array {
  if (profile === null && exif === null) return webp;
  const chunks = readChunks(webp);
  const picture = chunks.find(isPicture);
  const frame = picture === undefined ? null : readFrame(picture);
  if (picture === undefined || frame === null) throw new Error("The WebP encoder wrote a file without a picture.");

  const alpha = chunks.find(({ type }) => type === "ALPH");
  const header = new Uint8Array(10);
  const hasAlpha = frame.alpha || alpha !== undefined;
  header[0] = (profile === null ? 0 : profileFlag) | (hasAlpha ? alphaFlag : 0) | (exif === null ? 0 : exifFlag);
  writeUint24(header, 4, frame.width - 1);
  writeUint24(header, 7, frame.height - 1);

  const parts: Chunk[] = [{ type: "VP8X", data: header }];
  if (profile !== null) parts.push({ type: "ICCP", data: profile });
  if (alpha !== undefined) parts.push(alpha);
  parts.push(picture);
  if (exif !== null) parts.push({ type: "EXIF", data: exif });
  return writeChunks(parts);
}

function toProbe({ width, height }: { width: number; height: number }, animated: boolean, lossless: boolean): Probe {
  return {
    kind: "image",
    format: "webp",
    width,
    height,
    animated,
    variant: null,
    path: lossless ? "webp-lossless" : "webp",
  };
}

/** All chunks that begin inside the file; the data of the last may be cut. */
function readChunks(bytes: Uint8Array): ReadChunk[] {
  const chunks: ReadChunk[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length < 8 ? 0 : Math.min(bytes.length, view.getUint32(4, true) + 8);
  for (let at = riffHeaderBytes; at + 8 <= end;) {
    const size = view.getUint32(at + 4, true);
    const type = String.fromCharCode(...bytes.subarray(at, at + 4));
    const dataEnd = at + 8 + size;
    chunks.push({ type, data: bytes.subarray(at + 8, Math.min(dataEnd, end)), whole: dataEnd <= end });
    at += 8 + size + (size & 1);
  }
  return chunks;
}

function readCanvas(chunk: Chunk | undefined): { flags: number; width: number; height: number } | ImageFailure | null {
  if (chunk?.type !== "VP8X") return null;
  const [flags] = chunk.data;
  if (flags === undefined || chunk.data.length < 10) return cut;
  return { flags, width: readUint24(chunk.data, 4) + 1, height: readUint24(chunk.data, 7) + 1 };
}

function isPicture({ type }: Chunk): boolean {
  return type === "VP8 " || type === "VP8L";
}

function readFrame({ type, data }: Chunk): Frame | null {
  if (data.length < 10) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (type === "VP8L") {
    if (view.getUint8(0) !== 0x2f) return null;
    const bits = view.getUint32(1, true);
    if (bits >>> 29 !== 0) return null;
    const width = (bits & 0x3fff) + 1;
    const height = ((bits >>> 14) & 0x3fff) + 1;
    return { width, height, lossless: true, alpha: ((bits >>> 28) & 1) === 1 };
  }
  // A key frame (lowest bit 0) and its start code (RFC 6386, section 9.1).
  if ((view.getUint8(0) & 1) !== 0 || view.getUint16(3) !== 0x9d01 || view.getUint8(5) !== 0x2a) return null;
  const width = view.getUint16(6, true) & 0x3fff;
  const height = view.getUint16(8, true) & 0x3fff;
  return width === 0 || height === 0 ? null : { width, height, lossless: false, alpha: false };
}

function writeChunks(chunks: Chunk[]): Uint8Array {
  const size = chunks.reduce((sum, { data }) => sum + 8 + data.length + (data.length & 1), 4);
  const file = new Uint8Array(8 + size);
  const view = new DataView(file.buffer);
  writeText(file, 0, "RIFF");
  view.setUint32(4, size, true);
  writeText(file, 8, "WEBP");
  let at = riffHeaderBytes;
  for (const { type, data } of chunks) {
    writeText(file, at, type);
    view.setUint32(at + 4, data.length, true);
    file.set(data, at + 8);
    at += 8 + data.length + (data.length & 1);
  }
  return file;
}

/** Some writers put JPEG's label before the TIFF block. */
function withoutLabel(exif: Uint8Array): Uint8Array {
  return exif[0] === 0x45 && exif[1] === 0x78 && exif[2] === 0x69 && exif[3] === 0x66 ? exif.subarray(6) : exif;
}

function readUint24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
}

function writeUint24(bytes: Uint8Array, at: number, value: number): void {
  bytes.set([value & 0xff, (value >> 8) & 0xff, value >> 16], at);
}

function writeText(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
}
