import { describe, expect, test } from "vitest";
import { openBmp, readBmpHeader } from "../../../src/codecs/foreign/bmp.ts";
import { type BitmapSample, writeBitmap } from "./bitmaps.ts";
import { expectToReadAgain, readAll, readDamaged } from "./damage.ts";

const open = (bytes: Uint8Array) => openBmp(bytes, { budgetBytes: 1_000_000 });
const width = 13;
const height = 7;

/** Every index another colour. */
function paletteOf(colours: number): number[][] {
  return Array.from({ length: colours }, (_, i) => [(i * 37) & 255, (i * 91) & 255, (i * 151) & 255]);
}

function indexed(depth: number, more: Partial<BitmapSample> = {}): BitmapSample {
  const levels = 2 ** depth;
  return { width, height, depth, palette: paletteOf(levels), at: (x, y) => (x * 5 + y * 3) % levels, ...more };
}

function rgbaOf(colourAt: (x: number, y: number) => readonly number[], w = width, h = height): Uint8Array {
  return Uint8Array.from({ length: 4 * w * h }, (_, at) => {
    const pixel = at >> 2;
    return colourAt(pixel % w, Math.floor(pixel / w))[at & 3] ?? 255;
  });
}

function indexedPixels(sample: BitmapSample): Uint8Array {
  return rgbaOf((x, y) => sample.palette?.[sample.at(x, y)] ?? [0, 0, 0], sample.width, sample.height);
}

describe("openBmp", () => {
  test.each([
    [1, {}],
    [4, {}],
    [8, {}],
    [8, { isTopDown: true }],
    [8, { headerBytes: 12 }],
    [4, { headerBytes: 108 }],
    [1, { headerBytes: 124 }],
  ])("reads indices of %i bits, %o", (depth, more) => {
    const sample = indexed(depth, more);

    expect(readAll(open, writeBitmap(sample))).toEqual(indexedPixels(sample));
  });

  const colour = (x: number, y: number) => [x * 19, y * 36, (x * y * 3) & 255] as const;
  const packed = (x: number, y: number) => {
    const [red, green, blue] = colour(x, y);
    return (red << 16) | (green << 8) | blue;
  };

  test.each([
    [24, {}],
    [32, {}],
    [24, { isTopDown: true }],
    [24, { headerBytes: 12 }],
  ])("reads colours of %i bits, %o", (depth, more) => {
    const file = writeBitmap({ width, height, depth, at: packed, ...more });

    expect(readAll(open, file)).toEqual(rgbaOf(colour));
    expect(readBmpHeader(file)).toEqual({
      kind: "image",
      width,
      height,
      hasAlpha: false,
      isGrey: false,
      animated: false,
    });
  });

  test.each([
    ["five bits each where nothing is said", 0, [], 5, 5],
    ["five, six and five bits", 3, [0xf800, 0x7e0, 0x1f], 5, 6],
    ["four bits each", 3, [0xf00, 0xf0, 0xf], 4, 4],
  ])("reads 16 bits: %s", (_, compression, masks, bits, greenBits) => {
    const at = (x: number, y: number) =>
      (((x * 2) << (bits + greenBits)) % 2 ** (2 * bits + greenBits)) | (((y * 3) % 2 ** greenBits) << bits) | (x & 7);
    const most = 2 ** bits - 1;

    const pixels = readAll(open, writeBitmap({ width, height, depth: 16, compression, masks, at }));

    expect(pixels).toEqual(
      rgbaOf((x, y) => [
        Math.round((((x * 2) % (most + 1)) * 255) / most),
        Math.round((((y * 3) % 2 ** greenBits) * 255) / (2 ** greenBits - 1)),
        Math.round(((x & 7) * 255) / most),
      ]),
    );
  });

  test.each([56, 108, 124])("reads the alpha of a header of %i bytes", (headerBytes) => {
    const masks = [0xff_0000, 0xff00, 0xff, 0xff00_0000];
    const at = (x: number, y: number) => (packed(x, y) | ((x * 20) << 24)) >>> 0;
    const file = writeBitmap({ width, height, depth: 32, compression: 3, masks, headerBytes, at });

    expect(readBmpHeader(file)).toMatchObject({ hasAlpha: true });
    expect(readAll(open, file)).toEqual(rgbaOf((x, y) => [...colour(x, y), x * 20]));
  });

  test("takes alpha that is 0 everywhere for none", () => {
    const masks = [0xff_0000, 0xff00, 0xff, 0xff00_0000];
    const file = writeBitmap({ width, height, depth: 32, compression: 3, masks, headerBytes: 108, at: packed });

    expect(readBmpHeader(file)).toMatchObject({ hasAlpha: false });
    expect(readAll(open, file)).toEqual(rgbaOf(colour));
  });

  test("says that a palette of greys is grey", () => {
    const palette = Array.from({ length: 256 }, (_, i) => [i, i, i]);

    expect(readBmpHeader(writeBitmap(indexed(8, { palette })))).toMatchObject({ isGrey: true });
  });

  test("reads runs, stretches and jumps of eight bits", () => {
    // From the bottom: 3 times 5; 1 2 3 as they are (padded), end of line; one to the right and one up; 2 times 9; end.
    const data = [3, 5, 0, 3, 1, 2, 3, 0, 0, 0, 0, 2, 1, 1, 2, 9, 0, 1];
    const sample = indexed(8, { width: 6, height: 4, compression: 1, data });
    const rows = [
      [0, 0, 0, 0, 0, 0],
      [0, 9, 9, 0, 0, 0],
      [0, 0, 0, 0, 0, 0],
      [5, 5, 5, 1, 2, 3],
    ];

    expect(readAll(open, writeBitmap(sample))).toEqual(indexedPixels({ ...sample, at: (x, y) => rows[y]?.[x] ?? 0 }));
  });

  test("reads runs and stretches of four bits", () => {
    // 5 times 1 2 in turn, then 3 4 5 as they are; end of line, 6 times 7, no end, as the picture is full.
    const data = [5, 0x12, 0, 3, 0x34, 0x50, 0, 0, 6, 0x77, 0, 0];
    const sample = indexed(4, { width: 8, height: 2, compression: 2, data });
    const rows = [
      [7, 7, 7, 7, 7, 7, 0, 0],
      [1, 2, 1, 2, 1, 3, 4, 5],
    ];

    expect(readAll(open, writeBitmap(sample))).toEqual(indexedPixels({ ...sample, at: (x, y) => rows[y]?.[x] ?? 0 }));
  });

  test("holds the indices of runs within the budget and not one past it", () => {
    const file = writeBitmap(indexed(8, { width: 6, height: 4, compression: 1, data: [0, 1] }));

    expect(openBmp(file, { budgetBytes: 24 })).toMatchObject({ width: 6 });
    expect(openBmp(file, { budgetBytes: 23 })).toMatchObject({ kind: "too_large_for_memory", limitPixels: 23 });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("refuses a file cut at %i tenths", (tenths) => {
    for (const sample of [
      indexed(8),
      { width, height, depth: 24, at: packed },
      indexed(8, {
        compression: 1,
        data: Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 1 : i % 29 === 0 ? 0 : i)),
      }),
    ]) {
      const file = writeBitmap(sample);
      expect(readAll(open, file.subarray(0, (file.length * tenths) / 10))).toBe("truncated");
    }
  });

  test("refuses a file that lacks its last byte", () => {
    expect(readAll(open, writeBitmap(indexed(8)).subarray(0, -1))).toBe("truncated");
  });

  test.each([
    [65_535, 65_535, "truncated"],
    [65_536, 7, "unsupported_variant"],
    [0, 7, "corrupt"],
    [13, 0, "corrupt"],
    [-13, 7, "corrupt"],
    [13, -2_147_483_648, "unsupported_variant"],
  ])("answers a header that claims %i x %i", (w, h, kind) => {
    const file = writeBitmap({ width, height, depth: 24, at: packed });
    new DataView(file.buffer).setInt32(18, w, true);
    new DataView(file.buffer).setInt32(22, h, true);

    expect(open(file)).toMatchObject({ kind });
  });

  test("names what it does not read", () => {
    expect(open(writeBitmap({ ...indexed(8), compression: 4 }))).toMatchObject({ kind: "unsupported_variant" });
    expect(open(writeBitmap({ ...indexed(8), compression: 2 }))).toMatchObject({ kind: "unsupported_variant" });
    expect(open(writeBitmap({ ...indexed(2), depth: 2 }))).toMatchObject({ kind: "corrupt" });
  });

  test("reads again, and bears damage of every kind", () => {
    const picture = open(writeBitmap(indexed(4)));
    if ("kind" in picture) throw new Error(picture.kind);
    expectToReadAgain(picture);

    expect(readDamaged(open, writeBitmap(indexed(4)), 2000)).toBeGreaterThan(0);
    expect(
      readDamaged(
        open,
        writeBitmap(indexed(8, { compression: 1, data: [9, 5, 0, 3, 1, 2, 3, 0, 0, 2, 9, 0, 1] })),
        2000,
      ),
    ).toBeGreaterThan(0);
    expect(
      readDamaged(
        open,
        writeBitmap({ width, height, depth: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f], at: packed }),
        2000,
      ),
    ).toBeGreaterThan(0);
  });
});
