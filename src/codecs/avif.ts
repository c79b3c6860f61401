// AVIF through @jsquash/avif (libavif 1.0, libaom). Decoded whole; encoded whole where it fits, else as a grid of cells
// that is read row by row. The single-threaded build is named, as Workers have no threads.

import createDecoder from "@jsquash/avif/codec/dec/avif_dec.js";
import createEncoder from "@jsquash/avif/codec/enc/avif_enc.js";
import { defaultOptions } from "@jsquash/avif/meta.js";
import type { ImageFailure } from "../errors.ts";
import { assembleAvif } from "./avif-assemble.ts";
import { cutIntoCells } from "./avif-cells.ts";
import { readAvifHeader } from "./avif-container.ts";
import { layOutAvif, leastAvifBytes } from "./avif-layout.ts";
import { createEngine } from "./emscripten.ts";
import decoderWasm from "./jsquash/avif_dec.wasm";
import encoderWasm from "./jsquash/avif_enc.wasm";
import { avifEncoderBytes, bandBytes, decoderBytes, densePixelLimit, pixelLimit, wasmRoom } from "./memory.ts";
import { isOpaqueRgba } from "./opaque.ts";
import type { Metadata, Picture } from "./picture.ts";
import { pictureOf, type Pixels } from "./pixels.ts";

interface Decoder {
  decode(source: Uint8Array, bitDepth: 8): Pixels | null;
}

interface Encoder {
  encode(data: Uint8Array, width: number, height: number, options: object): Uint8Array | null;
}

/** Their data and stacks. */
const leastBytes = 6 * 1024 * 1024;

export const avifDecoder = createEngine<Decoder>(createDecoder, decoderWasm, leastBytes);
export const avifEncoder = createEngine<Encoder>(createEncoder, encoderWasm, leastBytes);

/** As @jsquash/avif counts them. */
const subsamplings = { grey: 0, "4:2:0": 1, "4:4:4": 3 };

/** From here on colours are as fine as light. */
const fineQuality = 90;

/**
 * Of libaom, 0 to 10. Measured on photographs at quality 50: 9 takes half the time and up to half as many bytes more; 6
 * gains 1 dB and takes three times the time and half as much memory again.
 */
const speed = 8;

/** What libavif reads, and with it the browsers. */
const longestSide = 32_768;

/** Decodes the whole of a still one to eight bits; a turn that the file asks for is not made. */
export function openAvif(source: Uint8Array, { budgetBytes }: { budgetBytes: number }): Picture | ImageFailure {
  const header = readAvifHeader(source);
  if (header.kind !== "image") return header;
  const { width, height, hasAlpha, isGrey, animated, variant } = header;
  if (animated) return { kind: "animated", format: "AVIF" };
  if (variant !== null) return { kind: "unsupported_variant", variant };
  const limitPixels = pixelLimit("avif", budgetBytes);
  if (width * height > limitPixels) return { kind: "too_large_for_memory", width, height, limitPixels };

  const room = { roomBytes: wasmRoom(budgetBytes), usualBytes: decoderBytes("avif", width * height) };
  const decoded = avifDecoder.run(room, (module) => module.decode(source, 8));
  if (decoded.kind === "out_of_memory") {
    return { kind: "too_large_for_memory", width, height, limitPixels: densePixelLimit("avif", budgetBytes) };
  }
  if (decoded.kind === "refused") return { kind: "corrupt", reason: "the AVIF decoder cannot read it" };
  const pixels = decoded.result;
  if (pixels.width !== width || pixels.height !== height) {
    return {
      kind: "corrupt",
      reason: `it claims ${width} x ${height} pixels and holds ${pixels.width} x ${pixels.height}`,
    };
  }
  return pictureOf(pixels, { hasAlpha, isGrey });
}

export interface WriteAvifOptions {
  /** 1 to 100, libavif's own scale: 50 is its quantiser 32 of 63. */
  quality: number;
  metadata: Metadata;
  /** For all that is held. */
  roomBytes: number;
  /** How much of it may be WebAssembly memory. */
  wasmBytes: number;
}

/** @throws Error when the encoder fails, or what is read throws. */
export function writeAvif(
  picture: Picture,
  { quality, metadata, roomBytes, wasmBytes }: WriteAvifOptions,
): Uint8Array | ImageFailure {
  const { width, height } = picture;
  if (Math.max(width, height) > longestSide) {
    return { kind: "unsupported_variant", variant: `an AVIF with a side of ${Math.max(width, height)} pixels` };
  }
  const layout = layOutAvif(picture, { halvesColours: quality < fineQuality, roomBytes, wasmBytes });
  if (layout === null) return tooLarge(picture, roomBytes);
  const isOneCell = layout.columns * layout.rows === 1;
  const kind = picture.isGrey ? "grey" : layout.halvesColours ? "4:2:0" : "4:4:4";
  const options = { ...defaultOptions, quality, speed, subsample: subsamplings[kind] };

  const written: { failure: ImageFailure | null; files: Uint8Array[]; isOpaque: boolean } = {
    failure: null,
    files: [],
    isOpaque: true,
  };
  // All cells in one run: the memory that one leaves serves the next.
  const encode = (module: Encoder) => {
    let isDone = true;
    written.failure = cutIntoCells(picture, layout, (cell) => {
      const isOpaque = !picture.hasAlpha || isOpaqueRgba(cell);
      written.isOpaque &&= isOpaque;
      // The encoder would leave the alpha of this cell out, and a grid has all of them or none.
      if (isOpaque && picture.hasAlpha && !isOneCell) cell[3] = 254;
      const file = module.encode(cell, layout.cellWidth, layout.cellHeight, options);
      if (file === null) isDone = false;
      else written.files.push(file);
      return isDone;
    });
    return isDone ? written : null;
  };
  const room = {
    roomBytes: Math.min(wasmBytes, roomBytes - bandBytes(layout)),
    usualBytes: avifEncoderBytes(layout),
  };
  const run = avifEncoder.run(room, encode);
  if (run.kind === "out_of_memory") return tooLarge(picture, roomBytes);
  if (run.kind === "refused") throw new Error("The AVIF encoder failed.", { cause: run.cause });
  if (written.failure !== null) return written.failure;
  return assembleAvif(written.files, layout, { isOpaque: written.isOpaque, metadata });
}

function tooLarge({ width, height }: Picture, roomBytes: number): ImageFailure {
  const limitPixels = Math.min(width * height - 1, Math.floor((width * height * roomBytes) / leastAvifBytes(width)));
  return { kind: "too_large_for_memory", width, height, limitPixels };
}
