// An independent JPEG codec, @jsquash/jpeg (mozjpeg), to judge and to feed ours.

import createDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import createEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import { createEngine } from "../../src/codecs/emscripten.ts";
import type { Pixels } from "../../src/codecs/pixels.ts";
import decoderWasm from "./jsquash/mozjpeg_dec.wasm";
import encoderWasm from "./jsquash/mozjpeg_enc.wasm";

interface Decoder {
  decode(source: Uint8Array, bakeOrientation: boolean): Pixels | null;
}

interface Encoder {
  encode(data: Pixels["data"], width: number, height: number, options: object): Uint8Array | null;
}

/** Their data and stacks. */
const leastBytes = 6 * 1024 * 1024;

export const jpegDecoder = createEngine<Decoder>(createDecoder, decoderWasm, leastBytes);
export const jpegEncoder = createEngine<Encoder>(createEncoder, encoderWasm, leastBytes);
