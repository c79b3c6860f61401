import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { openTiff, readTiffHeader, readTiffMetadata } from "../../../src/codecs/foreign/tiff.ts";
import type { Picture } from "../../../src/codecs/picture.ts";
import { painted } from "../scale-engine/pictures.ts";
import { expectToReadAgain, readAll, readDamaged } from "./damage.ts";

const budgetBytes = 10_000_000;
const open = (bytes: Uint8Array) => openTiff(bytes, { budgetBytes });
const waves = painted({ width: 150, height: 90 }, (x, y) => [
  Math.round(128 + 100 * Math.sin(x / 6 + y / 40)),
  Math.round(128 + 100 * Math.sin(y / 5 - x / 50)),
  (x * y) & 255,
  255,
]);
const veil = painted({ width: 70, height: 40 }, (x, y) => [3 * x, 6 * y, 20, (x * y) & 255], { hasAlpha: true });

function image({ data, width, height }: typeof waves) {
  return sharp(data, { raw: { width, height, channels: 4 } });
}

async function tiffOf(source: typeof waves, options: object): Promise<Uint8Array> {
  const file = await (source.hasAlpha ? image(source) : image(source).removeAlpha()).tiff(options).toBuffer();
  return new Uint8Array(file);
}

/** The judge: libtiff, by way of libvips. */
async function judged(file: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(file).toColourspace("srgb").ensureAlpha().raw().toBuffer());
}

function opened(file: Uint8Array): Picture {
  const picture = open(file);
  if ("kind" in picture) throw new Error(JSON.stringify(picture));
  return picture;
}

const tile = { tile: true, tileWidth: 64, tileHeight: 32 };
const kinds = [
  { compression: "none" },
  { compression: "none", ...tile },
  { compression: "none", predictor: "horizontal" },
  { compression: "lzw", predictor: "none" },
  { compression: "lzw", predictor: "horizontal" },
  { compression: "lzw", predictor: "horizontal", ...tile },
  { compression: "deflate", predictor: "none" },
  { compression: "deflate", predictor: "horizontal", ...tile },
  { compression: "packbits" },
  { compression: "packbits", ...tile },
];

describe("openTiff", () => {
  test.each(kinds)("reads what libtiff reads: %o", async (options) => {
    for (const source of [waves, veil]) {
      const file = await tiffOf(source, options);

      expect(readTiffHeader(file)).toEqual({
        kind: "image",
        width: source.width,
        height: source.height,
        hasAlpha: source.hasAlpha,
        isGrey: false,
        animated: false,
      });
      expect(readAll(open, file)).toEqual(await judged(file));
      expectToReadAgain(opened(file));
    }
  });

  test.each([
    { bitdepth: 1, compression: "none" },
    { bitdepth: 1, compression: "lzw" },
    { bitdepth: 2, compression: "deflate" },
    { bitdepth: 4, compression: "packbits" },
    { bitdepth: 1, compression: "deflate", miniswhite: true },
    { compression: "lzw", predictor: "horizontal" },
    { compression: "none", miniswhite: true },
  ] as const)("reads grey of few bits: %o", async (options) => {
    const grey = image(waves).removeAlpha().toColourspace("b-w");
    const file = new Uint8Array(await grey.tiff({ predictor: "none", ...options }).toBuffer());

    expect(readTiffHeader(file)).toMatchObject({ isGrey: true });
    expect(readAll(open, file)).toEqual(await judged(file));
  });

  test.each(["none", "lzw", "deflate"] as const)("reads 16 bits, compressed by %s", async (compression) => {
    const deep = image(waves).removeAlpha().toColourspace("rgb16");
    const file = new Uint8Array(await deep.tiff({ compression, predictor: "horizontal" }).toBuffer());

    const pixels = readAll(open, file);

    expect((await sharp(file).metadata()).depth).toBe("ushort");
    // libvips makes 65,280 of 255, which is nearer to 254.
    const off = Array.from(waves.data, (value, at) => Math.abs(value - Number(pixels[at])));
    expect(Math.max(...off)).toBeLessThanOrEqual(1);
  });

  test("reads orientation and profile", async () => {
    const file = await image(waves).withMetadata({ orientation: 6 }).withIccProfile("p3").tiff().toBuffer();

    const metadata = readTiffMetadata(file);

    expect(new Uint8Array(metadata.profile ?? [])).toEqual(new Uint8Array((await sharp(file).metadata()).icc ?? []));
    expect(metadata.profile?.length).toBeGreaterThan(100);
    expect(metadata.orientation).toBe(6);
  });

  test("freezes no pages", async () => {
    const { data } = waves;
    const pages = await sharp(data, { raw: { width: 150, height: 90, channels: 4, pageHeight: 45 } })
      .tiff()
      .toBuffer();

    expect(open(pages)).toEqual({ kind: "unsupported_variant", variant: "a TIFF of several pages" });
  });

  test.each([
    [{ compression: "jpeg" }, "a TIFF compressed as JPEG"],
    [{ compression: "ccittfax4", bitdepth: 1 }, "a TIFF compressed as CCITT fax"],
  ] as const)("names what it does not read: %o", async (options, variant) => {
    const file = await image(waves).removeAlpha().toColourspace("b-w").tiff(options).toBuffer();

    expect(open(file)).toEqual({ kind: "unsupported_variant", variant });
  });

  test("names CMYK, floating point and BigTIFF", async () => {
    const cmyk = await image(waves).removeAlpha().toColourspace("cmyk").tiff({ compression: "none" }).toBuffer();
    const float = await image(waves).removeAlpha().toColourspace("scrgb").tiff({ compression: "none" }).toBuffer();
    const big = await image(waves).removeAlpha().tiff({ compression: "none", bigtiff: true }).toBuffer();

    expect(open(cmyk)).toEqual({ kind: "unsupported_variant", variant: "a TIFF with colours in CMYK" });
    expect(open(float)).toMatchObject({ kind: "unsupported_variant" });
    expect(open(big)).toEqual({ kind: "unsupported_variant", variant: "a BigTIFF" });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("refuses a file cut at %i tenths", async (tenths) => {
    for (const options of kinds) {
      const file = await tiffOf(waves, options);
      expect(readAll(open, file.subarray(0, (file.length * tenths) / 10))).toBe("truncated");
    }
  });

  test.each([
    [65_535, 65_535, "corrupt"],
    [65_536, 90, "unsupported_variant"],
    [0, 90, "corrupt"],
    [150, 0, "corrupt"],
  ])("answers tags that claim %i x %i", async (width, height, kind) => {
    const file = await tiffOf(waves, { compression: "lzw" });
    const view = new DataView(file.buffer);
    const directory = view.getUint32(4, true);
    for (let entry = directory + 2; entry < directory + 2 + 12 * view.getUint16(directory, true); entry += 12) {
      const tag = view.getUint16(entry, true);
      if (tag !== 256 && tag !== 257) continue;
      view.setUint16(entry + 2, 4, true);
      view.setUint32(entry + 8, tag === 256 ? width : height, true);
    }

    expect(open(file)).toMatchObject({ kind });
  });

  test("holds a row of tiles within its budget and not one byte past it", async () => {
    const file = await tiffOf(waves, { compression: "lzw", ...tile });
    // A tile as it is unpacked, and the three of a row.
    const bytes = 64 * 32 * 3 + (150 + 64) * 32 * 3;

    expect(openTiff(file, { budgetBytes: bytes })).toMatchObject({ width: 150 });
    expect(openTiff(file, { budgetBytes: bytes - 1 })).toMatchObject({ kind: "too_large_for_memory" });
  });

  test("bears damage of every kind", async () => {
    for (const options of kinds) expect(readDamaged(open, await tiffOf(veil, options), 300)).toBeGreaterThan(0);
  });
});
