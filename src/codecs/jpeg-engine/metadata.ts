// What is carried over beside the picture: orientation and copyright as a minimal EXIF segment, the colour profile, the
// pixel density. Everything else (camera, place, thumbnails, XMP) is dropped.
import type { ColourModel } from "./colour.ts";
import type { JpegExtras } from "./markers.ts";

export interface ExifFacts {
  /** 1 to 8; 1 is upright, and what is assumed where nothing valid is said. */
  orientation: number;
  copyright: Uint8Array | null;
}

const orientationTag = 0x0112;
const copyrightTag = 0x8298;
const maxCopyrightBytes = 4096;

/** Reads the first IFD of an EXIF segment's TIFF structure (TIFF 6.0, section 2). Tolerates any bytes. */
export function readExif(tiff: Uint8Array | null): ExifFacts {
  const facts: ExifFacts = { orientation: 1, copyright: null };
  if (!tiff || tiff.length < 14) return facts;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return facts;
  const little = order === 0x4949;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return facts;
  const count = view.getUint16(directory, little);
  for (let i = 0; i < count; i += 1) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.length) break;
    const tag = view.getUint16(entry, little);
    if (tag === orientationTag) {
      const value = view.getUint16(entry + 8, little);
      if (value >= 1 && value <= 8) facts.orientation = value;
    } else if (tag === copyrightTag) {
      const length = view.getUint32(entry + 4, little);
      const at = length <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
      if (length > 1 && length <= maxCopyrightBytes && at + length <= tiff.length) {
        facts.copyright = tiff.slice(at, at + length);
      }
    }
  }
  return facts;
}

/** The APPn segments of the output, markers included. */
export function metadataSegments(extras: JpegExtras, colour: ColourModel): Uint8Array[] {
  const segments: Uint8Array[] = [];
  // JFIF speaks of grey and YCbCr only; its density, not its thumbnail, is kept.
  if (colour === "grey" || colour === "ycbcr") {
    const density = extras.jfif?.subarray(2) ?? Uint8Array.of(0, 0, 1, 0, 1);
    segments.push(segment(0xe0, text("JFIF\0"), Uint8Array.of(1, 1), density, Uint8Array.of(0, 0)));
  }
  const exif = writeExif(readExif(extras.exif));
  if (exif) segments.push(segment(0xe1, text("Exif\0\0"), exif));
  if (isWholeProfile(extras.iccChunks)) {
    for (const chunk of extras.iccChunks) segments.push(segment(0xe2, text("ICC_PROFILE\0"), chunk));
  }
  // Four components are inverted exactly when an Adobe segment is there, so it is kept, not invented.
  if (colour === "rgb") segments.push(adobeSegment(0));
  else if (extras.adobeTransform !== null && (colour === "cmyk" || colour === "ycck")) {
    segments.push(adobeSegment(colour === "ycck" ? 2 : 0));
  }
  return segments;
}

/** Marker, length, payload (T.81 B.1.1.4). */
export function segment(marker: number, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 2);
  const bytes = new Uint8Array(length + 2);
  bytes.set([0xff, marker, length >> 8, length & 255]);
  let at = 4;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** One IFD, little-endian, its entries in rising order of their tags; null when there is nothing to say. */
function writeExif({ orientation, copyright }: ExifFacts): Uint8Array | null {
  const entries = (orientation === 1 ? 0 : 1) + (copyright ? 1 : 0);
  if (entries === 0) return null;
  const valuesAt = 8 + 2 + 12 * entries + 4;
  const tiff = new Uint8Array(valuesAt + (copyright && copyright.length > 4 ? copyright.length : 0));
  const view = new DataView(tiff.buffer);
  tiff.set(text("II*\0"));
  view.setUint32(4, 8, true);
  view.setUint16(8, entries, true);
  let at = 10;
  if (orientation !== 1) {
    view.setUint16(at, orientationTag, true);
    view.setUint16(at + 2, 3, true); // SHORT
    view.setUint32(at + 4, 1, true);
    view.setUint16(at + 8, orientation, true);
    at += 12;
  }
  if (copyright) {
    view.setUint16(at, copyrightTag, true);
    view.setUint16(at + 2, 2, true); // ASCII
    view.setUint32(at + 4, copyright.length, true);
    if (copyright.length <= 4) tiff.set(copyright, at + 8);
    else {
      view.setUint32(at + 8, valuesAt, true);
      tiff.set(copyright, valuesAt);
    }
  }
  return tiff;
}

/** A profile of which a part is missing is none (ICC.1, B.4: chunks are numbered from 1 and each says how many). */
export function isWholeProfile(chunks: Uint8Array[]): boolean {
  const numbers = new Set(chunks.map((chunk) => chunk[0]));
  return (
    chunks.length > 0 &&
    numbers.size === chunks.length &&
    chunks.every((chunk) => chunk[1] === chunks.length && (chunk[0] ?? 0) >= 1 && (chunk[0] ?? 0) <= chunks.length)
  );
}

/** Version 100, no flags. */
function adobeSegment(transform: number): Uint8Array {
  return segment(0xee, text("Adobe"), Uint8Array.of(0, 100, 0, 0, 0, 0, transform));
}

function text(ascii: string): Uint8Array {
  return Uint8Array.from(ascii, (character) => character.charCodeAt(0));
}
