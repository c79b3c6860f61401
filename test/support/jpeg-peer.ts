// An independent JPEG codec, @jsquash/jpeg (mozjpeg), to judge and to feed ours.

import createDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import decoderWasm from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import createEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import encoderWasm from "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm";
import { createEngine } from "../../src/codecs/emscripten.ts";
import type { Pixels } from "../../src/codecs/pixels.ts";

interface Decoder {
  decode(source: Uint8Array, bakeOrientation: boolean): Pixels | null;
}

interface Encoder {
  encode(data: Pixels["data"], width: number, height: number, options: object): Uint8Array | null;
}

export const jpegDecoder = createEngine<Decoder>(createDecoder, decoderWasm);
export const jpegEncoder = createEngine<Encoder>(createEncoder, encoderWasm);
