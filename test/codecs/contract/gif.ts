import { writeGif } from "../foreign/gifs.ts";
import { block, palette, photo, pixels, veil } from "./pictures.ts";
import type { Kind, Row } from "./row.ts";

const size = { width: 64, height: 48 };
/** Of three, three and two bits. */
const evenly = Array.from({ length: 256 }, (_, index) => [index & 0xe0, (index << 3) & 0xe0, (index << 6) & 0xc0]);

export const gif: Row = {
  format: "gif",
  path: null,
  photo: () => ({
    bytes: writeGif({ ...size, depth: 8, palette: evenly, at: nearest }),
    shown: pixels(64, 48, (x, y) => [...(evenly[nearest(x, y)] ?? []), 255]),
  }),
  // Its colours lie in steps, which a JPEG smooths.
  tolerance: 7,
  alpha() {
    const isThrough = (x: number, y: number) => (veil(x, y)[3] ?? 0) < 128;
    return {
      bytes: writeGif({
        width: 48,
        height: 32,
        depth: 2,
        palette: palette(4),
        transparent: 3,
        at: (x, y) => (isThrough(x, y) ? 3 : block(x, y, 3)),
      }),
      shown: pixels(48, 32, (x, y) => (isThrough(x, y) ? [0, 0, 0, 0] : [...(palette(4)[block(x, y, 3)] ?? []), 255])),
    };
  },
  alphaTolerance: 0,
  grey: () => writeGif({ ...size, depth: 4, palette: greys, at: (x, y) => block(x, y, 16) }),
  profile: null,
  rotated: null,
  small: () => dot(),
  dot,
  tall: () => writeGif({ width: 1, height: 2000, depth: 1, palette: palette(2), at: (_, y) => block(0, y, 2) }),
  kinds: () => [
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((depth) => sampleKind(depth, false)),
    ...[1, 8].map((depth) => sampleKind(depth, true)),
  ],
  spoiled() {
    const bytes = writeGif({ ...size, depth: 8, palette: evenly, at: nearest });
    // In the first piece of the codes: none of so many bits that is known yet.
    bytes.fill(255, 13 + 768 + 12 + 100, 13 + 768 + 12 + 104);
    return bytes;
  },
  lie(bytes, width, height) {
    const view = new DataView(bytes.buffer);
    const frame = 13 + 3 * 2 ** ((view.getUint8(10) & 7) + 1);
    for (const at of [6, frame + 5]) {
      view.setUint16(at, width, true);
      view.setUint16(at + 2, height, true);
    }
  },
  largestLie: 65_535,
  bomb: "too_many_pixels",
};

const greys = Array.from({ length: 16 }, (_, index) => [17 * index, 17 * index, 17 * index]);

function nearest(x: number, y: number): number {
  const [red = 0, green = 0, blue = 0] = photo(x, y);
  return (red & 0xe0) | ((green & 0xe0) >> 3) | (blue >> 6);
}

function dot(): Uint8Array {
  return writeGif({ width: 1, height: 1, depth: 1, palette: palette(2), at: () => 1 });
}

function sampleKind(depth: number, isInterlaced: boolean): Kind {
  const colours = palette(2 ** depth);
  const at = (x: number, y: number) => block(x, y, 2 ** depth);
  return {
    name: `${depth} bits${isInterlaced ? ", interlaced" : ""}`,
    bytes: writeGif({ ...size, depth, palette: colours, at, isInterlaced }),
    shown: pixels(64, 48, (x, y) => [...(colours[at(x, y)] ?? []), 255]),
    tolerance: 0,
  };
}
