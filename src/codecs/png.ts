// PNG through the engine in png-engine/: at most 256 colours, in strips.

import compiled from "./png-engine/png-engine.wasm";
import type { ImageFailure } from "../errors.ts";
import { createPngEngine } from "./png-engine/engine.ts";

/** One for the isolate: one picture at a time is in it. */
export const pngEngine = createPngEngine(compiled);

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
