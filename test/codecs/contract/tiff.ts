import { type TiffSample, writeTiff } from "../foreign/tiffs.ts";
import { block, palette, photo, pixels, veil } from "./pictures.ts";
import type { Kind, Row } from "./row.ts";

const size = { width: 64, height: 48 };
const latin = new TextEncoder();
const rgb = { ...size, photometric: 2, samples: 3, depth: 8 } satisfies Omit<TiffSample, "at">;
const atPhoto: TiffSample["at"] = (x, y, sample) => photo(x, y)[sample] ?? 0;

export const tiff: Row = {
  format: "tiff",
  path: null,
  photo: () => ({ bytes: writeTiff({ ...rgb, at: atPhoto }), shown: pixels(64, 48, photo) }),
  tolerance: 4,
  alpha: () => ({
    bytes: writeTiff({
      width: 48,
      height: 32,
      photometric: 2,
      samples: 4,
      depth: 8,
      extraSamples: 2,
      at: (x, y, sample) => veil(x, y)[sample] ?? 0,
    }),
    shown: pixels(48, 32, veil),
  }),
  alphaTolerance: 24,
  grey: () => writeTiff({ ...size, photometric: 1, depth: 8, at: atPhoto }),
  profile: () => writeTiff({ ...rgb, at: atPhoto, tags: { 34_675: { type: 7, data: rgbProfile() } } }),
  rotated: () =>
    writeTiff({
      ...rgb,
      at: atPhoto,
      tags: {
        272: { type: 2, data: latin.encode("Camera 1\0") },
        274: { type: 3, data: Uint8Array.of(0, 6) },
        315: { type: 2, data: latin.encode("Somebody\0") },
        33_432: { type: 2, data: latin.encode("(c) 2026 Example\0") },
        34_853: 8,
      },
    }),
  // Its directory alone is as long as the PNG of a dot.
  small: null,
  dot: () => writeTiff({ ...rgb, width: 1, height: 1, at: atPhoto }),
  tall: () => writeTiff({ ...rgb, width: 1, height: 2000, at: (_, y, sample) => block(8 * sample, y, 256) }),
  kinds: () => [
    ...([1, 2, 4, 8, 16] as const).map((depth) => grey(depth, 1)),
    ...([1, 8] as const).map((depth) => grey(depth, 0)),
    ...([1, 4, 8] as const).map(indexed),
    ...([8, 16] as const).map(colours),
    grey(8, 1, true),
  ],
  spoiled() {
    const bytes = writeTiff({ ...rgb, isDeflated: true, at: atPhoto });
    bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 16);
    return bytes;
  },
  lie(bytes, width, height) {
    // Width and height are the first entries.
    new DataView(bytes.buffer).setUint32(10 + 8, width);
    new DataView(bytes.buffer).setUint32(22 + 8, height);
  },
  largestLie: 65_535,
  bomb: "too_many_pixels",
};

/** No more of a profile than its header: what it is for, and its signature. */
function rgbProfile(): Uint8Array {
  const profile = new Uint8Array(200);
  new DataView(profile.buffer).setUint32(0, profile.length);
  profile.set(latin.encode("RGB XYZ "), 16);
  profile.set(latin.encode("acsp"), 36);
  return profile;
}

function grey(depth: TiffSample["depth"], photometric: 0 | 1, isDeflated = false): Kind {
  const values = 2 ** depth;
  return {
    name: `grey of ${depth} bits${photometric === 0 ? ", white is 0" : ""}${isDeflated ? ", deflated" : ""}`,
    bytes: writeTiff({ ...size, photometric, depth, isDeflated, at: (x, y) => wide(block(x, y, values), depth) }),
    shown: pixels(64, 48, (x, y) => {
      const value = Math.round((block(x, y, Math.min(256, values)) * 255) / (Math.min(256, values) - 1));
      const shade = photometric === 0 ? 255 - value : value;
      return [shade, shade, shade, 255];
    }),
    tolerance: 0,
  };
}

function colours(depth: 8 | 16): Kind {
  return {
    name: `RGB of ${depth} bits`,
    bytes: writeTiff({ ...rgb, depth, at: (x, y, sample) => wide(block(x + 8 * sample, y, 256), depth) }),
    shown: pixels(64, 48, (x, y) => [...[0, 1, 2].map((sample) => block(x + 8 * sample, y, 256)), 255]),
    tolerance: 0,
  };
}

function indexed(depth: 1 | 4 | 8): Kind {
  const colour = palette(2 ** depth);
  return {
    name: `a palette of ${depth} bits`,
    bytes: writeTiff({
      ...size,
      photometric: 3,
      depth,
      palette: [0, 1, 2].flatMap((channel) => colour.map((one) => 257 * (one[channel] ?? 0))),
      at: (x, y) => block(x, y, 2 ** depth),
    }),
    shown: pixels(64, 48, (x, y) => [...(colour[block(x, y, 2 ** depth)] ?? []), 255]),
    tolerance: 0,
  };
}

/** The same shade in 16 bits: 255 is 65,535. */
function wide(value: number, depth: number): number {
  return depth === 16 ? 257 * (value & 255) : value;
}
