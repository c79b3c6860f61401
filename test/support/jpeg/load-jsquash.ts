// jSquash's mozjpeg in wasm: the second independent decoder, and the codec our engine is measured beside.
import { createRequire } from "node:module";
import decode, { init as initDecode } from "@jsquash/jpeg/decode.js";
import encode, { init as initEncode } from "@jsquash/jpeg/encode.js";
import { compileWasm } from "../compile-wasm.ts";

export interface Jsquash {
  /** RGBA. Throws where libjpeg gives up; says nothing of a warning. */
  decode(bytes: Uint8Array): Promise<{ width: number; height: number; data: Uint8ClampedArray }>;
  encode(pixels: { width: number; height: number; data: Uint8ClampedArray }, quality: number): Promise<Uint8Array>;
  /** Bytes of wasm memory, decoder and encoder; it only grows. */
  memoryBytes(): number;
}

export async function loadJsquash(): Promise<Jsquash> {
  provideImageData();
  const memories: WebAssembly.Memory[] = [];
  const load = (name: string): object => {
    const module = compileWasm(createRequire(import.meta.url).resolve(`@jsquash/jpeg/codec/${name}.wasm`));
    // As jSquash does it, but the memory is kept in sight.
    const instantiateWasm = (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): object => {
      const instance = new WebAssembly.Instance(module, imports);
      for (const value of Object.values(instance.exports))
        if (value instanceof WebAssembly.Memory) memories.push(value);
      done(instance);
      return instance.exports;
    };
    return { instantiateWasm };
  };
  await initDecode(load("dec/mozjpeg_dec"));
  await initEncode(load("enc/mozjpeg_enc"));
  return {
    decode: async (bytes) => await decode(exactBuffer(bytes)),
    encode: async (pixels, quality) =>
      new Uint8Array(
        await encode({ ...pixels, data: new Uint8ClampedArray(pixels.data), colorSpace: "srgb" }, { quality }),
      ),
    memoryBytes: () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  };
}

function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

/** jSquash hands pixels out as the browser's ImageData, which Node has not. */
function provideImageData(): void {
  if ("ImageData" in globalThis) return;
  class PlainImageData {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
    constructor(data: Uint8ClampedArray, width: number, height: number) {
      this.data = data;
      this.width = width;
      this.height = height;
    }
  }
  Object.defineProperty(globalThis, "ImageData", { value: PlainImageData });
}
