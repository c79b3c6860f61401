// JPEG through the engine in jpeg-engine/: to another JPEG on DCT coefficients, without ever making pixels, and read and
// written in rows.

import type { ImageFailure } from "../errors.ts";
import { createJpegEngine } from "./jpeg-engine/engine.ts";
import wasm from "./jpeg-engine/jpeg-engine.wasm";
import type { Reduction } from "./jpeg-engine/layout.ts";
import type { Picture } from "./picture.ts";
import type { WriteOptions } from "./write.ts";

/** One for the isolate: one picture at a time is in it. */
export const jpegEngine = createJpegEngine(wasm);

/**
 * Re-encodes at `quality` (1 to 100) in at most `roomBytes` of wasm memory, at a `reduction`th of width and height.
 * Orientation, copyright, pixel density and colour profile are carried over, nothing else. The engine itself says what is
 * truncated, corrupt, of a kind that it does not take, too large or small already.
 */
export function recompressJpeg(
  source: Uint8Array,
  { quality, reduction, roomBytes }: { quality: number; reduction: Reduction; roomBytes: number },
): Uint8Array | ImageFailure {
  const result = jpegEngine.recompressJpeg(source, { quality, reduction, maxMemoryBytes: roomBytes });
  return result.kind === "compressed" ? result.bytes : result;
}

export function openJpeg(
  source: Uint8Array,
  { reduction, roomBytes }: { reduction: Reduction; roomBytes: number },
): Picture | ImageFailure {
  return jpegEngine.openJpeg(source, { reduction, maxMemoryBytes: roomBytes });
}

export function writeJpeg(
  picture: Picture,
  { quality, metadata, background, wasmBytes, mostBytes }: WriteOptions,
): Uint8Array | ImageFailure {
  return jpegEngine.writeJpeg(picture, { quality, metadata, background, maxMemoryBytes: wasmBytes, mostBytes });
}
