import type { ImageFailure } from "../errors.ts";
import type { Picture } from "./picture.ts";

/** Whether every pixel is opaque. Reads a picture that may have others up to the first of them. */
export function isOpaque(picture: Picture): boolean | ImageFailure {
  if (!picture.hasAlpha) return true;
  let opaque = true;
  const failure = picture.read((rows) => {
    for (let at = 3; at < rows.length && opaque; at += 4) opaque = rows[at] === 255;
    return opaque;
  });
  return failure ?? opaque;
}
