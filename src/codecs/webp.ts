// WebP through @jsquash/webp (libwebp), decoded and encoded whole. The SIMD build is named, because asking at run time
// costs a dynamic import and the answer on Workers is always yes.

import createDecoder from "@jsquash/webp/codec/dec/webp_dec.js";
import decoderWasm from "@jsquash/webp/codec/dec/webp_dec.wasm";
import createEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import encoderWasm from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";
import { defaultOptions } from "@jsquash/webp/meta.js";
import type { ImageFailure } from "../errors.ts";
import { createEngine } from "./emscripten.ts";
import { decoderRoom, densePixelLimit, encoderRoom, pixelLimit } from "./memory.ts";
import type { Pixels } from "./pixels.ts";
import type { PixelProbe } from "./probe.ts";
import { readWebpCarryOver, rebuildWebp } from "./webp-container.ts";

interface Decoder {
  decode(source: Uint8Array): Pixels | null;
}

interface Encoder {
  encode(data: Pixels["data"], width: number, height: number, options: object): Uint8Array | null;
}

export const webpDecoder = createEngine<Decoder>(createDecoder, decoderWasm);
export const webpEncoder = createEngine<Encoder>(createEncoder, encoderWasm);

/**
 * Re-encodes a still WebP with its alpha at `quality` (1 to 100). A lossless source is encoded both ways where memory
 * allows, and the smaller file wins: flat art is often smaller without loss. Colour profile, orientation and copyright
 * are carried over, nothing else.
 */
export function recompressWebp(
  source: Uint8Array,
  image: PixelProbe,
  { quality, budgetBytes }: { quality: number; budgetBytes: number },
): Uint8Array | ImageFailure {
  const { width, height, path } = image;
  const pixels = width * height;
  const decoded = webpDecoder.run(decoderRoom(path, pixels, budgetBytes), (module) => module.decode(source));
  if (decoded.kind === "refused") return { kind: "corrupt", reason: "the WebP decoder cannot read it" };
  const limitPixels = densePixelLimit(path, budgetBytes);
  if (decoded.kind === "out_of_memory") return { kind: "too_large_for_memory", width, height, limitPixels };

  const { data } = decoded.result;
  const encode = (options: object, earlierBytes: number) =>
    webpEncoder.run(encoderRoom(pixels, earlierBytes, budgetBytes), (module) =>
      module.encode(data, width, height, { ...defaultOptions, ...options }),
    );
  const lossy = encode({ quality }, decoded.memoryBytes);
  if (lossy.kind === "out_of_memory") return { kind: "too_large_for_memory", width, height, limitPixels };
  if (lossy.kind === "refused") throw new Error("The WebP encoder failed.", { cause: lossy.cause });

  let webp = lossy.result;
  if (path === "webp-lossless" && pixels <= pixelLimit("webp-lossless-twice", budgetBytes)) {
    // An encoder that did not grow is used again and counts once.
    const lossyBytes = webpEncoder.idleBytes() > 0 ? 0 : lossy.memoryBytes;
    const lossless = encode({ lossless: 1 }, decoded.memoryBytes + lossyBytes);
    if (lossless.kind === "done" && lossless.result.length < webp.length) webp = lossless.result;
  }
  return rebuildWebp(webp, readWebpCarryOver(source));
}
