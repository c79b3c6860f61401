// Pure. Walks the marker segments of a JPEG (ITU-T T.81, annex B): the header, what is carried over, and whether the file
// is whole. jSquash decodes a cut file without a word, so completeness is ours to check.

import type { ImageFailure } from "../errors.ts";
import { readExif, writeExif, type Exif } from "./exif.ts";
import type { Probe } from "./probe.ts";

interface Segment {
  marker: number;
  /** Without marker and length. */
  payload: Uint8Array;
  /** Where the next segment, or after SOS the entropy-coded data, begins. */
  end: number;
}

const sos = 0xda;
const eoi = 0xd9;
const soi = 0xd8;

/**
 * Each scan of a progressive JPEG makes the decoder go over the whole picture again, however few bytes it has. Encoders
 * write about ten; a file of thousands would take minutes.
 */
const maxScans = 100;

const cutInHeader: ImageFailure = { kind: "truncated", reason: "it ends inside the JPEG header" };

/** What the frame header says beyond the dimensions. */
export interface JpegFrame {
  width: number;
  height: number;
  components: number;
  progressive: boolean;
  variant: string | null;
}

export function readJpegHeader(bytes: Uint8Array): Probe | ImageFailure {
  const frame = readJpegFrame(bytes);
  if ("kind" in frame) return frame;
  return {
    kind: "image",
    format: "jpeg",
    width: frame.width,
    height: frame.height,
    animated: false,
    variant: frame.variant,
    path: frame.progressive ? "jpeg-progressive" : "jpeg",
  };
}

export function readJpegFrame(bytes: Uint8Array): JpegFrame | ImageFailure {
  for (let at = 2; ;) {
    const segment = readSegment(bytes, at);
    if (segment === null) return cutInHeader;
    if (segment.marker === sos || segment.marker === eoi) return { kind: "corrupt", reason: "it has no frame header" };
    if (isFrameHeader(segment.marker)) return readFrameHeader(segment);
    at = segment.end;
  }
}

/** Null when every scan ends and the end-of-image marker is there. Bytes behind it, as phones add, are allowed. */
export function checkJpegStructure(bytes: Uint8Array): ImageFailure | null {
  let scans = 0;
  for (let at = 2; ;) {
    const segment = readSegment(bytes, at);
    if (segment === null) {
      return scans === 0 ? cutInHeader : { kind: "truncated", reason: "its end-of-image marker is missing" };
    }
    if (segment.marker === eoi) return scans > 0 ? null : { kind: "corrupt", reason: "it holds no picture data" };
    if (segment.marker === soi) return { kind: "corrupt", reason: "a second image begins inside the first" };
    if (segment.marker === sos) scans++;
    if (scans > maxScans) return { kind: "corrupt", reason: `it has more than ${maxScans} scans` };
    at = segment.marker === sos ? skipEntropyData(bytes, segment.end) : segment.end;
  }
}

/** What is carried over to the re-encoded file: the colour profile whole, of EXIF orientation and copyright alone. */
export function readJpegCarryOver(bytes: Uint8Array): Uint8Array[] {
  const profile: Uint8Array[] = [];
  let exif: Exif | null = null;
  for (let at = 2; ;) {
    const segment = readSegment(bytes, at);
    if (segment === null || segment.marker === sos || segment.marker === eoi) break;
    if (segment.marker === 0xe2 && hasLabel(segment.payload, "ICC_PROFILE\0")) {
      profile.push(bytes.subarray(segment.end - segment.payload.length - 4, segment.end));
    }
    if (segment.marker === 0xe1 && exif === null && hasLabel(segment.payload, "Exif\0\0")) {
      exif = readExif(segment.payload.subarray(6));
    }
    at = segment.end;
  }
  const tiff = exif === null ? null : writeExif(exif);
  return tiff === null ? profile : [exifSegment(tiff), ...profile];
}

/** Puts segments behind SOI and the JFIF segment, which has to be first. */
export function insertSegments(jpeg: Uint8Array, segments: Uint8Array[]): Uint8Array {
  if (segments.length === 0) return jpeg;
  const first = readSegment(jpeg, 2);
  const at = first !== null && first.marker === 0xe0 ? first.end : 2;
  const joined = new Uint8Array(jpeg.length + segments.reduce((sum, segment) => sum + segment.length, 0));
  joined.set(jpeg.subarray(0, at));
  let to = at;
  for (const segment of segments) {
    joined.set(segment, to);
    to += segment.length;
  }
  joined.set(jpeg.subarray(at), to);
  return joined;
}

/** Reads the segment at or after `at`, past fill and stray bytes as libjpeg does; null when the file ends before. */
function readSegment(bytes: Uint8Array, at: number): Segment | null {
  let from = at;
  for (;;) {
    from = bytes.indexOf(0xff, from);
    if (from === -1) return null;
    const marker = bytes[from + 1];
    if (marker === undefined) return null;
    if (marker === 0xff) {
      from++;
    } else if (marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      from += 2;
    } else if (marker === soi || marker === eoi) {
      return { marker, payload: bytes.subarray(0, 0), end: from + 2 };
    } else {
      return readPayload(bytes, marker, from + 2);
    }
  }
}

function readPayload(bytes: Uint8Array, marker: number, at: number): Segment | null {
  const high = bytes[at];
  const low = bytes[at + 1];
  if (high === undefined || low === undefined) return null;
  // A length below 2 cannot be; taken as 2 the walk goes on and the decoder says what is wrong.
  const end = at + Math.max(2, high * 256 + low);
  if (end > bytes.length) return null;
  return { marker, payload: bytes.subarray(at + 2, end), end };
}

function skipEntropyData(bytes: Uint8Array, at: number): number {
  let from = at;
  for (;;) {
    from = bytes.indexOf(0xff, from);
    if (from === -1) return bytes.length;
    const next = bytes[from + 1];
    if (next === 0x00 || (next !== undefined && next >= 0xd0 && next <= 0xd7)) from += 2;
    else return from;
  }
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie between them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrameHeader({ marker, payload }: Segment): JpegFrame | ImageFailure {
  const [precision, heightHigh, heightLow, widthHigh, widthLow, components] = payload;
  if (
    precision === undefined ||
    heightHigh === undefined ||
    heightLow === undefined ||
    widthHigh === undefined ||
    widthLow === undefined ||
    components === undefined ||
    payload.length < 6 + components * 3
  ) {
    return { kind: "corrupt", reason: "its frame header is too short" };
  }
  const height = heightHigh * 256 + heightLow;
  const width = widthHigh * 256 + widthLow;
  if (width === 0) return { kind: "corrupt", reason: "it is 0 pixels wide" };
  return {
    width,
    height,
    components,
    progressive: marker === 0xc2,
    variant: nameVariant(marker, precision, components, height),
  };
}

function nameVariant(marker: number, precision: number, components: number, height: number): string | null {
  if (marker > 0xc8) return "a JPEG with arithmetic coding";
  if (marker === 0xc3 || marker === 0xc7) return "a lossless JPEG";
  if (marker >= 0xc5) return "a hierarchical JPEG";
  if (precision !== 8) return `a JPEG of ${precision} bits a channel`;
  if (height === 0) return "a JPEG that tells its height only at its end";
  if (components === 4) return "a CMYK JPEG";
  if (components !== 1 && components !== 3) return `a JPEG of ${components} colour channels`;
  return null;
}

function exifSegment(tiff: Uint8Array): Uint8Array {
  const segment = new Uint8Array(10 + tiff.length);
  segment.set([0xff, 0xe1, (tiff.length + 8) >> 8, (tiff.length + 8) & 0xff, 0x45, 0x78, 0x69, 0x66, 0, 0]);
  segment.set(tiff, 10);
  return segment;
}

function hasLabel(payload: Uint8Array, label: string): boolean {
  if (payload.length < label.length) return false;
  for (let index = 0; index < label.length; index++) if (payload[index] !== label.charCodeAt(index)) return false;
  return true;
}
