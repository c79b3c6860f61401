// Pixels as a `Picture`, handed out a few rows at a time.
import type { Picture } from "../../src/codecs/picture.ts";

export interface DrawnPicture extends Picture {
  /** RGBA, row by row. */
  data: Uint8Array;
}

export type Pixel = readonly [red: number, green: number, blue: number, alpha?: number];

export interface DrawOptions {
  isGrey?: boolean;
  hasAlpha?: boolean;
  rowsAtOnce?: number;
}

/** Values are rounded and held to bytes. */
export function drawPicture(
  width: number,
  height: number,
  pixelAt: (x: number, y: number) => Pixel,
  options: DrawOptions = {},
): DrawnPicture {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      const [red, green, blue, alpha = 255] = pixelAt(x, y);
      data.set([red, green, blue, alpha], at);
    }
  }
  return pictureOf(width, height, new Uint8Array(data.buffer), options);
}

export function pictureOf(
  width: number,
  height: number,
  data: Uint8Array,
  { isGrey = false, hasAlpha = false, rowsAtOnce = 3 }: DrawOptions = {},
): DrawnPicture {
  const stripBytes = 4 * width * rowsAtOnce;
  return {
    width,
    height,
    hasAlpha,
    isGrey,
    data,
    read(take) {
      for (let at = 0; at < data.length; at += stripBytes) {
        // A copy of their own, so that whoever keeps them too long finds other rows there.
        const rows = data.slice(at, at + stripBytes);
        const goesOn = take(rows);
        rows.fill(0x5a);
        if (!goesOn) break;
      }
      return null;
    },
  };
}
