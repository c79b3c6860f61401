// JPEG through @jsquash/jpeg (mozjpeg), decoded and encoded whole.

import createDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import decoderWasm from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import createEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import encoderWasm from "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm";
import { defaultOptions } from "@jsquash/jpeg/meta.js";
import type { ImageFailure } from "../errors.ts";
import { createEngine } from "./emscripten.ts";
import { insertSegments, readJpegCarryOver, readJpegFrame } from "./jpeg-segments.ts";
import type { Pixels } from "./pixels.ts";

interface Decoder {
  decode(source: Uint8Array, bakeOrientation: boolean): Pixels | null;
}

interface Encoder {
  encode(data: Pixels["data"], width: number, height: number, options: object): Uint8Array | null;
}

const decoder = createEngine<Decoder>(createDecoder, decoderWasm);
const encoder = createEngine<Encoder>(createEncoder, encoderWasm);

/** mozjpeg's own constants. */
const greyscale = 1;
const colour = 3;

/** Re-encodes a JPEG at `quality` (1 to 100). Orientation, copyright and colour profile are carried over, nothing else. */
export function recompressJpeg(source: Uint8Array, quality: number): Uint8Array | ImageFailure {
  const frame = readJpegFrame(source);
  if ("kind" in frame) return frame;
  const pixels = decodeJpeg(source);
  if ("kind" in pixels) return pixels;
  // One channel stays one: smaller, and a grey profile is invalid in a colour file.
  const jpeg = encodeJpeg(pixels, quality, frame.components === 1 ? greyscale : colour);
  return insertSegments(jpeg, readJpegCarryOver(source));
}

export function decodeJpeg(source: Uint8Array): Pixels | ImageFailure {
  try {
    const { result, said } = decoder.run((module) => module.decode(source, false));
    return findDamage(said) ?? result ?? refused;
  } catch (error) {
    if (isRefusal(error)) return refused;
    throw error;
  }
}

export function encodeJpeg(pixels: Pixels, quality: number, colourSpace = colour): Uint8Array {
  const { result } = encoder.run((module) =>
    module.encode(pixels.data, pixels.width, pixels.height, {
      ...defaultOptions,
      quality,
      color_space: colourSpace,
      // Baseline with Huffman tables of its own.
      progressive: false,
      optimize_coding: true,
    }),
  );
  if (result === null) throw new Error("The JPEG encoder gave nothing back.");
  return result;
}

export function releaseJpeg(): void {
  decoder.release();
  encoder.release();
}

const refused: ImageFailure = { kind: "corrupt", reason: "the JPEG decoder cannot read it" };

/** libjpeg goes on after damage and only prints its first warning. Stray bytes between markers are harmless. */
function findDamage(said: string[]): ImageFailure | null {
  const warning = said.find(
    (line) => /^(Corrupt JPEG data|Premature end)/.test(line) && !line.includes("extraneous bytes"),
  );
  if (warning === undefined) return null;
  if (/premature end/i.test(warning)) return { kind: "truncated", reason: "its picture data ends early" };
  return { kind: "corrupt", reason: "its picture data has errors" };
}

/** libjpeg's error handler calls `exit`, which emscripten throws; memory that nobody has shows as a trap. */
function isRefusal(error: unknown): boolean {
  if (error instanceof WebAssembly.RuntimeError) return true;
  return typeof error === "object" && error !== null && "name" in error && error.name === "ExitStatus";
}
