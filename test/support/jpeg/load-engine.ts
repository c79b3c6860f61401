// The engine as Node loads it; in workerd the same wasm comes as a module import.
import { join } from "node:path";
import { createJpegEngine, type JpegEngine, type JpegEngineOptions } from "../../../src/codecs/jpeg-engine/engine.ts";
import { compileWasm } from "../compile-wasm.ts";

const wasm = join(import.meta.dirname, "../../../src/codecs/jpeg-engine/jpeg-engine.wasm");

export function loadJpegEngine(options: JpegEngineOptions = {}): JpegEngine {
  return createJpegEngine(compileWasm(wasm), options);
}
