// Pure. Tells what a file is from its first bytes, never from its name or Content-Type, and reads the dimensions before
// anything is decoded.

import type { ImageFailure } from "../errors.ts";
import { readAvifHeader } from "./avif-container.ts";
import { nameForeignFile } from "./foreign.ts";
import { readJpegHeader } from "./jpeg-container.ts";
import { maxLeadingJunkBytes } from "./jpeg-engine/markers.ts";
import { readPngHeader } from "./png-chunks.ts";
import type { Probe } from "./probe.ts";
import { readWebpHeader } from "./webp-container.ts";

export function probe(bytes: Uint8Array): Probe | ImageFailure {
  if (hasAt(bytes, 0, [0xff, 0xd8, 0xff])) return readJpegHeader(bytes);
  if (hasAt(bytes, 0, [0x89, 0x50, 0x4e, 0x47])) return readPngHeader(bytes);
  if (hasAt(bytes, 0, [0x52, 0x49, 0x46, 0x46]) && hasAt(bytes, 8, [0x57, 0x45, 0x42, 0x50]))
    return readWebpHeader(bytes);
  if (isAvif(bytes)) return readAvifHeader(bytes);
  return beginsWithText(bytes) ? readJpegHeader(bytes) : nameForeignFile(bytes);
}

/** Many HEIC and AVIF files share the first brand, `mif1`; the first telling one counts. */
function isAvif(bytes: Uint8Array): boolean {
  if (!hasAt(bytes, 4, [0x66, 0x74, 0x79, 0x70])) return false;
  const named = nameForeignFile(bytes);
  return named.kind === "unsupported_format" && named.format === "AVIF";
}

/** Some servers put white space or a warning before a JPEG. Other files that hold one, as raw ones do, are binary. */
function beginsWithText(bytes: Uint8Array): boolean {
  const at = bytes.findIndex((byte) => byte === 0xff || byte < 0x09 || (byte > 0x0d && byte < 0x20));
  return at > 0 && at <= maxLeadingJunkBytes && hasAt(bytes, at, [0xff, 0xd8, 0xff]);
}

function hasAt(bytes: Uint8Array, offset: number, signature: number[]): boolean {
  return signature.every((byte, index) => bytes[offset + index] === byte);
}
