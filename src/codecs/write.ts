// Any picture as a file of any format that is written here.

import type { ImageFailure } from "../errors.ts";
import { writeAvif } from "./avif.ts";
import { makeRoomBeside, type Idle } from "./idle.ts";
import { writeJpeg } from "./jpeg.ts";
import { neededJpegBytes, pngEngineBytes } from "./memory.ts";
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
  roomBytes: number;
  /** A longer file is none: `already_small`. */
  mostBytes: number;
  /** Writers of other formats, which are let go when this one needs their memory. */
  waiting: Idle;
}

export function writePicture(
  format: WrittenFormat,
  picture: Picture,
  options: WriteOptions,
): Uint8Array | ImageFailure {
  const { roomBytes, waiting } = options;
  const beside = (neededBytes: number) => ({
    ...options,
    roomBytes: roomBytes - makeRoomBeside(waiting, neededBytes, roomBytes),
  });
  switch (format) {
    case "jpeg":
      return writeJpeg(picture, beside(neededJpegBytes(0, picture.width * picture.height)));
    case "png":
      return writePng(picture, beside(pngEngineBytes));
    case "webp":
      return writeWebp(picture, options);
    case "avif":
      return writeAvif(picture, { ...options, budgetBytes: roomBytes });
  }
}
