import { beforeEach, describe, expect, test } from "vitest";
import { openAvif, writeAvif } from "../../src/codecs/avif.ts";
import { checkAvifStructure, readAvifHeader, readAvifMetadata } from "../../src/codecs/avif-container.ts";
import { layOutAvif } from "../../src/codecs/avif-layout.ts";
import { avifCellBytes, pixelBudget } from "../../src/codecs/memory.ts";
import { wasmMemories } from "../../src/codecs/wasm-memories.ts";
import { leastBudget } from "../support/room.ts";
import type { ImageFailure } from "../../src/errors.ts";
import type { Picture } from "../../src/codecs/picture.ts";
import { image } from "../fixtures/images/images.ts";
import { type Painted, painted, pixelsOf } from "./scale-engine/pictures.ts";

const budgetBytes = pixelBudget();
const room = { roomBytes: budgetBytes, wasmBytes: budgetBytes };
const metadata = { orientation: 1, copyright: null, profile: null };
const slope = painted({ width: 80, height: 60 }, (x, y) => [3 * x, 4 * y, 100, 255]);
const veil = painted({ width: 80, height: 60 }, (x, y) => [3 * x, 4 * y, 100, Math.min(255, 4 * x)], {
  hasAlpha: true,
});

beforeEach(() => {
  wasmMemories.clear();
});

function written(picture: Picture, changed: Partial<Parameters<typeof writeAvif>[1]> = {}): Uint8Array {
  const file = writeAvif(picture, { quality: 80, metadata, ...room, ...changed });
  if (!(file instanceof Uint8Array)) throw new Error(JSON.stringify(file));
  expect(checkAvifStructure(file)).toBeNull();
  return file;
}

function opened(file: Uint8Array): Picture {
  const picture = openAvif(file, { budgetBytes });
  if ("kind" in picture) throw new Error(JSON.stringify(picture));
  return picture;
}

/** The mean over the channels, and over what is seen. */
function meanDifference(picture: Picture, wanted: Painted): number {
  const pixels = pixelsOf(picture);
  expect(pixels.length).toBe(wanted.data.length);
  const seen = (data: Uint8Array, at: number) =>
    at % 4 === 3 ? (data[at] ?? 0) : ((data[at] ?? 0) * (data[at | 3] ?? 0)) / 255;
  return pixels.reduce((sum, _, at) => sum + Math.abs(seen(pixels, at) - seen(wanted.data, at)), 0) / pixels.length;
}

describe("writeAvif and openAvif", () => {
  test.each([
    ["an opaque picture", slope],
    ["a translucent picture", veil],
    ["a single pixel", painted({ width: 1, height: 1 }, () => [200, 100, 50, 255])],
    ["a column", painted({ width: 1, height: 500 }, (_, y) => [y >> 1, 100, 50, 255])],
    ["odd sides", painted({ width: 33, height: 47 }, (x, y) => [3 * x, 4 * y, 50, 255])],
  ])("bring %s back", (_, source) => {
    const picture = opened(written(source));

    expect(picture).toMatchObject({ width: source.width, height: source.height, hasAlpha: source.hasAlpha });
    expect(meanDifference(picture, source)).toBeLessThan(3);
  });

  test("bring grey back as grey", () => {
    const grey = { ...painted({ width: 80, height: 60 }, (x, y) => [x + y, x + y, x + y, 255]), isGrey: true };

    const picture = opened(written(grey));

    expect(picture.isGrey).toBe(true);
    expect(meanDifference(picture, grey)).toBeLessThan(2);
  });

  test("say that what turns out opaque is", () => {
    expect(opened(written({ ...slope, hasAlpha: true })).hasAlpha).toBe(false);
  });

  test("make a smaller file at a lower quality, and the same for the same", () => {
    expect(written(slope, { quality: 10 }).length).toBeLessThan(written(slope, { quality: 90 }).length);
    expect(written(slope)).toEqual(written(slope));
  });

  test("carry orientation, copyright and profile", () => {
    const all = {
      orientation: 6,
      copyright: new TextEncoder().encode("(c) Ann"),
      profile: new Uint8Array(200).fill(7),
    };

    expect(readAvifMetadata(written(slope, { metadata: all }))).toEqual(all);
  });
});

describe("writeAvif", () => {
  /** Too little for the whole, enough for cells. */
  const narrow = { roomBytes: 20_000_000, wasmBytes: 20_000_000 };

  test.each([
    ["opaque", 560, 440, false],
    ["translucent", 560, 440, true],
    ["odd", 561, 439, false],
  ])("cuts a picture into cells for which there is no memory: %s", (_, width, height, hasAlpha) => {
    // Opaque at the left: those cells must have alpha nevertheless.
    const paint = (x: number, y: number) => [x / 4, y / 3, 90, hasAlpha && x > 300 ? y / 3 : 255];
    const source = painted({ width, height }, paint, { hasAlpha, rowsAtOnce: 7 });

    const file = written(source, narrow);

    expect(layOutAvif(source, { halvesColours: true, ...narrow })).toMatchObject({ columns: 2 });
    const picture = opened(file);
    expect(picture).toMatchObject({ width, height, hasAlpha });
    expect(meanDifference(picture, source)).toBeLessThan(2);
  });

  test("refuses a picture of which not even a row of small cells fits", () => {
    const wide = { ...slope, width: 30_000, height: 2000 };

    const failure = writeAvif(wide, { quality: 50, metadata, ...narrow });

    expect(failure).toMatchObject({ kind: "too_large_for_memory", width: 30_000, height: 2000 });
  });

  test("refuses a side that no browser reads", () => {
    const tall = (height: number) => painted({ width: 1, height }, () => [9, 9, 9, 255], { rowsAtOnce: 1000 });

    expect(opened(written(tall(32_768))).height).toBe(32_768);
    expect(writeAvif(tall(32_769), { quality: 50, metadata, ...room })).toEqual({
      kind: "unsupported_variant",
      variant: "an AVIF with a side of 32769 pixels",
    });
  });

  test("hands a failure of its source on", () => {
    const failure: ImageFailure = { kind: "truncated", reason: "it ends in the middle" };

    expect(writeAvif({ ...slope, read: () => failure }, { quality: 50, metadata, ...room })).toEqual(failure);
  });

  test("throws for a source that ends without a word", () => {
    expect(() => writeAvif({ ...slope, height: 90 }, { quality: 50, metadata, ...room })).toThrow("AVIF encoder");
  });
});

describe("layOutAvif", () => {
  test("cuts nothing that fits, and what is one byte too much", () => {
    const size = { width: 1000, height: 800 };
    const whole = { width: 1000, columns: 1, rows: 1, cellWidth: 1000, cellHeight: 800, halvesColours: true };
    const bytes = avifCellBytes(whole);
    const layOut = (bytes: number) => layOutAvif(size, { halvesColours: true, roomBytes: bytes, wasmBytes: bytes });

    expect(layOut(bytes)).toMatchObject({ columns: 1, rows: 1, cellWidth: 1000 });
    expect(layOut(bytes - 1)).toMatchObject({ columns: 2, rows: 2, cellWidth: 500, cellHeight: 400 });
  });

  test("leaves the colours of a grid with odd sides as fine as they are", () => {
    const layOut = (width: number) => layOutAvif({ width, height: 3000 }, { halvesColours: true, ...room });

    expect(layOut(4000)).toMatchObject({ halvesColours: true });
    expect(layOut(4001)).toMatchObject({ halvesColours: false });
  });

  test.each([
    [6000, 4000],
    [12_000, 9000],
    [32_768, 100],
    [1999, 2001],
  ])("covers %i x %i with even cells of at least 64 pixels", (width, height) => {
    const layout = layOutAvif({ width, height }, { halvesColours: true, ...room });

    expect(layout).not.toBeNull();
    const { columns = 0, rows = 0, cellWidth = 0, cellHeight = 0 } = layout ?? {};
    expect(columns * cellWidth).toBeGreaterThanOrEqual(width);
    expect(rows * cellHeight).toBeGreaterThanOrEqual(height);
    expect((columns - 1) * cellWidth).toBeLessThan(width);
    expect((rows - 1) * cellHeight).toBeLessThan(height);
    expect([cellWidth % 2, cellHeight % 2]).toEqual([0, 0]);
    expect(Math.min(cellWidth, cellHeight)).toBeGreaterThanOrEqual(64);
  });
});

describe("openAvif", () => {
  const file = image("picture.avif");

  test("opens a file of another encoder, at the limit of memory and not one pixel past it", () => {
    const leaving = (pixels: number) => ({ budgetBytes: leastBudget("avif", pixels) });

    expect(openAvif(file, leaving(64 * 48 - 1))).toMatchObject({
      kind: "too_large_for_memory",
      limitPixels: 64 * 48 - 1,
    });
    expect(openAvif(file, leaving(64 * 48))).toMatchObject({ width: 64, height: 48, hasAlpha: false, isGrey: false });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("refuses a file cut at %i tenths", (tenths) => {
    expect(openAvif(file.subarray(0, (file.length * tenths) / 10), { budgetBytes })).toMatchObject({
      kind: "truncated",
    });
  });

  test("refuses a file that lacks its last byte", () => {
    expect(openAvif(file.subarray(0, -1), { budgetBytes })).toMatchObject({ kind: "truncated" });
  });

  test.each([
    [0xffff_ffff, 0xffff_ffff, "too_large_for_memory"],
    [0, 48, "corrupt"],
    [64, 0, "corrupt"],
    [64, 47, "corrupt"],
  ])("refuses a header that claims %i x %i", (width, height, kind) => {
    const liar = file.slice();
    const at = find(liar, "ispe") + 8;
    new DataView(liar.buffer).setUint32(at, width);
    new DataView(liar.buffer).setUint32(at + 4, height);

    expect(openAvif(liar, { budgetBytes })).toMatchObject({ kind });
  });

  test("freezes no animation", () => {
    const animated = file.slice();
    animated.set(new TextEncoder().encode("avis"), find(animated, "mif1"));

    expect(openAvif(animated, { budgetBytes })).toEqual({ kind: "animated", format: "AVIF" });
  });

  test.each([
    [9, 16, "an AVIF with the brightness of PQ"],
    [9, 18, "an AVIF with the brightness of HLG"],
    [12, 13, "an AVIF with wide colours and no profile"],
  ])("keeps a file with primaries %i and transfer function %i", (primaries, transfer, variant) => {
    const wide = written(slope);
    const at = find(wide, "nclx") + 4;
    new DataView(wide.buffer).setUint16(at, primaries);
    new DataView(wide.buffer).setUint16(at + 2, transfer);

    expect(openAvif(wide, { budgetBytes })).toEqual({ kind: "unsupported_variant", variant });
  });

  test("names HEIC by its name", () => {
    const heic = file.slice();
    heic.set(new TextEncoder().encode("hvc1"), find(heic, "av01"));

    expect(openAvif(heic, { budgetBytes })).toEqual({ kind: "unsupported_format", format: "HEIC" });
  });

  test("answers damage of every kind with a failure or a picture, and works on afterwards", () => {
    const kinds = new Set<string>();
    for (let round = 0; round < 60; round++) {
      const damaged = written1();
      for (let change = 0; change <= round % 3; change++) {
        const mixed = Math.imul(round * 31 + change + 1, 0x9e3779b1);
        damaged[(mixed >>> 8) % damaged.length] = mixed & 0xff;
      }
      const result = openAvif(damaged, { budgetBytes });
      kinds.add("kind" in result ? result.kind : "picture");
    }

    expect([...kinds].every((kind) => /^(picture|truncated|corrupt|too_large|unsupported|animated)/.test(kind))).toBe(
      true,
    );
    expect(kinds.size).toBeGreaterThan(2);
    expect(meanDifference(opened(written(slope)), slope)).toBeLessThan(3);
  });

  test("reads the boxes of thousands of damaged files without a throw", () => {
    const source = written1();
    const head = find(source, "mdat");
    for (let round = 0; round < 2000; round++) {
      const damaged = source.slice();
      for (let change = 0; change <= round % 4; change++) {
        const mixed = Math.imul(round * 37 + change + 1, 0x85ebca6b);
        damaged[(mixed >>> 8) % head] = round % 2 === 0 ? 0xff : mixed & 0xff;
      }
      expect(["image", "truncated", "corrupt", "unsupported_format"]).toContain(readAvifHeader(damaged).kind);
      readAvifMetadata(damaged);
    }
  });
});

const cached: { file?: Uint8Array } = {};

function written1(): Uint8Array {
  cached.file ??= written(veil, {
    metadata: { ...metadata, copyright: Uint8Array.of(65), profile: new Uint8Array(40) },
  });
  return cached.file.slice();
}

function find(bytes: Uint8Array, name: string): number {
  const at = new TextDecoder("latin1").decode(bytes).indexOf(name);
  if (at < 0) throw new Error(`There is no ${name}.`);
  return at;
}
