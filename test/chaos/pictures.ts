// The pictures that sources hand out: each kind one, and another that some of them hand out later.
import { createRandom } from "../support/random.ts";
import sharp from "sharp";
import type { Sharp } from "sharp";

const [width, height] = [120, 90];

/** A photograph of nothing, another for each `look`. */
function photo(look: number): Sharp {
  const random = createRandom(look);
  const pixels = Buffer.from(
    Array.from(
      { length: width * height * 3 },
      (_, at) => 128 + 60 * Math.sin(at / (90 + look)) + random.integer(0, 15),
    ),
  );
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** Half transparent, on nothing. */
function logo(colour: string): Sharp {
  const disc = `<svg width="${width}" height="${height}"><circle cx="60" cy="45" r="40" fill="${colour}"/></svg>`;
  return sharp({ create: { width, height, channels: 4, background: "#00000000" } }).composite([
    { input: Buffer.from(disc) },
  ]);
}

/** What a source hands out, at first and once it has changed. */
export type Pictures = readonly [first: Buffer, later: Buffer];

export const jpegs: Pictures = [
  await photo(7).jpeg({ quality: 92 }).toBuffer(),
  await photo(13).jpeg({ quality: 92 }).toBuffer(),
];
export const pngs: Pictures = [
  await logo("#c0392b80").png({ compressionLevel: 0 }).toBuffer(),
  await logo("#2980b980").png({ compressionLevel: 0 }).toBuffer(),
];
export const webps: Pictures = [
  await photo(7).webp({ quality: 95 }).toBuffer(),
  await photo(13).webp({ quality: 95 }).toBuffer(),
];
export const gif = await photo(7).gif({ colours: 32 }).toBuffer();
/** Nothing can be gained from it in its own format. */
export const small = await photo(7).jpeg({ quality: 10 }).toBuffer();
export const page = Buffer.from("<!doctype html><title>Shop</title><p>Not the picture you came for.</p>");
