import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { openGif, readGifHeader } from "../../../src/codecs/foreign/gif.ts";
import type { Picture } from "../../../src/codecs/picture.ts";
import { mix, painted, pixelsOf } from "../scale-engine/pictures.ts";
import { expectToReadAgain, readAll, readDamaged } from "./damage.ts";

const budgetBytes = 10_000_000;
const open = (bytes: Uint8Array) => openGif(bytes, { budgetBytes });

/** Six by four levels: enough for long codes, few enough for a palette. */
const tiles = painted({ width: 150, height: 90 }, (x, y) => [(x % 6) * 50, (y % 4) * 80, ((x * y) % 7) * 36, 255]);
const holes = painted({ width: 60, height: 50 }, (x, y) => ((x + y) % 5 === 0 ? [0, 0, 0, 0] : [200, 4 * y, 20, 255]), {
  hasAlpha: true,
});

async function gifOf({ data, width, height }: typeof tiles, options: object = {}): Promise<Uint8Array> {
  const file = await sharp(data, { raw: { width, height, channels: 4 } })
    .gif({ dither: 0, effort: 1, ...options })
    .toBuffer();
  return new Uint8Array(file);
}

/** The judge: libvips with its own decoder. */
async function judged(file: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(file).ensureAlpha().raw().toBuffer());
}

function opened(file: Uint8Array): Picture {
  const picture = open(file);
  if ("kind" in picture) throw new Error(JSON.stringify(picture));
  return picture;
}

describe("openGif", () => {
  test.each([
    ["in order", {}],
    ["interlaced", { progressive: true }],
    ["of two colours", { colours: 2 }],
    ["of 256 colours", { colours: 256, dither: 1 }],
  ])("reads what libvips reads: %s", async (_, options) => {
    const file = await gifOf(tiles, options);

    expect(readGifHeader(file)).toMatchObject({ kind: "image", width: 150, height: 90, animated: false });
    expect(readAll(open, file)).toEqual(await judged(file));
    expectToReadAgain(opened(file));
  });

  test("reads noise, whose strings are short, and one colour, whose strings are long", async () => {
    const noise = painted({ width: 200, height: 200 }, (x, y) => {
      const mixed = mix(x + 201 * y) >>> 26;
      return [4 * mixed, 255 - 3 * mixed, mixed, 255];
    });
    const flat = painted({ width: 3000, height: 40 }, () => [10, 200, 30, 255]);

    for (const file of [await gifOf(noise), await gifOf(flat)]) expect(readAll(open, file)).toEqual(await judged(file));
  });

  test("reads what is transparent as such", async () => {
    const file = await gifOf(holes);

    expect(opened(file).hasAlpha).toBe(true);
    expect(readAll(open, file)).toEqual(await judged(file));
  });

  test("leaves transparent what the picture does not cover of the screen, and cuts off what is beyond", async () => {
    const file = await gifOf(painted({ width: 8, height: 8 }, (x, y) => [x * 30, y * 30, 0, 255]));
    const at = file.findIndex((byte, index) => byte === 0x2c && file[index + 5] === 8 && file[index + 7] === 8);
    const whole = pixelsOf(opened(file));
    file[at + 1] = 3;
    file[at + 3] = 2;

    const pixels = pixelsOf(opened(file));

    expect(readGifHeader(file)).toMatchObject({ width: 8, height: 8, hasAlpha: true });
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        const from = 4 * (8 * (y - 2) + x - 3);
        const expected = x < 3 || y < 2 ? [0, 0, 0, 0] : Array.from(whole.slice(from, from + 4));
        expect(Array.from(pixels.slice(4 * (8 * y + x)).slice(0, 4))).toEqual(expected);
      }
    }
  });

  test("freezes no animation", async () => {
    const { data } = tiles;
    const file = await sharp(data, { raw: { width: 150, height: 90, channels: 4, pageHeight: 45 } })
      .gif({ delay: [100, 100] })
      .toBuffer();

    expect(open(file)).toEqual({ kind: "animated", format: "GIF" });
    expect(readGifHeader(file)).toMatchObject({ animated: true });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("refuses a file cut at %i tenths", async (tenths) => {
    const file = await gifOf(tiles);

    expect(readAll(open, file.subarray(0, (file.length * tenths) / 10))).toBe("truncated");
    expect(readAll(open, file.subarray(0, -1))).toBe("truncated");
  });

  test("refuses a header that claims more than the data hold, and one that claims nothing", async () => {
    const file = await gifOf(tiles);
    const at = file.findIndex((byte, index) => byte === 0x2c && file[index + 5] === 150 && file[index + 7] === 90);
    const liar = file.slice();
    liar.fill(0xff, 6, 10);
    liar.fill(0xff, at + 5, at + 9);
    const empty = file.slice();
    empty.fill(0, at + 5, at + 7);

    expect(readGifHeader(liar)).toMatchObject({ width: 65_535, height: 65_535 });
    const picture = opened(liar);
    expect(picture.read(() => true)).toMatchObject({ kind: "truncated" });
    expect(readGifHeader(empty)).toMatchObject({ kind: "corrupt" });
  });

  test("holds an interlaced one within its budget and not one pixel past it", async () => {
    const file = await gifOf(tiles, { progressive: true });

    expect(openGif(file, { budgetBytes: 150 * 90 })).toMatchObject({ width: 150 });
    expect(openGif(file, { budgetBytes: 150 * 90 - 1 })).toMatchObject({ kind: "too_large_for_memory" });
  });

  test("bears damage of every kind", async () => {
    expect(readDamaged(open, await gifOf(holes), 3000)).toBeGreaterThan(0);
    expect(readDamaged(open, await gifOf(holes, { progressive: true }), 1000)).toBeGreaterThan(0);
  });
});
