import { type BitmapSample, writeBitmap, writeIcon } from "../foreign/bitmaps.ts";
import { image } from "../../fixtures/images/images.ts";
import { decode } from "../../support/decode.ts";
import { block, packed, palette, type Paint, photo, pixels, veil } from "./pictures.ts";
import type { Kind, Row } from "./row.ts";

const size = { width: 64, height: 48 };

export const ico: Row = {
  format: "ico",
  path: null,
  photo: () => ({ bytes: icon({ ...size, depth: 24, at: packed(photo) }), shown: pixels(64, 48, photo) }),
  tolerance: 4,
  alpha: () => ({ bytes: icon({ width: 48, height: 32, depth: 32, at: packed(veil) }), shown: pixels(48, 32, veil) }),
  alphaTolerance: 24,
  grey: () => icon({ ...size, depth: 24, at: (x, y) => 0x01_01_01 * (photo(x, y)[0] ?? 0) }),
  profile: null,
  rotated: null,
  // What is in it takes more than the PNG of it.
  small: null,
  dot: () => icon({ width: 1, height: 1, depth: 24, at: () => 0xc8_64_32 }),
  tall: () => icon({ width: 1, height: 2000, depth: 24, at: (_, y) => 0x01_02_03 * block(0, y, 80) }),
  kinds: () => [
    indexed("1 bit", 1),
    indexed("4 bits", 4),
    indexed("8 bits", 8),
    colours("24 bits", 24),
    colours("32 bits", 32),
    pngInside(),
  ],
  spoiled() {
    const png = image("photo.png");
    png[png.length >> 1] = (png[png.length >> 1] ?? 0) ^ 0x10;
    return writeIcon([{ side: 64, depth: 32, data: png }]);
  },
  lie(bytes, width, height) {
    const bitmap = 6 + 16;
    new DataView(bytes.buffer).setInt32(bitmap + 4, width, true);
    new DataView(bytes.buffer).setInt32(bitmap + 8, 2 * height, true);
  },
  // The height, which counts the mask too, has the limit of any.
  largestLie: 32_767,
  bomb: "truncated",
};

/** Colours, and below them a mask of which nothing is transparent. */
function icon(sample: BitmapSample): Uint8Array {
  const colours = writeBitmap({ ...sample, isIcon: true });
  const mask = new Uint8Array(4 * Math.ceil(sample.width / 32) * sample.height);
  return writeIcon([{ side: sample.width, depth: sample.depth, data: Uint8Array.from([...colours, ...mask]) }]);
}

function indexed(name: string, depth: number): Kind {
  const colour = palette(2 ** depth);
  const at = (x: number, y: number) => block(x, y, 2 ** depth);
  return {
    name,
    bytes: icon({ ...size, depth, palette: colour, at }),
    shown: pixels(64, 48, (x, y) => [...(colour[at(x, y)] ?? []), 255]),
    tolerance: 0,
  };
}

function colours(name: string, depth: 24 | 32): Kind {
  const paint: Paint = (x, y) => [block(x, y, 256), block(x + 8, y, 256), block(x + 16, y, 256), 255];
  return { name, bytes: icon({ ...size, depth, at: packed(paint) }), shown: pixels(64, 48, paint), tolerance: 0 };
}

function pngInside(): Kind {
  const png = image("photo.png");
  const bytes = writeIcon([{ side: 64, depth: 32, data: png }]);
  return { name: "a PNG", bytes, shown: decode(png), tolerance: 4 };
}
