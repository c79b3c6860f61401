// A JPEG XL of a picture, by libjxl's encoder as @jsquash/jxl has it: sharp writes none.
import createEncoder from "@jsquash/jxl/codec/enc/jxl_enc.js";
import encoderWasm from "@jsquash/jxl/codec/enc/jxl_enc.wasm";
import { defaultOptions } from "@jsquash/jxl/meta.js";
import type { Sharp } from "sharp";

interface Encoder {
  encode(data: Uint8Array, width: number, height: number, options: object): Uint8Array | null;
}

export async function jpegXlOf(picture: Sharp, quality: number): Promise<Uint8Array> {
  const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const encoder: Encoder = await createEncoder({
    noInitialRun: true,
    instantiateWasm(imports: WebAssembly.Imports, ready: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(encoderWasm, imports);
      ready(instance);
      return instance.exports;
    },
  });
  const file = encoder.encode(new Uint8Array(data), info.width, info.height, { ...defaultOptions, quality, effort: 3 });
  if (file === null) throw new Error("The JPEG XL encoder failed.");
  return new Uint8Array(file);
}
