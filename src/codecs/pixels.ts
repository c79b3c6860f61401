// A picture that is held whole, between a codec that knows no rows and those that do.

import type { ImageFailure } from "../errors.ts";
import { freeBuffers } from "./free-buffers.ts";
import { isOpaqueRgba } from "./opaque.ts";
import type { Picture } from "./picture.ts";

/** A decoded picture: eight bits a channel, RGBA, row by row, not premultiplied. Ours, as Workers have no `ImageData`. */
export interface Pixels {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
}

/** Looks at every pixel, to know whether one is transparent, where `known` does not say it. */
export function pictureOf({ data, width, height }: Pixels, known?: { hasAlpha: boolean; isGrey: boolean }): Picture {
  const rows = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return {
    width,
    height,
    ...(known ?? { hasAlpha: !isOpaqueRgba(rows), isGrey: false }),
    read(take) {
      take(rows);
      return null;
    },
    release: () => freeBuffers(data),
  };
}

/** All rows in one piece. */
export function collectPixels(picture: Picture): Pixels | ImageFailure {
  const { width, height } = picture;
  const all = new Uint8Array(width * height * 4);
  let at = 0;
  const failure = picture.read((rows) => {
    all.set(rows, at);
    at += rows.length;
    return true;
  });
  return failure ?? { data: all, width, height };
}
