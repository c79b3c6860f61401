// What is carried over beside the picture: orientation and copyright as a minimal EXIF segment, the colour profile, the
// pixel density. Everything else (camera, place, thumbnails, XMP) is dropped.
import { joinBytes } from "../join-bytes.ts";
import { readExif, writeExif } from "../exif.ts";
import type { Metadata } from "../picture.ts";
import type { ColourModel } from "./colour.ts";
import type { JpegExtras } from "./markers.ts";

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

/** The same for an output of another format or size, which gets it from its own writer. */
export function readJpegMetadata({ exif, iccChunks }: JpegExtras): Metadata {
  return { ...readExif(exif), profile: isWholeProfile(iccChunks) ? joinProfile(iccChunks) : null };
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

/** A profile of which a part is missing is none (ICC.1, B.4: chunks are numbered from 1 and each says how many). */
export function isWholeProfile(chunks: Uint8Array[]): boolean {
  const numbers = new Set(chunks.map((chunk) => chunk[0]));
  return (
    chunks.length > 0 &&
    numbers.size === chunks.length &&
    chunks.every((chunk) => chunk[1] === chunks.length && (chunk[0] ?? 0) >= 1 && (chunk[0] ?? 0) <= chunks.length)
  );
}

/** What one APP2 segment has room for: 65535 less its length, name, number and count. */
const chunkBytes = 65_519;

/** A profile as payloads of APP2 segments from the sequence number on; none of one that 255 chunks do not hold. */
export function iccChunksOf(profile: Uint8Array): Uint8Array[] {
  const count = Math.ceil(profile.length / chunkBytes);
  if (count > 255) return [];
  return Array.from({ length: count }, (_, index) => {
    const part = profile.subarray(index * chunkBytes, (index + 1) * chunkBytes);
    const chunk = new Uint8Array(2 + part.length);
    chunk.set([index + 1, count]);
    chunk.set(part, 2);
    return chunk;
  });
}

function joinProfile(chunks: Uint8Array[]): Uint8Array {
  return joinBytes(chunks.toSorted((one, other) => (one[0] ?? 0) - (other[0] ?? 0)).map((chunk) => chunk.subarray(2)));
}

/** Version 100, no flags. */
function adobeSegment(transform: number): Uint8Array {
  return segment(0xee, text("Adobe"), Uint8Array.of(0, 100, 0, 0, 0, 0, transform));
}

function text(ascii: string): Uint8Array {
  return Uint8Array.from(ascii, (character) => character.charCodeAt(0));
}
