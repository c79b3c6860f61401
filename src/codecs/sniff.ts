// Pure. Tells what a file is from its first bytes, never from its name or Content-Type, and reads the dimensions before
// anything is decoded.

import type { ImageFailure } from "../errors.ts";
import { readAvifHeader } from "./avif-container.ts";
import { readForeignHeader } from "./foreign/open.ts";
import { readJpegHeader } from "./jpeg-container.ts";
import { maxLeadingJunkBytes } from "./jpeg-engine/markers.ts";
import { readPngHeader } from "./png-chunks.ts";
import { foreignFormats, type ForeignFormat, type Probe } from "./probe.ts";
import { nameUnknownFile } from "./unknown-file.ts";
import { readWebpHeader } from "./webp-container.ts";

export function probe(bytes: Uint8Array): Probe | ImageFailure {
  if (hasAt(bytes, 0, [0xff, 0xd8, 0xff])) return readJpegHeader(bytes);
  if (hasAt(bytes, 0, [0x89, 0x50, 0x4e, 0x47])) return readPngHeader(bytes);
  if (hasAt(bytes, 0, [0x52, 0x49, 0x46, 0x46]) && hasAt(bytes, 8, [0x57, 0x45, 0x42, 0x50]))
    return readWebpHeader(bytes);
  if (beginsWithText(bytes)) return readJpegHeader(bytes);
  const named = nameUnknownFile(bytes);
  if (named.kind !== "unsupported_format") return named;
  if (named.format === "AVIF") return readAvifHeader(bytes);
  const format = foreignFormats.find((one) => signedAs[one].includes(named.format));
  return format === undefined ? named : readForeign(bytes, format);
}

/** As `unknown-file.ts` names them. */
const signedAs: Record<ForeignFormat, string[]> = {
  gif: ["GIF"],
  bmp: ["BMP"],
  tiff: ["TIFF"],
  ico: ["ICO", "CUR"],
  jxl: ["JPEG XL"],
};

/** A kind of it that cannot be read counts as a format that cannot: nothing is known of it that could be kept. */
function readForeign(bytes: Uint8Array, format: ForeignFormat): Probe | ImageFailure {
  const header = readForeignHeader(bytes, format);
  if (header.kind === "unsupported_variant") return { kind: "unsupported_format", format: header.variant };
  if (header.kind !== "image") return header;
  const { width, height, animated, variant = null } = header;
  return { kind: "image", format, width, height, animated, variant };
}

/** Some servers put white space or a warning before a JPEG. Other files that hold one, as raw ones do, are binary. */
function beginsWithText(bytes: Uint8Array): boolean {
  const at = bytes.findIndex((byte) => byte === 0xff || byte < 0x09 || (byte > 0x0d && byte < 0x20));
  return at > 0 && at <= maxLeadingJunkBytes && hasAt(bytes, at, [0xff, 0xd8, 0xff]);
}

function hasAt(bytes: Uint8Array, offset: number, signature: number[]): boolean {
  return signature.every((byte, index) => bytes[offset + index] === byte);
}
