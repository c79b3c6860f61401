// WebP through @jsquash/webp (libwebp), decoded and encoded whole. The SIMD build is named, because asking at run time
// costs a dynamic import and the answer on Workers is always yes.

import createDecoder from "@jsquash/webp/codec/dec/webp_dec.js";
import decoderWasm from "@jsquash/webp/codec/dec/webp_dec.wasm";
import createEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import encoderWasm from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";
import { defaultOptions } from "@jsquash/webp/meta.js";
import type { ImageFailure } from "../errors.ts";
import { createEngine } from "./emscripten.ts";
import type { Pixels } from "./pixels.ts";
import { readWebpCarryOver, rebuildWebp } from "./webp-container.ts";

interface Decoder {
  decode(source: Uint8Array): Pixels | null;
}

interface Encoder {
  encode(data: Pixels["data"], width: number, height: number, options: object): Uint8Array | null;
}

const decoder = createEngine<Decoder>(createDecoder, decoderWasm);
const encoder = createEngine<Encoder>(createEncoder, encoderWasm);

export interface WebpOptions {
  /** 1 to 100. */
  quality: number;
  /** Encode without loss as well and take the smaller file: flat art is often smaller that way. */
  tryLossless: boolean;
}

/** Re-encodes a still WebP with its alpha. Colour profile, orientation and copyright are carried over, nothing else. */
export function recompressWebp(source: Uint8Array, { quality, tryLossless }: WebpOptions): Uint8Array | ImageFailure {
  const pixels = decodeWebp(source);
  if ("kind" in pixels) return pixels;
  const lossy = encodeWebp(pixels, { quality });
  const lossless = tryLossless ? encodeWebp(pixels, { lossless: 1 }) : lossy;
  return rebuildWebp(lossless.length < lossy.length ? lossless : lossy, readWebpCarryOver(source));
}

export function decodeWebp(source: Uint8Array): Pixels | ImageFailure {
  try {
    return decoder.run((module) => module.decode(source)).result ?? refused;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return refused;
    throw error;
  }
}

export function encodeWebp(pixels: Pixels, options: { quality: number } | { lossless: 1 }): Uint8Array {
  const { result } = encoder.run((module) =>
    module.encode(pixels.data, pixels.width, pixels.height, { ...defaultOptions, ...options }),
  );
  if (result === null) throw new Error("The WebP encoder gave nothing back.");
  return result;
}

export function releaseWebp(): void {
  decoder.release();
  encoder.release();
}

const refused: ImageFailure = { kind: "corrupt", reason: "the WebP decoder cannot read it" };
