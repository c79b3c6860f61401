// WebP through @jsquash/webp (libwebp), decoded and encoded whole. The SIMD build is named, because asking at run time
// costs a dynamic import and the answer on Workers is always yes.

import createDecoder from "@jsquash/webp/codec/dec/webp_dec.js";
import decoderWasm from "@jsquash/webp/codec/dec/webp_dec.wasm";
import createEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import encoderWasm from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";
import { defaultOptions } from "@jsquash/webp/meta.js";
import type { ImageFailure } from "../errors.ts";
import { createEngine, type RunOptions } from "./emscripten.ts";
import { writeExif } from "./exif.ts";
import { together, type Idle } from "./idle.ts";
import {
  decoderBytes,
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
  { quality, budgetBytes, waiting }: { quality: number; budgetBytes: number; waiting: Idle },
): Uint8Array | ImageFailure {
  const { width, height, path } = image;
  const pixels = width * height;
  const decoded = decodeWebp(source, image, {
    roomBytes: decoderRoom(path, pixels, budgetBytes),
    limitPixels: densePixelLimit(path, budgetBytes),
    waiting: together([webpEncoder, waiting]),
    // The encoder may have grown beyond what this picture would need of it.
    besideBytes: budgetBytes - 4 * pixels,
  });
  if ("kind" in decoded) return decoded;
  const encoded = encodeWebp(decoded.pixels, {
    quality,
    triesLossless: path === "webp-lossless" && pixels <= pixelLimit("webp-lossless-twice", budgetBytes),
    roomBytes: encoderRoom(pixels, decoded.memoryBytes, budgetBytes),
    limitPixels: densePixelLimit(path, budgetBytes),
    waiting,
  });
  return encoded instanceof Uint8Array ? rebuildWebp(encoded, readWebpCarryOver(source)) : encoded;
}

/** Decoded whole at once, and held as pixels. */
export function openWebp(
  source: Uint8Array,
  image: PixelProbe,
  { roomBytes, waiting }: { roomBytes: number; waiting: Idle },
): Picture | ImageFailure {
  const decoded = decodeWebp(source, image, {
    roomBytes: roomBytes - 4 * image.width * image.height,
    limitPixels: decodedPixelLimit(image.path, roomBytes),
    waiting,
  });
  return "kind" in decoded ? decoded : pictureOf(decoded.pixels);
}

/** Holds the picture whole, and encodes one that came without loss both ways, as `recompressWebp` does. */
export function writeWebp(picture: Picture, options: WriteOptions): Uint8Array | ImageFailure {
  const { quality, metadata, roomBytes, mostBytes, isFromLossless, waiting } = options;
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
    waiting,
  });
  if (!(encoded instanceof Uint8Array)) return encoded;
  const { profile, ...exif } = metadata;
  const file = rebuildWebp(encoded, { profile, exif: writeExif(exif) });
  return file.length <= mostBytes ? file : { kind: "already_small" };
}

interface Decoded {
  pixels: Pixels;
  /** What the decoder holds now that its work is done, or may hold in a run before this one. */
  memoryBytes: number;
}

interface DecodeOptions extends Pick<RunOptions, "besideBytes"> {
  /** For the decoder alone. */
  roomBytes: number;
  /** What is said to fit when it does not. */
  limitPixels: number;
  waiting: Idle;
}

function decodeWebp(
  source: Uint8Array,
  { width, height, path }: PixelProbe,
  { roomBytes, limitPixels, ...beside }: DecodeOptions,
): Decoded | ImageFailure {
  const usefulBytes = decoderBytes(path, width * height);
  const run = webpDecoder.run(roomBytes, (module) => module.decode(source), { usefulBytes, ...beside });
  if (run.kind === "refused") return { kind: "corrupt", reason: "the WebP decoder cannot read it" };
  if (run.kind === "out_of_memory") return { kind: "too_large_for_memory", width, height, limitPixels };
  // The room that is left does not depend on what was decoded before.
  return { pixels: run.result, memoryBytes: Math.max(usefulBytes, run.memoryBytes) };
}

interface EncodeOptions {
  quality: number;
  triesLossless: boolean;
  /** For the encoder alone. */
  roomBytes: number;
  /** What is said to fit when it does not. */
  limitPixels: number;
  waiting: Idle;
}

function encodeWebp(
  { data, width, height }: Pixels,
  { quality, triesLossless, roomBytes, limitPixels, waiting }: EncodeOptions,
): Uint8Array | ImageFailure {
  const encode = (options: object) =>
    webpEncoder.run(roomBytes, (module) => module.encode(data, width, height, { ...defaultOptions, ...options }), {
      waiting,
    });
  const lossy = encode({ quality });
  if (lossy.kind === "out_of_memory") return { kind: "too_large_for_memory", width, height, limitPixels };
  if (lossy.kind === "refused") throw new Error("The WebP encoder failed.", { cause: lossy.cause });
  if (!triesLossless) return lossy.result;
  const lossless = encode({ lossless: 1 });
  return lossless.kind === "done" && lossless.result.length < lossy.result.length ? lossless.result : lossy.result;
}
