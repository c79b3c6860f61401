// An image to a smaller file of its own format by the codec that knows it best.

import type { ImageFailure } from "../errors.ts";
import type { Converted } from "./convert.ts";
import { recompressJpeg } from "./jpeg.ts";
import type { Reduction } from "./jpeg-engine/layout.ts";
import { jpegRoom, wasmRoom } from "./memory.ts";
import { recompressPng } from "./png.ts";
import { isForeign, type ForeignProbe, type Probe } from "./probe.ts";
import type { Size } from "./scale-engine/engine.ts";
import { recompressWebp } from "./webp.ts";

export interface RecompressOptions {
  /** 1 to 100. */
  quality: number;
  size: Size;
  budgetBytes: number;
}

/** Null where the picture has to be opened: for a size that its codec does not make by itself. */
export function recompress(
  source: Uint8Array,
  image: Probe,
  options: RecompressOptions,
): Converted | ImageFailure | null {
  if (isForeign(image)) return null;
  const { size } = options;
  const bytes = recompressBytes(source, image, options);
  if (!(bytes instanceof Uint8Array)) return bytes;
  return { kind: "compressed", bytes, format: image.format, width: size.width, height: size.height };
}

function recompressBytes(
  source: Uint8Array,
  image: Exclude<Probe, ForeignProbe>,
  { quality, size, budgetBytes }: RecompressOptions,
): Uint8Array | ImageFailure | null {
  if (image.format === "jpeg") {
    const reduction = reductionTo(image, size);
    if (reduction === null) return null;
    return recompressJpeg(source, { quality, reduction, roomBytes: jpegRoom(source.length, budgetBytes) });
  }
  if (size.width !== image.width || size.height !== image.height) return null;
  switch (image.format) {
    case "png":
      return recompressPng(source, { quality, roomBytes: wasmRoom(budgetBytes) });
    case "avif":
      return null;
    case "webp":
      return recompressWebp(source, image, { quality, budgetBytes });
  }
}

/** What the JPEG engine divides by in its coefficients, rounding up; null where none of it makes this size. */
function reductionTo(image: Size, size: Size): Reduction | null {
  const reductions = [1, 2, 4, 8] as const;
  return (
    reductions.find(
      (by) => size.width === Math.ceil(image.width / by) && size.height === Math.ceil(image.height / by),
    ) ?? null
  );
}
