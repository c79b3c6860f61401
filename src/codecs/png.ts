// PNG through @jsquash/png, without loss.

import type { ImageFailure } from "../errors.ts";
import { insertChunks, readPngCarryOver } from "./png-chunks.ts";
import { decodePng, encodePng } from "./png-wasm.ts";
import type { Pixels } from "./pixels.ts";

/** Re-encodes a PNG; the pixels stay what they are. Colour, orientation and copyright are carried over, nothing else. */
export function recompressPng(source: Uint8Array): Uint8Array | ImageFailure {
  const pixels = decode(source);
  if ("kind" in pixels) return pixels;
  return insertChunks(encodePng(pixels), readPngCarryOver(source));
}

function decode(source: Uint8Array): Pixels | ImageFailure {
  try {
    return decodePng(source);
  } catch (error) {
    // The decoder ends every error in a panic, which is a trap or, on its way out, an Error of wasm-bindgen.
    if (error instanceof RangeError) throw error;
    return { kind: "corrupt", reason: "the PNG decoder cannot read it" };
  }
}
