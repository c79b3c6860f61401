// Any PNG as a picture that is read in rows: some at a time are inflated and handed out, so that a picture of any height
// takes half a megabyte. One that is interlaced is held whole, at four bytes a pixel.

import type { ImageFailure } from "../../errors.ts";
import { leastEngineBytes } from "../engine-exports.ts";
import type { Picture, TakeRows } from "../picture.ts";
import { createInstances, type Lent } from "../wasm-instances.ts";
import { failureOf, planePixels, tooLarge } from "./failures.ts";
import { beginReading, feed } from "./read-picture.ts";
import { colourTypes, type PngSource, readPngSource } from "./source.ts";
import { type EngineExports, type EngineStatus, instantiate } from "./wasm-exports.ts";

export interface OpenOptions {
  /** How far the wasm memory may grow; only for a picture that is interlaced or very wide it needs more than 1 MB. */
  maxMemoryBytes: number;
}

export interface PngReader {
  /**
   * Answers at once what header, palette and chunks show to be wrong; `read` what the picture data do, at the latest
   * after the last row. What a fully transparent pixel hides is read as black, and sixteen bits as round(v / 257).
   */
  openPng(source: Uint8Array, options: OpenOptions): Picture | ImageFailure;
  /** What the instances hold that wait for the next picture. */
  idleBytes(): number;
}

/** Of rows 65,535 pixels wide with 16 bits a sample, and what inflates them. */
const fixedBytes = 2.5 * 1024 * 1024;

export function createPngReader(module: WebAssembly.Module): PngReader {
  const instances = createInstances(leastEngineBytes, (memory) => instantiate(module, memory));
  return {
    openPng(bytes, { maxMemoryBytes }) {
      const source = readPngSource(bytes);
      if ("kind" in source) return source;
      const { width, height } = source;
      const limit = { width, height, limitPixels: planePixels(maxMemoryBytes, fixedBytes) };
      if (source.isInterlaced && width * height > limit.limitPixels) return tooLarge(limit);
      /** Of an interlaced picture, which is inflated but once: its instance stays with it, and its plane in there. */
      let own: Lent<EngineExports> | null = null;
      const planeBytes = source.isInterlaced ? 4 * width * height : 0;
      const wanted = { usualBytes: fixedBytes + planeBytes, roomBytes: maxMemoryBytes };
      return {
        width,
        height,
        hasAlpha: hasAlpha(source),
        isGrey: source.colourType === colourTypes.grey || source.colourType === colourTypes.greyAlpha,
        read(take) {
          const lent = own ?? instances.take(wanted);
          const begun = own === null ? beginReading(lent.instance, source, maxMemoryBytes) : "ok";
          const status = begun === "ok" ? readRows(lent.instance, source, take) : begun;
          if (source.isInterlaced && begun === "ok") own = lent;
          else instances.giveBack(lent);
          // "strip_full": nobody wants more.
          return status === "ok" || status === "strip_full" ? null : failureOf(status, limit);
        },
        release() {
          if (own !== null) instances.giveBack(own);
          own = null;
        },
      };
    },
    idleBytes: () => instances.idleBytes(),
  };
}

function readRows(wasm: EngineExports, source: PngSource, take: TakeRows): EngineStatus {
  wasm.restartReading();
  return feed(
    wasm,
    source.data,
    () => wasm.readRows(),
    () => {
      const isWanted = take(new Uint8Array(wasm.memory.buffer, wasm.batchAddress(), wasm.batchBytes()));
      wasm.takenRows();
      return isWanted;
    },
  );
}

/** Opaque entries of a tRNS chunk make nothing transparent. */
function hasAlpha({ colourType, transparency }: PngSource): boolean {
  switch (colourType) {
    case colourTypes.greyAlpha:
    case colourTypes.rgba:
      return true;
    case colourTypes.palette:
      return transparency.some((alpha) => alpha !== 255);
    default:
      return transparency.length > 0;
  }
}
