// PNG, decoded whole through @jsquash/png and encoded again without loss.

import type { ImageFailure } from "../errors.ts";
import { pickDecodedChunks, readPngCarryOver } from "./png-chunks.ts";
import { encodePng } from "./png-encode.ts";
import { decodePng } from "./png-wasm.ts";
import type { Pixels } from "./pixels.ts";

/** Re-encodes with the same pixels. Colour, orientation and copyright are carried over, nothing else. */
export function recompressPng(source: Uint8Array): Uint8Array | ImageFailure {
  const pixels = decode(source);
  if ("kind" in pixels) return pixels;
  const { chunks, hasProfile } = readPngCarryOver(source);
  return encodePng(pixels, { allowGrey: !hasProfile, chunks });
}

function decode(source: Uint8Array): Pixels | ImageFailure {
  try {
    // A colour profile or a text may be a zlib bomb, which the decoder would inflate.
    return decodePng(pickDecodedChunks(source));
  } catch (error) {
    // The decoder ends every error in a panic: a trap, or on its way there an Error. A RangeError is our own memory.
    if (error instanceof RangeError) throw error;
    return { kind: "corrupt", reason: "the PNG decoder cannot read it" };
  }
}
