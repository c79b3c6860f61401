// WebP through @jsquash/webp (libwebp), decoded and encoded whole. The SIMD build is named, because asking at run time
// costs a dynamic import and the answer on Workers is always yes.

import createDecoder from "@jsquash/webp/codec/dec/webp_dec.js";
import createEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import { defaultOptions } from "@jsquash/webp/meta.js";
import type { ImageFailure } from "../errors.ts";
import { createEngine } from "./emscripten.ts";
import { writeExif } from "./exif.ts";
import decoderWasm from "./jsquash/webp_dec.wasm";
import encoderWasm from "./jsquash/webp_enc_simd.wasm";
import {
  decodedPixelLimit,
  decoderBytes,
  densePixelLimit,
  encodedPixelLimit,
  encoderBytes,
  pixelLimit,
  wasmRoom,
} from "./memory.ts";
import { freeBuffers } from "./free-buffers.ts";
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

/** Of what libwebp writes: RFC 6386, 9.1, has 14 bits either way. A source without loss may have one more (RFC 9649, 3.4). */
const maxWrittenSide = 16_383;

/** Their data and stacks. */
const leastBytes = 128 * 1024;

export const webpDecoder = createEngine<Decoder>(createDecoder, decoderWasm, leastBytes);
export const webpEncoder = createEngine<Encoder>(createEncoder, encoderWasm, leastBytes);

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
  const room = { roomBytes: wasmRoom(budgetBytes), limitPixels: densePixelLimit(path, budgetBytes) };
  const pixels = refuseToWrite(image) ?? decodeWebp(source, image, room);
  if ("kind" in pixels) return pixels;
  const triesLossless = path === "webp-lossless" && width * height <= pixelLimit("webp-lossless-twice", budgetBytes);
  const encoded = encodeWebp(pixels, { quality, triesLossless, ...room });
  freeBuffers(pixels.data);
  return encoded instanceof Uint8Array ? rebuildWebp(encoded, readWebpCarryOver(source)) : encoded;
}

/** Decoded whole at once, and held as pixels. */
export function openWebp(
  source: Uint8Array,
  image: PixelProbe,
  { budgetBytes }: { budgetBytes: number },
): Picture | ImageFailure {
  const pixels = decodeWebp(source, image, {
    roomBytes: wasmRoom(budgetBytes),
    limitPixels: decodedPixelLimit(image.path, budgetBytes),
  });
  return "kind" in pixels ? pixels : pictureOf(pixels);
}

/** Holds the picture whole, and encodes one that came without loss both ways, as `recompressWebp` does. */
export function writeWebp(
  picture: Picture,
  { quality, metadata, roomBytes, wasmBytes, mostBytes, isFromLossless }: WriteOptions,
): Uint8Array | ImageFailure {
  const { width, height } = picture;
  const limitPixels = encodedPixelLimit("webp", { roomBytes, wasmBytes });
  if (width * height > limitPixels) return { kind: "too_large_for_memory", width, height, limitPixels };
  const pixels = refuseToWrite(picture) ?? collectPixels(picture);
  if ("kind" in pixels) return pixels;
  const encoded = encodeWebp(pixels, {
    quality,
    triesLossless:
      isFromLossless && width * height <= encodedPixelLimit("webp-lossless-twice", { roomBytes, wasmBytes }),
    roomBytes: Math.min(wasmBytes, roomBytes - 4 * width * height),
    limitPixels,
  });
  freeBuffers(pixels.data);
  if (!(encoded instanceof Uint8Array)) return encoded;
  const { profile, ...exif } = metadata;
  const file = rebuildWebp(encoded, { profile, exif: writeExif(exif) });
  return file.length <= mostBytes ? file : { kind: "already_small" };
}

function refuseToWrite({ width, height }: { width: number; height: number }): ImageFailure | null {
  if (Math.max(width, height) <= maxWrittenSide) return null;
  return { kind: "unsupported_variant", variant: `a WebP of ${width} x ${height} pixels` };
}

interface Room {
  /** For the codec alone. */
  roomBytes: number;
  /** What is said to fit when it does not. */
  limitPixels: number;
}

function decodeWebp(
  source: Uint8Array,
  { width, height, path }: PixelProbe,
  { roomBytes, limitPixels }: Room,
): Pixels | ImageFailure {
  const room = { roomBytes, usualBytes: decoderBytes(path, width * height) };
  const run = webpDecoder.run(room, (module) => module.decode(source));
  if (run.kind === "refused") return { kind: "corrupt", reason: "the WebP decoder cannot read it" };
  if (run.kind === "out_of_memory") return { kind: "too_large_for_memory", width, height, limitPixels };
  return run.result;
}

function encodeWebp(
  { data, width, height }: Pixels,
  { quality, triesLossless, roomBytes, limitPixels }: Room & { quality: number; triesLossless: boolean },
): Uint8Array | ImageFailure {
  const encode = (path: "webp" | "webp-lossless-twice", options: object) =>
    webpEncoder.run({ roomBytes, usualBytes: encoderBytes(path, width * height) }, (module) =>
      module.encode(data, width, height, { ...defaultOptions, ...options }),
    );
  const lossy = encode("webp", { quality });
  if (lossy.kind === "out_of_memory") return { kind: "too_large_for_memory", width, height, limitPixels };
  if (lossy.kind === "refused") throw new Error("The WebP encoder failed.", { cause: lossy.cause });
  if (!triesLossless) return lossy.result;
  const lossless = encode("webp-lossless-twice", { lossless: 1 });
  return lossless.kind === "done" && lossless.result.length < lossy.result.length ? lossless.result : lossy.result;
}
