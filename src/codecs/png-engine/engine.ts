// PNG to a smaller PNG of at most 256 colours, in strips: rows are inflated and counted, a palette is chosen, rows are
// inflated again, mapped to it and deflated. Or any picture to such a PNG, its rows given twice instead. Memory is a few
// rows and tables whatever the height. Synchronous; one picture at a time, as JavaScript is.

import type { ImageFailure } from "../../errors.ts";
import { leastEngineBytes } from "../engine-exports.ts";
import { type PngCarryOver, readPngCarryOver } from "../png-chunks.ts";
import { pngEngineBytes } from "../memory.ts";
import { failureOf, planePixels, tooLarge } from "./failures.ts";
import type { Picture } from "../picture.ts";
import type { ProfileKind } from "./output-form.ts";
import { countColours, quantise, type RowSupply } from "./quantise.ts";
import { beginPicture, feed } from "./read-picture.ts";
import { colourTypes, type PngSource, readPngSource } from "./source.ts";
import { createInstances } from "../wasm-instances.ts";
import { type EngineExports, instantiate } from "./wasm-exports.ts";
import { type WriteOptions, writeRows } from "./write-rows.ts";

export interface RecompressOptions {
  /** 1 to 100; see quality.ts. Pictures of few colours stay as they are at any quality. */
  quality: number;
  /** How far the wasm memory may grow; only for a picture that is interlaced or very wide it needs more than 6 MB. */
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
  /** Passes on what `read` fails with. */
  writePng(picture: Picture, options: WriteOptions): Uint8Array | ImageFailure;
  /** What the instances hold that wait for the next picture. */
  idleBytes(): number;
}

const defaultMaxMemoryBytes = 64 * 1024 * 1024;

export function createPngEngine(module: WebAssembly.Module): PngEngine {
  const instances = createInstances(leastEngineBytes, (memory) => instantiate(module, memory));
  return {
    recompressPng(bytes, options) {
      checkQuality(options.quality);
      const { maxMemoryBytes = defaultMaxMemoryBytes } = options;
      const source = readPngSource(bytes);
      if ("kind" in source) return source;
      const limitPixels = planePixels(maxMemoryBytes, pngEngineBytes);
      if (source.isInterlaced && source.width * source.height > limitPixels) {
        return tooLarge({ ...source, limitPixels });
      }
      const planeBytes = source.isInterlaced ? 4 * source.width * source.height : 0;
      const wanted = { usualBytes: pngEngineBytes + planeBytes, roomBytes: maxMemoryBytes };
      return instances.use(wanted, (wasm) => recompress(wasm, bytes, source, maxMemoryBytes, options.quality));
    },
    writePng(picture, options) {
      checkQuality(options.quality);
      const { width, height } = picture;
      const limit = { width, height, limitPixels: planePixels(options.maxMemoryBytes, pngEngineBytes) };
      const wanted = { usualBytes: pngEngineBytes, roomBytes: options.maxMemoryBytes };
      const written = instances.use(wanted, (wasm) => writeRows(wasm, picture, options, limit));
      return "kind" in written ? written : written.bytes;
    },
    idleBytes: () => instances.idleBytes(),
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
  const limit = { width, height, limitPixels: planePixels(capBytes, pngEngineBytes) };
  const begun = beginPicture(wasm, source, capBytes);
  if (begun !== "ok") return failureOf(begun, limit);
  const rows: RowSupply = {
    width,
    height,
    hasPalette: source.colourType === colourTypes.palette,
    pass(step, takeStrip) {
      const status = feed(wasm, source.data, step, takeStrip);
      if (status === "ok") return "done";
      return status === "strip_full" ? "stopped" : failureOf(status, limit);
    },
  };
  const failure = countColours(wasm, rows);
  if (failure !== null) return failure;
  const carried = readPngCarryOver(bytes);
  const written = quantise(wasm, rows, {
    quality,
    carried: carried.chunks,
    profile: profileOf(source, carried),
    mostBytes: bytes.length - 1,
  });
  if ("kind" in written) return written;
  return {
    kind: "compressed",
    bytes: written.bytes,
    width,
    height,
    colours: written.colours,
    lossless: written.isExact && wasm.hasLostDepth() === 0,
    peakBytes: wasm.usedBytes(),
  };
}

/** A profile describes the kind of colours that its file has. */
function profileOf({ colourType }: PngSource, { hasProfile }: PngCarryOver): ProfileKind {
  if (!hasProfile) return "none";
  return colourType === colourTypes.grey || colourType === colourTypes.greyAlpha ? "grey" : "colour";
}

function checkQuality(quality: number): void {
  if (!(quality >= 1 && quality <= 100)) throw new RangeError(`quality ${quality}`);
}
