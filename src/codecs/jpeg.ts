// JPEG to JPEG through the engine of our own, which works on DCT coefficients and never makes pixels.

import type { ImageFailure } from "../errors.ts";
import { createJpegEngine } from "./jpeg-engine/engine.ts";
import wasm from "./jpeg-engine/jpeg-engine.wasm";

/** One for the isolate: one picture at a time is in it. */
export const jpegEngine = createJpegEngine(wasm);

/**
 * Re-encodes at `quality` (1 to 100) in at most `roomBytes` of wasm memory. Orientation, copyright, pixel density and
 * colour profile are carried over, nothing else. The engine itself says what is truncated, corrupt, of a kind that it
 * does not take, too large or small already.
 */
export function recompressJpeg(
  source: Uint8Array,
  { quality, roomBytes }: { quality: number; roomBytes: number },
): Uint8Array | ImageFailure {
  const result = jpegEngine.recompressJpeg(source, { quality, maxMemoryBytes: roomBytes });
  return result.kind === "compressed" ? result.bytes : result;
}
