// WebP through @jsquash/webp (libwebp), decoded and encoded whole. The SIMD build is named, because asking at run time
// costs a dynamic import and the answer on Workers is always yes.

import createDecoder from "@jsquash/webp/codec/dec/webp_dec.js";
import decoderWasm from "@jsquash/webp/codec/dec/webp_dec.wasm";
import createEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import encoderWasm from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";
import { defaultOptions } from "@jsquash/webp/meta.js";
import type { ImageFailure } from "../errors.ts";
import { createEngine } from "./emscripten.ts";
import { writeExif } from "./exif.ts";
import {
  decodedPixelLimit,
  decoderRoom,
  densePixelLimit,
  encodedPixelLimit,
  encoderRoom,
  pixelLimit,
} from "./memory.ts";
import type { Picture } from "./picture.ts";
import { collectPixels, pictureOf, type Pixels } from "./pixels.ts";
import type { PixelProbe } from "./probe.ts";
import type { WriteOptions } from "./write.ts";
import { readWebpCarryOver, rebuildWebp } from "./webp-container.ts";

interface Decoder {
  decode(source: Uint8Array): Pixels | null;
}

interface Encoder {
  encode(data: Pixels["data"], width: number, height: number, options: object): Uint8Array | null;
}

/** RFC 9649, 2.6: 14 bits either way. */
const maxWebpSide = 16_383;

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
  const decoded = decodeWebp(source, image, decoderRoom(path, pixels, budgetBytes), densePixelLimit(path, budgetBytes));
  if ("kind" in decoded) return decoded;
  const encoded = encodeWebp(decoded.pixels, {
    quality,
    triesLossless: path === "webp-lossless" && pixels <= pixelLimit("webp-lossless-twice", budgetBytes),
    roomBytes: encoderRoom(pixels, decoded.memoryBytes, budgetBytes),
    limitPixels: densePixelLimit(path, budgetBytes),
  });
  return encoded instanceof Uint8Array ? rebuildWebp(encoded, readWebpCarryOver(source)) : encoded;
}

/** Decoded whole at once, and held as pixels. */
export function openWebp(
  source: Uint8Array,
  image: PixelProbe,
  { roomBytes }: { roomBytes: number },
): Picture | ImageFailure {
  const pixels = image.width * image.height;
  const decoded = decodeWebp(source, image, roomBytes - 4 * pixels, decodedPixelLimit(image.path, roomBytes));
  return "kind" in decoded ? decoded : pictureOf(decoded.pixels);
}

/** Holds the picture whole, and encodes one that came without loss both ways, as `recompressWebp` does. */
export function writeWebp(picture: Picture, options: WriteOptions): Uint8Array | ImageFailure {
  const { quality, metadata, roomBytes, mostBytes, isFromLossless } = options;
  const { width, height } = picture;
  const limitPixels = encodedPixelLimit("webp", roomBytes);
  if (width * height > limitPixels) return { kind: "too_large_for_memory", width, height, limitPixels };
  if (Math.max(width, height) > maxWebpSide) {
    return { kind: "unsupported_variant", variant: `a WebP of ${width} x ${height} pixels` };
  }
  const pixels = collectPixels(picture);
  if ("kind" in pixels) return pixels;
  const encoded = encodeWebp(pixels, {
    quality,
    triesLossless: isFromLossless && width * height <= encodedPixelLimit("webp-lossless-twice", roomBytes),
    roomBytes: roomBytes - 4 * width * height,
    limitPixels,
  });
  if (!(encoded instanceof Uint8Array)) return encoded;
  const { profile, ...exif } = metadata;
  const file = rebuildWebp(encoded, { profile, exif: writeExif(exif) });
  return file.length <= mostBytes ? file : { kind: "already_small" };
}

interface Decoded {
  pixels: Pixels;
  /** What the decoder has left of its memory to the garbage collector. */
  memoryBytes: number;
}

function decodeWebp(
  source: Uint8Array,
  { width, height }: PixelProbe,
  roomBytes: number,
  limitPixels: number,
): Decoded | ImageFailure {
  const run = webpDecoder.run(roomBytes, (module) => module.decode(source));
  if (run.kind === "refused") return { kind: "corrupt", reason: "the WebP decoder cannot read it" };
  if (run.kind === "out_of_memory") return { kind: "too_large_for_memory", width, height, limitPixels };
  return { pixels: run.result, memoryBytes: run.memoryBytes };
}

interface EncodeOptions {
  quality: number;
  triesLossless: boolean;
  /** For the encoder alone. */
  roomBytes: number;
  /** What is said to fit when it does not. */
  limitPixels: number;
}

function encodeWebp(
  { data, width, height }: Pixels,
  { quality, triesLossless, roomBytes, limitPixels }: EncodeOptions,
): Uint8Array | ImageFailure {
  const encode = (options: object, room: number) =>
    webpEncoder.run(room, (module) => module.encode(data, width, height, { ...defaultOptions, ...options }));
  const lossy = encode({ quality }, roomBytes);
  if (lossy.kind === "out_of_memory") return { kind: "too_large_for_memory", width, height, limitPixels };
  if (lossy.kind === "refused") throw new Error("The WebP encoder failed.", { cause: lossy.cause });
  if (!triesLossless) return lossy.result;
  // An encoder that did not grow is used again and counts once.
  const lossyBytes = webpEncoder.idleBytes() > 0 ? 0 : lossy.memoryBytes;
  const lossless = encode({ lossless: 1 }, roomBytes - lossyBytes);
  return lossless.kind === "done" && lossless.result.length < lossy.result.length ? lossless.result : lossy.result;
}
