// PNG through the engine in png-engine/: read in rows, written with at most 256 colours, in strips.

import compiled from "./png-engine/png-engine.wasm";
import type { ImageFailure } from "../errors.ts";
import type { Picture } from "./picture.ts";
import { createPngEngine } from "./png-engine/engine.ts";
import { createPngReader } from "./png-engine/read-rows.ts";
import type { WriteOptions } from "./write.ts";

/** One for the isolate: one picture at a time is in it. */
export const pngEngine = createPngEngine(compiled);

/** Another instance, so that a PNG can be read while one is written. */
export const pngReader = createPngReader(compiled);

/**
 * Quantises, or re-encodes without loss what has few colours. Colour, orientation, copyright and density are carried
 * over.
 */
export function recompressPng(
  source: Uint8Array,
  { quality, roomBytes }: { quality: number; roomBytes: number },
): Uint8Array | ImageFailure {
  const result = pngEngine.recompressPng(source, { quality, maxMemoryBytes: roomBytes });
  return result.kind === "compressed" ? result.bytes : result;
}

export function openPng(source: Uint8Array, { roomBytes }: { roomBytes: number }): Picture | ImageFailure {
  return pngReader.openPng(source, { maxMemoryBytes: roomBytes });
}

/** Pictures of few colours stay exact at any quality. */
export function writePng(
  picture: Picture,
  { quality, metadata, wasmBytes, mostBytes }: WriteOptions,
): Uint8Array | ImageFailure {
  return pngEngine.writePng(picture, { quality, metadata, maxMemoryBytes: wasmBytes, mostBytes });
}
