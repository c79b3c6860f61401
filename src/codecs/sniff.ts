// Pure. Tells what a file is from its first bytes, never from its name or Content-Type, and reads the dimensions before
// anything is decoded.

import type { ImageFailure } from "../errors.ts";
import { nameForeignFile } from "./foreign.ts";
import { readJpegHeader } from "./jpeg-segments.ts";
import { readPngHeader } from "./png-chunks.ts";
import type { Probe } from "./probe.ts";
import { readWebpHeader } from "./webp-container.ts";

export function probe(bytes: Uint8Array): Probe | ImageFailure {
  if (hasAt(bytes, 0, [0xff, 0xd8])) return readJpegHeader(bytes);
  if (hasAt(bytes, 0, [0x89, 0x50, 0x4e, 0x47])) return readPngHeader(bytes);
  if (hasAt(bytes, 0, [0x52, 0x49, 0x46, 0x46]) && hasAt(bytes, 8, [0x57, 0x45, 0x42, 0x50]))
    return readWebpHeader(bytes);
  return nameForeignFile(bytes);
}

function hasAt(bytes: Uint8Array, offset: number, signature: number[]): boolean {
  return signature.every((byte, index) => bytes[offset + index] === byte);
}
