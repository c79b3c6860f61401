import { type BitmapSample, writeBitmap } from "../foreign/bitmaps.ts";
import { block, packed, palette, photo, pixels, veil } from "./pictures.ts";
import type { Kind, Row } from "./row.ts";

const size = { width: 64, height: 48 };
const alphaMasks = { headerBytes: 56, compression: 3, masks: [0xff_0000, 0xff00, 0xff, 0xff00_0000] };

export const bmp: Row = {
  format: "bmp",
  path: null,
  photo: () => ({ bytes: writeBitmap({ ...size, depth: 24, at: packed(photo) }), shown: pixels(64, 48, photo) }),
  tolerance: 4,
  alpha: () => ({
    bytes: writeBitmap({ width: 48, height: 32, depth: 32, ...alphaMasks, at: packed(veil) }),
    shown: pixels(48, 32, veil),
  }),
  alphaTolerance: 24,
  grey: () => writeBitmap({ ...size, depth: 24, at: (x, y) => 0x01_01_01 * (photo(x, y)[0] ?? 0) }),
  profile: null,
  rotated: null,
  small: dot,
  dot,
  tall: () => writeBitmap({ width: 1, height: 2000, depth: 24, at: (_, y) => 0x01_02_03 * block(0, y, 80) }),
  kinds: () => [
    indexed("1 bit", { depth: 1 }),
    indexed("4 bits", { depth: 4 }),
    indexed("8 bits", { depth: 8 }),
    indexed("8 bits of OS/2", { depth: 8, headerBytes: 12 }),
    indexed("8 bits from the top", { depth: 8, isTopDown: true }),
    plain("16 bits", { depth: 16 }, 5),
    plain("24 bits", { depth: 24 }, 8),
    plain("32 bits", { depth: 32 }, 8),
    plain("32 bits with masks", { depth: 32, ...alphaMasks }, 8),
  ],
  spoiled: null,
  lie(bytes, width, height) {
    new DataView(bytes.buffer).setInt32(18, width, true);
    new DataView(bytes.buffer).setInt32(22, height, true);
  },
  largestLie: 65_535,
  bomb: "truncated",
};

function dot(): Uint8Array {
  return writeBitmap({ width: 1, height: 1, depth: 24, at: () => 0xc8_64_32 });
}

function indexed(name: string, sample: Pick<BitmapSample, "depth" | "headerBytes" | "isTopDown">): Kind {
  const colours = palette(2 ** sample.depth);
  const at = (x: number, y: number) => block(x, y, 2 ** sample.depth);
  return {
    name,
    bytes: writeBitmap({ ...size, ...sample, palette: colours, at }),
    shown: pixels(64, 48, (x, y) => [...(colours[at(x, y)] ?? []), 255]),
    tolerance: 0,
  };
}

function plain(name: string, sample: Omit<BitmapSample, "width" | "height" | "at">, bits: number): Kind {
  const channel = (x: number, y: number, index: number) => block(x + 8 * index, y, 2 ** bits);
  const at = (x: number, y: number) =>
    [0, 1, 2].reduce(
      (sum, index) => sum + channel(x, y, index) * 2 ** (bits * (2 - index)),
      bits === 8 ? 0xff00_0000 : 0,
    );
  return {
    name,
    bytes: writeBitmap({ ...size, ...sample, at }),
    shown: pixels(64, 48, (x, y) => [
      ...[0, 1, 2].map((index) => Math.round((channel(x, y, index) * 255) / (2 ** bits - 1))),
      255,
    ]),
    tolerance: 0,
  };
}
