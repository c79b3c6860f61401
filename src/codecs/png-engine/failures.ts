// Pure. What a status of the engine means for the image.

import type { ImageFailure } from "../../errors.ts";
import type { EngineStatus } from "./wasm-exports.ts";

/** The picture at hand and how many pixels of its kind would fit. */
export interface PictureLimit {
  width: number;
  height: number;
  limitPixels: number;
}

/** @throws Error for a status that ends nothing. */
export function failureOf(status: EngineStatus, limit: PictureLimit): ImageFailure {
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
      return tooLarge(limit);
    case "ok":
    case "needs_input":
    case "strip_full":
      throw new Error(`The engine stopped with ${status}`);
  }
}

export function tooLarge({ width, height, limitPixels }: PictureLimit): ImageFailure {
  return { kind: "too_large_for_memory", width, height, limitPixels };
}

/** Of pictures that are held whole, at four bytes a pixel, beside what the engine takes for any picture. */
export function planePixels(capBytes: number, fixedBytes: number): number {
  return Math.max(0, Math.floor((capBytes - fixedBytes) / 4));
}
