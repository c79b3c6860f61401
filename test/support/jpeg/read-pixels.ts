import type { ImageFailure } from "../../../src/errors.ts";
import type { Picture } from "../../../src/codecs/picture.ts";

/** All rows of a picture at once, RGBA. */
export function readPixels(picture: Picture | ImageFailure): Uint8Array {
  if ("kind" in picture) throw new Error(JSON.stringify(picture));
  const pixels = new Uint8Array(picture.width * picture.height * 4);
  let end = 0;
  const failure = picture.read((rows) => {
    pixels.set(rows, end);
    end += rows.length;
    return true;
  });
  if (failure) throw new Error(JSON.stringify(failure));
  if (end !== pixels.length) throw new Error(`${end} of ${pixels.length} bytes`);
  return pixels;
}

/** Without the fourth of every four, which must be 255. */
export function withoutAlpha(pixels: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((pixels.length / 4) * 3);
  for (let i = 0, to = 0; i < pixels.length; i += 4, to += 3) {
    if (pixels[i + 3] !== 255) throw new Error(`a pixel with alpha ${pixels[i + 3]}`);
    rgb.set(pixels.subarray(i, i + 3), to);
  }
  return rgb;
}
