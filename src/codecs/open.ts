// Any source as rows of pixels, whatever its format.

import type { ImageFailure } from "../errors.ts";
import { openAvif } from "./avif.ts";
import { openForeign } from "./foreign/open.ts";
import { openJpeg } from "./jpeg.ts";
import type { Reduction } from "./jpeg-engine/layout.ts";
import { wasmRoom } from "./memory.ts";
import type { Picture } from "./picture.ts";
import { openPng } from "./png.ts";
import { isForeign, type Probe } from "./probe.ts";
import type { Size } from "./scale-engine/engine.ts";
import { openWebp } from "./webp.ts";

export interface OpenOptions {
  /** What is asked for. */
  size: Size;
  /** For all that is held beside the source. */
  budgetBytes: number;
}

/** In its own size, or in one between that and `size` where its codec shrinks for less than it takes to read all. */
export function openPicture(
  source: Uint8Array,
  image: Probe,
  { size, budgetBytes }: OpenOptions,
): Picture | ImageFailure {
  const roomBytes = wasmRoom(budgetBytes);
  if (isForeign(image)) {
    const opened = openForeign(source, image.format, { budgetBytes });
    return "kind" in opened && opened.kind === "png" ? openPng(opened.bytes, { roomBytes }) : opened;
  }
  switch (image.format) {
    case "avif":
      return openAvif(source, { budgetBytes });
    case "jpeg":
      return openJpeg(source, { reduction: reductionTowards(image, size), roomBytes });
    case "png":
      return openPng(source, { roomBytes });
    case "webp":
      return openWebp(source, image, { budgetBytes });
  }
}

/** The rest, at least a half, is scaled in linear light, which the engine's own shrinking is not. */
function reductionTowards(image: Size, size: Size): Reduction {
  const reductions = [8, 4, 2] as const;
  const half = { width: 2 * size.width, height: 2 * size.height };
  return reductions.find((by) => image.width >= by * half.width && image.height >= by * half.height) ?? 1;
}
