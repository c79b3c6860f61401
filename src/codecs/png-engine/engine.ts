// PNG to a smaller PNG of at most 256 colours, in strips: rows are inflated and counted, a palette is chosen, rows are
// inflated again, mapped to it and deflated. Memory is a few rows and tables whatever the height. Synchronous; one
// picture at a time, as JavaScript is.

import type { ImageFailure } from "../../errors.ts";
import { readPngCarryOver } from "../png-chunks.ts";
import { chooseForm, type OutputForm } from "./output-form.ts";
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
/**
 * Of zlib. For mixed patterns 7 saves 1 % and 9 saves 3 %, in 1.2 and 2.7 times the time of the whole; exact flat art
 * gains 5 % by 7, and 10 % by 9 in three times the time.
 */
const deflateLevels = { lossy: 6, exact: 7 };
/** So few that trying twice costs next to nothing. */
const cheapPixels = 65_536;
/** What is held whatever the picture: histogram, cache, strips. */
const fixedBytes = 5 * 1024 * 1024;

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
      const result = recompress(wasm, bytes, source, maxMemoryBytes, options.quality);
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
): RecompressedPng | ImageFailure {
  const { width, height } = source;
  const begun = beginPicture(wasm, source, capBytes);
  if (begun !== "ok") return failureOf(begun, source, capBytes);
  const counted = feed(wasm, source.data, () => wasm.count(), unexpectedStrip);
  if (counted !== "ok") return failureOf(counted, source, capBytes);

  const isLossless = wasm.isExact() !== 0 && !isGreyPhoto(wasm, source);
  const goal = paletteGoal(quality);
  const colours = isLossless ? wasm.chooseExact() : wasm.chooseLossy(goal.error, goal.colours);
  const carried = readPngCarryOver(bytes);
  const isCheap = width * height <= cheapPixels;
  const used = isLossless || !isCheap ? Array.from({ length: colours }, (_, index) => index) : findUsed(wasm, source);
  const entries = new Uint8Array(wasm.memory.buffer, wasm.paletteAddress(), 4 * colours);
  const form = chooseForm(entries, used, source, carried);
  new Uint8Array(wasm.memory.buffer).set(form.values, wasm.valuesAddress());

  const level = isCheap ? 9 : isLossless ? deflateLevels.exact : deflateLevels.lossy;
  let data = write(wasm, source, form, { isFiltered: false, level, mostBytes: bytes.length });
  // Where neighbours differ a little everywhere, filters may do better than indices as they are; only trying tells. In
  // a mixed pattern they hardly ever do.
  if (isShaded(wasm, source) && (isLossless || isCheap)) {
    const filtered = write(wasm, source, form, { isFiltered: true, level, mostBytes: lengthOf(data) });
    if (lengthOf(filtered) < lengthOf(data)) data = filtered;
  }
  const file = writePng(width, height, form, carried.chunks, data);
  if (file.length >= bytes.length) return { kind: "already_small" };
  return {
    kind: "compressed",
    bytes: file,
    width,
    height,
    colours: used.length,
    lossless: isLossless && wasm.hasLostDepth() === 0,
    peakBytes: wasm.usedBytes(),
  };
}

/** Maps for no more than to see which entries there is no pixel for: in a small file they weigh. */
function findUsed(wasm: EngineExports, source: PngSource): number[] {
  wasm.beginOutput(8, 1, 0);
  feed(
    wasm,
    source.data,
    () => wasm.write(),
    () => {
      wasm.takenStrip();
      return true;
    },
  );
  const marks = new Uint8Array(wasm.memory.buffer, wasm.usedAddress(), 256);
  return Array.from(marks.keys()).filter((index) => marks[index] === 1);
}

/** The second reading: rows become strips of indices, and strips one zlib stream, in pieces. */
function write(
  wasm: EngineExports,
  source: PngSource,
  form: OutputForm,
  { isFiltered, level, mostBytes }: { isFiltered: boolean; level: number; mostBytes: number },
): Uint8Array[] {
  const deflater = createStripDeflater(wasm, { level, mostBytes });
  wasm.beginOutput(form.depth, form.samples, isFiltered ? 1 : 0);
  const written = feed(
    wasm,
    source.data,
    () => wasm.write(),
    () => deflater.takeStrip(),
  );
  // "strip_full": it has become longer than what there is already.
  if (written !== "ok" && written !== "strip_full") {
    throw new Error(`The engine stopped with ${written} at the second reading`);
  }
  deflater.end();
  return deflater.parts;
}

/** A photograph in grey has no more than 256 colours, and is no flat art all the same. */
function isGreyPhoto(wasm: EngineExports, source: PngSource): boolean {
  return source.colourType !== colourTypes.palette && wasm.isGrey() !== 0 && isShaded(wasm, source);
}

/** Neighbours differ in many places, as they do not in flat art. */
function isShaded(wasm: EngineExports, { width, height }: PngSource): boolean {
  return wasm.runs() > (width * height) / 4;
}

function lengthOf(parts: Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
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
