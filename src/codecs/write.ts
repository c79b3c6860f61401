// Any picture as a file of any format that is written here.

import type { ImageFailure } from "../errors.ts";
import { writeAvif } from "./avif.ts";
import { writeJpeg } from "./jpeg.ts";
import type { Metadata, Picture } from "./picture.ts";
import { writePng } from "./png.ts";
import type { WrittenFormat } from "./probe.ts";
import { writeWebp } from "./webp.ts";

export interface WriteOptions {
  /** 1 to 100. */
  quality: number;
  metadata: Metadata;
  /** Whether the source lost nothing when it was written: flat art may do better without loss again. */
  isFromLossless: boolean;
  /** Red, green and blue. */
  background: readonly [number, number, number];
  /** For all that is held. */
  roomBytes: number;
  /** How much of it may be WebAssembly memory. */
  wasmBytes: number;
  /** A longer file is none: `already_small`. */
  mostBytes: number;
}

export function writePicture(
  format: WrittenFormat,
  picture: Picture,
  options: WriteOptions,
): Uint8Array | ImageFailure {
  switch (format) {
    case "jpeg":
      return writeJpeg(picture, options);
    case "png":
      return writePng(picture, options);
    case "webp":
      return writeWebp(picture, options);
    case "avif":
      return writeAvif(picture, options);
  }
}
