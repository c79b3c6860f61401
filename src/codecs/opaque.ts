// Whether a picture is opaque, which no header tells: many have an alpha channel and nothing in it.

import type { ImageFailure } from "../errors.ts";
import type { Picture } from "./picture.ts";

/** Of RGBA, up to the first pixel that is not. */
export function isOpaqueRgba(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return false;
  return true;
}

/** Reads a picture that may have others up to the rows with the first of them. */
export function isOpaque(picture: Picture): boolean | ImageFailure {
  if (!picture.hasAlpha) return true;
  let opaque = true;
  const failure = picture.read((rows) => (opaque = isOpaqueRgba(rows)));
  return failure ?? opaque;
}
