// PNG to a smaller PNG of at most 256 colours, in strips: rows are inflated and counted, a palette is chosen, rows are inflated again,
// mapped to it and deflated. Memory is a few rows and tables whatever the height. Synchronous; one picture at a time, as JavaScript is.

import type { ImageFailure } from "../../errors.ts";
import { readPngCarryOver } from "../png-chunks.ts";
import { chooseForm } from "./output-form.ts";
import { paletteGoal } from "./quality.ts";
import { beginPicture, feed } from "./read-picture.ts";
import { colourTypes, type PngSource, readPngSource } from "./source.ts";
import { type EngineExports, type EngineStatus, instantiate } from "./wasm-exports.ts";
import { createStripDeflater, writePng } from "./write-picture.ts";

export interface RecompressOptions {
  /** 1 to 100; see quality.ts. Pictures of few colours stay as they are at any quality. */
  quality: number;
  /** How far the wasm memory may grow; only for a picture that is interlaced or very wide it needs more than 8 MB. */
  maxMemoryBytes?: number;
  tune?: number[];
  error?: number;
}

export interface RecompressedPng {
  kind: "compressed";
  bytes: Uint8Array;
  width: number;
  height: number;
  colours: number;
  /** Every pixel that is not fully transparent has the value it had. */
  lossless: boolean;
  /** Of the wasm memory, which holds all but the source and the output. */
  peakBytes: number;
}

export interface PngEngine {
  recompressPng(source: Uint8Array, options: RecompressOptions): RecompressedPng | ImageFailure;
  /** What the instance holds that waits for the next picture. */
  idleBytes(): number;
  /** Lets it go. */
  release(): void;
}

/** Wasm memory never shrinks: an instance that has grown past this is dropped with it. */
const keptMemoryBytes = 8 * 1024 * 1024;
const defaultMaxMemoryBytes = 64 * 1024 * 1024;
/** A few rows must fit in memory; no JPEG or WebP is wider either. */
const maxWidth = 65_535;
/** What is held whatever the picture: histogram, cache, strips. */
const fixedBytes = 4.5 * 1024 * 1024;

export function createPngEngine(module: WebAssembly.Module): PngEngine {
  let idle: EngineExports | null = null;
  return {
    recompressPng(bytes, options) {
      if (!(options.quality >= 1 && options.quality <= 100)) throw new RangeError(`quality ${options.quality}`);
      const { maxMemoryBytes = defaultMaxMemoryBytes } = options;
      const source = readPngSource(bytes);
      if ("kind" in source) return source;
      if (source.width > maxWidth) {
        return { kind: "unsupported_variant", variant: `a PNG ${source.width} pixels wide` };
      }
      const limitPixels = Math.floor((maxMemoryBytes - fixedBytes) / 4);
      if (source.isInterlaced && source.width * source.height > limitPixels) return tooLarge(source, maxMemoryBytes);
      // The cap is one on growth: an instance that has more already would not feel it.
      const wasm = idle !== null && idle.memory.buffer.byteLength <= maxMemoryBytes ? idle : instantiate(module);
      idle = null; // an instance that trapped would not be used again
      options.tune?.forEach((v, i) => wasm.tune(i, v));
      const result = recompress(wasm, bytes, source, maxMemoryBytes, options.quality, options.error);
      if (wasm.memory.buffer.byteLength <= keptMemoryBytes) idle = wasm;
      return result;
    },
    idleBytes() {
      return idle?.memory.buffer.byteLength ?? 0;
    },
    release() {
      idle = null;
    },
  };
}

function recompress(
  wasm: EngineExports,
  bytes: Uint8Array,
  source: PngSource,
  capBytes: number,
  quality: number,
  error?: number,
): RecompressedPng | ImageFailure {
  const { width, height } = source;
  const begun = beginPicture(wasm, source, capBytes);
  if (begun !== "ok") return failureOf(begun, source, capBytes);
  const counted = feed(wasm, source.data, () => wasm.count(), unexpectedStrip);
  if (counted !== "ok") return failureOf(counted, source, capBytes);

  const isLossless = wasm.isExact() !== 0 && !isGreyPhoto(wasm, source);
  const goal = paletteGoal(quality);
  if (error !== undefined) goal.error = error;
  const colours = isLossless ? wasm.chooseExact() : wasm.chooseLossy(goal.error, goal.colours);
  const carried = readPngCarryOver(bytes);
  const form = chooseForm(new Uint8Array(wasm.memory.buffer, wasm.paletteAddress(), 4 * colours), source, carried);
  new Uint8Array(wasm.memory.buffer).set(form.values, wasm.valuesAddress());

  const deflater = createStripDeflater(wasm, 6, bytes.length);
  wasm.beginOutput(form.depth, form.samples, 0);
  const written = feed(
    wasm,
    source.data,
    () => wasm.write(),
    () => deflater.takeStrip(false),
  );
  if (written !== "ok") throw new Error(`The engine stopped with ${written} at the second reading`);
  deflater.takeStrip(true);
  const file = writePng(width, height, form, carried.chunks, deflater.parts);
  if (file.length >= bytes.length) return { kind: "already_small" };
  return {
    kind: "compressed",
    bytes: file,
    width,
    height,
    colours,
    lossless: isLossless && wasm.hasLostDepth() === 0,
    peakBytes: wasm.usedBytes(),
  };
}

/** A photograph in grey has no more than 256 colours, and is no flat art all the same: neighbours differ. */
function isGreyPhoto(wasm: EngineExports, { colourType, width, height }: PngSource): boolean {
  return colourType !== colourTypes.palette && wasm.isGrey() !== 0 && wasm.runs() > (width * height) / 4;
}

function unexpectedStrip(): never {
  throw new Error("A strip before there is a palette");
}

function failureOf(status: EngineStatus, source: PngSource, capBytes: number): ImageFailure {
  switch (status) {
    case "data_ran_out":
      return { kind: "truncated", reason: "its compressed data end before the last row" };
    case "bad_zlib_header":
      return { kind: "corrupt", reason: "its picture data are no zlib stream" };
    case "bad_deflate":
      return { kind: "corrupt", reason: "its compressed data hold an impossible code" };
    case "too_much_data":
      return { kind: "corrupt", reason: "it holds more rows than its header says" };
    case "bad_checksum":
      return { kind: "corrupt", reason: "the checksum of its compressed data does not match" };
    case "bad_filter":
      return { kind: "corrupt", reason: "a row has an unknown filter" };
    case "bad_index":
      return { kind: "corrupt", reason: "a pixel has no entry in the palette" };
    case "out_of_memory":
      return tooLarge(source, capBytes);
    case "ok":
    case "needs_input":
    case "strip_full":
      throw new Error(`The engine stopped with ${status}`);
  }
}

function tooLarge({ width, height }: PngSource, capBytes: number): ImageFailure {
  return {
    kind: "too_large_for_memory",
    width,
    height,
    limitPixels: Math.max(0, Math.floor((capBytes - fixedBytes) / 4)),
  };
}
