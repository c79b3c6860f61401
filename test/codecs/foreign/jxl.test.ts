import { describe, expect, test } from "vitest";
import { compress } from "../../../src/codecs/codec.ts";
import { checkJxlStructure } from "../../../src/codecs/foreign/jxl-frames.ts";
import { readJxlHeader } from "../../../src/codecs/foreign/jxl-header.ts";
import { jxlDecoder, openJxl } from "../../../src/codecs/foreign/jxl.ts";
import { pixelBudget } from "../../../src/codecs/memory.ts";
import type { Picture } from "../../../src/codecs/picture.ts";
import { collectPixels, type Pixels } from "../../../src/codecs/pixels.ts";
import { probe } from "../../../src/codecs/sniff.ts";
import { wasmMemories } from "../../../src/codecs/wasm-memories.ts";
import { image } from "../../fixtures/images/images.ts";
import { meanDifference } from "../../support/decode.ts";
import { leastBudget } from "../../support/room.ts";
import { photo, pixels } from "../contract/pictures.ts";
import { box, boxed, framesOf, type JxlSample, lieAboutSize, piece, writeJxl } from "./jxls.ts";

const budgetBytes = pixelBudget();
const size = { width: 64, height: 48 };
const shown = pixels(64, 48, photo);
const lossy = framesOf(image("photo.jxl"));
const lossless = framesOf(image("lossless.jxl"));

describe("the header of a JPEG XL", () => {
  test.each([
    ["photo.jxl", { width: 64, height: 48, hasAlpha: false, isGrey: false, animated: false, variant: null }],
    ["alpha.jxl", { width: 48, height: 32, hasAlpha: true }],
    ["grey.jxl", { width: 64, height: 48, isGrey: true }],
    ["tall.jxl", { width: 1, height: 2000 }],
    ["passes.jxl", { width: 300, height: 40 }],
    ["text.jxl", { width: 160, height: 110 }],
    ["animated.jxl", { width: 64, height: 48, animated: true }],
  ])("is read of %s", (name, expected) => {
    expect(readJxlHeader(image(name))).toMatchObject({ kind: "image", ...expected });
  });

  test.each([
    [1, 64, 48],
    [4, 64, 48],
    [5, 48, 64],
    [8, 48, 64],
  ])("tells at orientation %i how the picture is shown: %i x %i", (orientation, width, height) => {
    expect(readJxlHeader(writeJxl({ ...size, orientation }, lossy))).toMatchObject({ width, height });
  });

  test("reads the longest side and refuses one past it", () => {
    expect(readJxlHeader(writeJxl({ width: 65_535, height: 1 }, lossy))).toMatchObject({ width: 65_535 });
    expect(readJxlHeader(writeJxl({ width: 1, height: 65_536 }, lossy))).toMatchObject({ kind: "unsupported_variant" });
  });

  test.each<[string, Omit<JxlSample, "width" | "height">]>([
    ["a JPEG XL with the brightness of PQ", { colours: { primaries: 9, transfer: 16 } }],
    ["a JPEG XL with the brightness of HLG", { colours: { transfer: 18 } }],
    ["a JPEG XL of floating-point samples", { isFloating: true }],
    ["a CMYK JPEG XL", { extraChannels: [4] }],
    ["a CMYK JPEG XL", { extraChannels: [0, 4] }],
  ])("names %s, which is kept", async (variant, kind) => {
    const bytes = writeJxl({ ...size, ...kind }, lossy);

    expect(probe(bytes)).toMatchObject({ kind: "image", format: "jxl", variant });
    expect(openJxl(bytes, { budgetBytes })).toEqual({ kind: "unsupported_variant", variant });
  });

  test.each([1, 3, 5, 8, 11])("is called cut when it ends after %i bytes", (length) => {
    expect(readJxlHeader(writeJxl(size, lossy).subarray(0, length))).toMatchObject({ kind: "truncated" });
  });
});

describe("the boxes of a JPEG XL", () => {
  const bare = image("photo.jxl");
  const split = [piece(0, false, bare.subarray(0, 5)), piece(1, true, bare.subarray(5))] as const;

  test("may hold it whole or in pieces, among others", () => {
    const whole = boxed(box("Exif", new Uint8Array(9)), box("jxlc", bare), box("xml ", new Uint8Array(3)));

    expect(pixelsOf(whole)).toEqual(pixelsOf(bare));
    expect(pixelsOf(boxed(split[0], box("Exif", new Uint8Array(9)), split[1]))).toEqual(pixelsOf(bare));
  });

  test("may say that the last reaches to the end of the file, or its length in eight bytes", () => {
    const toTheEnd = box("jxlc", bare);
    new DataView(toTheEnd.buffer).setUint32(0, 0);
    const long = new Uint8Array([0, 0, 0, 1, ...box("jxlc", bare).subarray(4, 8), 0, 0, 0, 0, 0, 0, 0, 0, ...bare]);
    new DataView(long.buffer).setUint32(12, long.length);

    expect(pixelsOf(boxed(toTheEnd))).toEqual(pixelsOf(bare));
    expect(pixelsOf(boxed(long))).toEqual(pixelsOf(bare));
  });

  test.each([
    ["the last piece is missing", boxed(split[0]), "truncated"],
    ["none holds a picture", boxed(), "truncated"],
    ["one is cut", boxed(box("jxlc", bare)).subarray(0, -1), "truncated"],
    ["pieces are out of order", boxed(split[1], split[0]), "corrupt"],
    ["a piece comes twice", boxed(split[0], split[0], split[1]), "corrupt"],
    ["a piece comes behind the last", boxed(...split, split[0]), "corrupt"],
    ["a piece is shorter than its number", boxed(box("jxlp", new Uint8Array(3))), "corrupt"],
    ["one is shorter than its head", boxed(Uint8Array.of(0, 0, 0, 7, 0x6a, 0x78, 0x6c, 0x63)), "corrupt"],
    ["what they hold is something else", boxed(box("jxlc", new Uint8Array(50))), "corrupt"],
  ])("are refused when %s", (_, bytes, kind) => {
    expect(probe(bytes)).toMatchObject({ kind });
  });
});

describe("checkJxlStructure", () => {
  const all = [
    "photo",
    "lossless",
    "modular",
    "levels",
    "grey",
    "deep",
    "alpha",
    "tall",
    "dot",
    "text",
    "recompressed",
  ];

  test.each([...all, "passes", "profile", "animated"])("takes a whole file: %s", (name) => {
    expect(checkJxlStructure(image(`${name}.jxl`))).toBeNull();
  });

  test.each([...all, "animated"])("knows at which byte a file ends: %s", (name) => {
    const bytes = image(`${name}.jxl`);

    for (const length of [bytes.length - 1, bytes.length >> 1, 12]) {
      expect(checkJxlStructure(bytes.subarray(0, length))).toMatchObject({ kind: "truncated" });
    }
  });

  test("takes what is behind the last frame for none of its own", () => {
    expect(checkJxlStructure(new Uint8Array([...image("photo.jxl"), 0, 0, 0]))).toBeNull();
  });

  test.each(["passes", "profile"])("cannot tell where sections lie in an order of their own: %s", async (name) => {
    const cut = image(`${name}.jxl`).subarray(0, -1);

    expect(checkJxlStructure(cut)).toBeNull();
    expect(await compress(cut, { quality: 50, maxPixels: 1e6 })).toEqual({
      kind: "corrupt",
      reason: "the JPEG XL decoder cannot read it; it may be cut off",
    });
  });
});

describe("openJxl", () => {
  test("hands out exactly what was encoded without loss", () => {
    expect(meanDifference(pixelsOf(image("lossless.jxl")), shown)).toBe(0);
  });

  test("turns colours of a profile into sRGB", () => {
    expect(meanDifference(pixelsOf(image("profile.jxl")), shown)).toBeLessThan(0.5);
  });

  test("turns colours that the header names into sRGB", () => {
    const red = (colours: JxlSample["colours"]) => {
      const { data } = pixelsOf(writeJxl({ ...size, isXyb: false, ...(colours && { colours }) }, lossless));
      return Array.from(data).reduce((sum, value, at) => sum + (at % 4 === 0 ? value : 0), 0);
    };

    expect(red({})).toBe(red(undefined));
    // Linear values are brighter than the same numbers of sRGB.
    expect(red({ transfer: 8 })).toBeGreaterThan(1.2 * red({}));
  });

  test.each([
    [2, (x: number, y: number) => photo(63 - x, y)],
    [3, (x: number, y: number) => photo(63 - x, 47 - y)],
    [4, (x: number, y: number) => photo(x, 47 - y)],
    [5, (x: number, y: number) => photo(y, x)],
    [6, (x: number, y: number) => photo(y, 47 - x)],
    [7, (x: number, y: number) => photo(63 - y, 47 - x)],
    [8, (x: number, y: number) => photo(63 - y, x)],
  ])("turns a picture of orientation %i upright", (orientation, at) => {
    const upright = pixelsOf(writeJxl({ ...size, orientation, isXyb: false }, lossless));

    expect(upright).toMatchObject(orientation < 5 ? { width: 64, height: 48 } : { width: 48, height: 64 });
    expect(meanDifference(upright, pixels(upright.width, upright.height, at))).toBe(0);
  });

  test("makes grey of what is grey", () => {
    const grey = opened(image("grey.jxl"));
    const { data } = pixelsOf(image("grey.jxl"));

    expect(grey).toMatchObject({ isGrey: true, hasAlpha: false });
    for (let at = 0; at < data.length; at += 4)
      expect(data[at] === data[at + 1] && data[at] === data[at + 2]).toBe(true);
  });

  test("never freezes an animation", async () => {
    expect(openJxl(image("animated.jxl"), { budgetBytes })).toEqual({ kind: "animated", format: "JPEG XL" });
    expect(await compress(image("animated.jxl"), { quality: 50, maxPixels: 1e6, format: "png" })).toEqual({
      kind: "animated",
      format: "JPEG XL",
    });
  });

  test("opens a file at the limit of memory and not one pixel past it", () => {
    const leaving = (pixels: number) => ({ budgetBytes: leastBudget("jxl", pixels) });

    expect(openJxl(image("photo.jxl"), leaving(64 * 48))).toMatchObject({ width: 64, height: 48 });
    expect(openJxl(image("photo.jxl"), leaving(64 * 48 - 1))).toEqual({
      kind: "too_large_for_memory",
      ...size,
      limitPixels: 64 * 48 - 1,
    });
  });

  test("is stopped by its room where the header promised less", () => {
    wasmMemories.clear();

    const run = jxlDecoder.run({ roomBytes: 2_000_000, usualBytes: 0 }, (module) => module.decode(image("text.jxl")));

    expect(run.kind).toBe("out_of_memory");
  });

  test.each([
    [1, 1],
    [64, 49],
    [65, 48],
    [640, 480],
  ])("refuses frames that a header calls %i x %i", (width, height) => {
    const liar = writeJxl(size, lossy);
    lieAboutSize(liar, width, height);

    const failure = checkJxlStructure(liar) ?? openJxl(liar, { budgetBytes });

    expect("kind" in failure && failure.kind).toMatch(/^(truncated|corrupt)$/);
  });

  test("answers damage of every kind with a failure or a picture, and works on afterwards", () => {
    const kinds = new Set<string>();
    for (let round = 0; round < 120; round++) {
      const damaged = round % 2 === 0 ? writeJxl(size, lossy) : image("text.jxl");
      for (let change = 0; change <= round % 3; change++) {
        const mixed = Math.imul(round * 31 + change + 1, 0x9e3779b1);
        damaged[2 + ((mixed >>> 8) % (damaged.length - 2))] = mixed & 0xff;
      }
      const result = checkJxlStructure(damaged) ?? openJxl(damaged, { budgetBytes });
      kinds.add("kind" in result ? result.kind : "picture");
    }

    expect([...kinds].every((kind) => /^(picture|truncated|corrupt|too_large|unsupported|animated)/.test(kind))).toBe(
      true,
    );
    expect(kinds.size).toBeGreaterThan(2);
    expect(meanDifference(pixelsOf(image("lossless.jxl")), shown)).toBe(0);
  });
});

function opened(bytes: Uint8Array): Picture {
  const picture = openJxl(bytes, { budgetBytes });
  if ("kind" in picture) throw new Error(`The JPEG XL came back as ${JSON.stringify(picture)}.`);
  return picture;
}

function pixelsOf(bytes: Uint8Array): Pixels {
  const read = collectPixels(opened(bytes));
  if ("kind" in read) throw new Error(read.kind);
  return read;
}
