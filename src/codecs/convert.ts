// A source opened as rows in the size that was asked for, and files in other formats made of it: turned where it must be,
// written, and none that is not smaller than what there is already.

import type { ImageFailure } from "../errors.ts";
import { coloursOfProfile } from "./icc.ts";
import { readerBytes, wasmRoom } from "./memory.ts";
import { readMetadata } from "./metadata.ts";
import { openPicture } from "./open.ts";
import type { Metadata, Picture } from "./picture.ts";
import { isForeign, type Format, type Probe, type WrittenFormat } from "./probe.ts";
import { scaleEngine } from "./scale.ts";
import { scaleBytes, type Size } from "./scale-engine/engine.ts";
import { turnedBytes, turnUpright } from "./turn.ts";
import { writePicture } from "./write.ts";

export interface OpenSource {
  kind: "open";
  format: Format;
  isLossless: boolean;
  picture: Picture;
  metadata: Metadata;
  /** What a writer may take beside all that reads, and how much of it may be WebAssembly memory. */
  roomBytes: number;
  wasmBytes: number;
}

export interface ConvertOptions {
  /** 1 to 100. */
  quality: number;
  /** Red, green and blue below what is transparent where its new format cannot be. */
  background: readonly [number, number, number];
  /** A longer file is none: `already_small`. */
  mostBytes: number;
}

export interface Converted {
  kind: "compressed";
  bytes: Uint8Array;
  format: WrittenFormat;
  width: number;
  height: number;
}

/** `size` is no larger than the source in either direction; `budgetBytes` are for all that is held beside it. */
export function openSource(
  source: Uint8Array,
  image: Probe,
  { size, budgetBytes }: { size: Size; budgetBytes: number },
): OpenSource | ImageFailure {
  const read = readMetadata(source, image.format);
  if ("colours" in read) return { kind: "unsupported_variant", variant: read.colours };
  const opened = openPicture(source, image, { size, budgetBytes });
  if ("kind" in opened) return opened;
  const { format } = image;
  const isLossless = isForeign(image) || format === "png" || (format === "webp" && image.path === "webp-lossless");
  const isScaled = opened.width !== size.width || opened.height !== size.height;
  const reader = readerBytes(image, source.length);
  const scaler = isScaled ? scaleBytes(opened, size) : 0;
  const roomBytes = budgetBytes - reader.wasmBytes - reader.pixelBytes - scaler;
  const wasmBytes = Math.min(roomBytes, wasmRoom(budgetBytes) - reader.wasmBytes - scaler);
  const picture = scaleEngine.scalePicture(opened, size);
  return { kind: "open", format, isLossless, ...matchProfile(read, picture), roomBytes, wasmBytes };
}

export function convert(source: OpenSource, format: WrittenFormat, options: ConvertOptions): Converted | ImageFailure {
  const { metadata } = source;
  // Three samples a pixel are not what the profile is for.
  if (source.picture.isGrey && metadata.profile !== null && format === "webp") {
    return { kind: "unsupported_variant", variant: "a picture with a profile for grey as WebP" };
  }
  const isTurned = mustBeTurned(source, format);
  const picture = isTurned ? turnUpright(source.picture, metadata.orientation) : source.picture;
  const roomBytes = source.roomBytes - (isTurned ? turnedBytes(picture) : 0);
  const written = writePicture(format, picture, {
    ...options,
    metadata: isTurned ? { ...metadata, orientation: 1 } : metadata,
    isFromLossless: source.isLossless,
    roomBytes,
    wasmBytes: Math.min(source.wasmBytes, roomBytes),
  });
  if (!(written instanceof Uint8Array)) return written;
  return { kind: "compressed", bytes: written, format, width: picture.width, height: picture.height };
}

/**
 * JPEG and AVIF say how a picture is to be turned, and all viewers turn it. Of WebP and PNG not all do, so that a picture
 * that comes to one of them from elsewhere is turned itself: to WebP always, which holds it whole anyway, and to PNG where
 * it fits.
 */
function mustBeTurned({ format: from, picture, metadata, roomBytes }: OpenSource, to: WrittenFormat): boolean {
  if (metadata.orientation === 1 || to === from || to === "jpeg" || to === "avif") return false;
  return to !== "png" || turnedBytes(picture) <= roomBytes / 2;
}

/** A profile counts only for the kind of samples that it is for, and decides of what kind they are. */
function matchProfile(metadata: Metadata, picture: Picture): { metadata: Metadata; picture: Picture } {
  const colours = metadata.profile === null ? null : coloursOfProfile(metadata.profile);
  if (colours === "rgb") return { metadata, picture: { ...picture, isGrey: false } };
  if (colours === "grey" && picture.isGrey) return { metadata, picture };
  return { metadata: { ...metadata, profile: null }, picture };
}
