// What sharp, that is libheif, makes of the files we put together, and we of its. Its pictures serve as cells, as our
// encoder is at home in Workers only.

import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { assembleAvif } from "../../src/codecs/avif-assemble.ts";
import { checkAvifStructure, readAvifHeader, readAvifMetadata } from "../../src/codecs/avif-container.ts";
import { painted, pixelsOf } from "./scale-engine/pictures.ts";

const none = { orientation: 1, copyright: null, profile: null };
const one = { width: 64, height: 48, columns: 1, rows: 1, cellWidth: 64, cellHeight: 48, halvesColours: false };
const slope = painted({ width: 64, height: 48 }, (x, y) => [4 * x, 5 * y, 100, 255]);
const veil = painted({ width: 64, height: 64 }, (x, y) => [4 * x, 3 * y, 100, 4 * y], { hasAlpha: true });

function encode({ data, width, height }: typeof slope): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .avif({ quality: 95, effort: 0, chromaSubsampling: "4:4:4" })
    .toBuffer();
}

async function rgbaOf(file: Uint8Array) {
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
}

describe("assembleAvif", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("turns a picture as EXIF orientation %i does", async (orientation) => {
    const cell = await encode(slope);

    const file = assembleAvif([cell], one, { isOpaque: true, metadata: { ...none, orientation } });

    const turned = await rgbaOf(file);
    const wanted = slope.data;
    const { width, height } = turned;
    expect([width, height]).toEqual(orientation < 5 ? [64, 48] : [48, 64]);
    // Where a stored pixel is seen, by the table of EXIF 2.32, 4.6.5.1.
    const expected = new Uint8Array(wanted.length);
    for (let y = 0; y < 48; y++) {
      for (let x = 0; x < 64; x++) {
        const [right, bottom] = [63 - x, 47 - y];
        const [toX, toY] = (
          [
            [x, y],
            [right, y],
            [right, bottom],
            [x, bottom],
            [y, x],
            [bottom, x],
            [bottom, right],
            [y, right],
          ] as const
        )[orientation - 1] ?? [x, y];
        expected.set(wanted.subarray(4 * (64 * y + x), 4 * (64 * y + x) + 4), 4 * (width * toY + toX));
      }
    }
    expect(meanDifference(turned.data, expected)).toBeLessThan(2);
    expect(readAvifMetadata(file)).toEqual({ ...none, orientation });
  });

  test("lays cells with alpha side by side and cuts off what is too much", async () => {
    const cell = await encode(veil);
    const layout = {
      width: 150,
      height: 100,
      columns: 3,
      rows: 2,
      cellWidth: 64,
      cellHeight: 64,
      halvesColours: false,
    };

    const file = assembleAvif(Array(6).fill(cell), layout, { isOpaque: false, metadata: none });

    const { data, width, height } = await rgbaOf(file);
    expect([width, height]).toEqual([150, 100]);
    const expected = painted({ width: 150, height: 100 }, (x, y) => [4 * (x % 64), 3 * (y % 64), 100, 4 * (y % 64)]);
    expect(meanDifference(data, pixelsOf(expected))).toBeLessThan(3);
    expect(readAvifHeader(file)).toMatchObject({
      kind: "image",
      width: 150,
      height: 100,
      hasAlpha: true,
      variant: null,
    });
    expect(checkAvifStructure(file)).toBeNull();
  });

  test("drops the alpha of what is opaque", async () => {
    const cell = await encode(veil);
    const layout = { width: 64, height: 64, columns: 1, rows: 1, cellWidth: 64, cellHeight: 64, halvesColours: false };

    const file = assembleAvif([cell], layout, { isOpaque: true, metadata: none });

    expect(readAvifHeader(file)).toMatchObject({ hasAlpha: false });
    expect((await sharp(file).metadata()).hasAlpha).toBe(false);
  });

  test("brings profile and notice along, so that others read them", async () => {
    const withProfile = await sharp(await encode(slope))
      .withIccProfile("p3")
      .png()
      .toBuffer();
    const profile = new Uint8Array((await sharp(withProfile).metadata()).icc ?? []);
    const copyright = new TextEncoder().encode("(c) 2026 Example");

    const file = assembleAvif([await encode(slope)], one, {
      isOpaque: true,
      metadata: { orientation: 6, copyright, profile },
    });

    const read = await sharp(file).metadata();
    expect(profile.length).toBeGreaterThan(100);
    expect(new Uint8Array(read.icc ?? [])).toEqual(profile);
    expect(read.exif?.toString("latin1")).toContain("(c) 2026 Example");
    expect(readAvifMetadata(file)).toEqual({ orientation: 6, copyright, profile });
    expect(readAvifHeader(file)).toMatchObject({ kind: "image", variant: null });
  });
});

describe("readAvifHeader", () => {
  test.each([
    [{ bitdepth: 8 }, 3, { depth: 8, isGrey: false }],
    [{ bitdepth: 10 }, 3, { depth: 10, isGrey: false }],
    [{ bitdepth: 12 }, 3, { depth: 12, isGrey: false }],
  ] as const)("reads what sharp writes with %o", async (options, channels, expected) => {
    const file = await sharp({ create: { width: 70, height: 30, channels, background: "#845" } })
      .avif({ effort: 0, ...options })
      .toBuffer();

    expect(readAvifHeader(file)).toEqual({
      kind: "image",
      format: "avif",
      width: 70,
      height: 30,
      path: "avif",
      hasAlpha: false,
      animated: false,
      variant: null,
      ...expected,
    });
  });

  test("reads profile and copyright of sharp's", async () => {
    const file = await sharp(slope.data, { raw: { width: 64, height: 48, channels: 4 } })
      .withExif({ IFD0: { Copyright: "(c) 2026 Example" } })
      .withIccProfile("p3")
      .avif({ effort: 0 })
      .toBuffer();

    const { orientation, copyright, profile } = readAvifMetadata(file);

    expect(orientation).toBe(1);
    expect(new TextDecoder().decode(copyright ?? new Uint8Array(0))).toBe("(c) 2026 Example");
    expect(profile?.length).toBeGreaterThan(100);
  });
});
