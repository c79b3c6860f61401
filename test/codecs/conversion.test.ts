// From every format to every other, whole and scaled, with all that has to come along.

import { describe, expect, test } from "vitest";
import { compress, type CompressOptions } from "../../src/codecs/codec.ts";
import { readMetadata } from "../../src/codecs/metadata.ts";
import { writtenFormats } from "../../src/codecs/probe.ts";
import { probe } from "../../src/codecs/sniff.ts";
import { image } from "../fixtures/images/images.ts";
import { decode, meanDifference } from "../support/decode.ts";
import { writeBitmap } from "./foreign/bitmaps.ts";

const options: CompressOptions = { quality: 50, maxPixels: 120_000_000 };

/** So large, for what they show, that any format has less. */
const roomy = ["photo.png", "interlaced.png", "lossless.webp"];
const small = ["photo.jpg", "progressive.jpg", "photo.webp"];

describe.each(writtenFormats)("a conversion to %s", (format) => {
  test.each([...roomy, ...(format === "png" ? [] : small)])("shows what %s shows", async (name) => {
    const source = image(name);

    const result = await compress(source, { ...options, format });

    expect(result).toMatchObject({ kind: "compressed", format, width: 64, height: 48 });
    if (result.kind !== "compressed") throw new Error(result.kind);
    expect(result.bytes.length).toBeLessThan(source.length);
    expect(meanDifference(decode(result.bytes), decode(source))).toBeLessThan(5);
  });

  test.each(["photo.png", "lossless.webp", "photo.jpg"])("brings %s to half its width and height", async (name) => {
    const result = await compress(image(name), { ...options, format, scale: 0.5 });

    expect(result).toMatchObject({ kind: "compressed", format, width: 32, height: 24 });
  });

  test("carries the colour profile over", async () => {
    const source = image("profile.png");

    const result = await compress(source, { ...options, format });

    const [before, after] = [source, bytesOf(result)].map((bytes) => metadataOf(bytes));
    expect(after?.profile).toEqual(before?.profile);
    expect(after?.profile?.length).toBeGreaterThan(100);
  });

  test("shows a turned picture upright, with its copyright and without its place", async () => {
    const source = image("rotated.png");

    const result = await compress(source, { ...options, format });

    const bytes = bytesOf(result);
    const { orientation, copyright } = metadataOf(bytes);
    const stored = probe(bytes);
    const isOnItsSide = stored.kind === "image" && stored.width > stored.height;
    expect(orientation).toBe(isOnItsSide ? 6 : 1);
    expect(new TextDecoder().decode(copyright ?? new Uint8Array(0))).toBe("(c) 2026 Example");
    expect(new TextDecoder("latin1").decode(bytes)).not.toMatch(/Camera 1|Somebody/);
  });
});

describe("what is read here and not written", () => {
  const noisy = (x: number, y: number) => (((x * 7) ^ (y * 13)) & 0x3f) * 0x04_04_04;
  const flat = (x: number, y: number) => (x + y < 60 ? 0xcc_22_22 : 0xff_ff_ff);
  const bitmap = (at: (x: number, y: number) => number) => writeBitmap({ width: 64, height: 48, depth: 24, at });

  test.each([
    ["a drawing", flat, "png"],
    ["a photograph", noisy, "jpeg"],
  ])("becomes the smaller of JPEG and PNG: %s", async (_, at, format) => {
    const result = await compress(bitmap(at), options);

    expect(result).toMatchObject({ kind: "compressed", format, width: 64, height: 48 });
  });

  test.each([...writtenFormats, "auto"] as const)("becomes %s where that is asked for", async (format) => {
    const result = await compress(bitmap(flat), { ...options, format, scale: 0.5 });

    expect(result).toMatchObject({ kind: "compressed", width: 32, height: 24 });
    expect(format === "auto" || (result.kind === "compressed" && result.format === format)).toBe(true);
  });

  test("is refused for its size before anything is decoded", async () => {
    const source = bitmap(flat);

    expect(await compress(source, { ...options, maxPixels: 64 * 48 })).toMatchObject({ kind: "compressed" });
    expect(await compress(source, { ...options, maxPixels: 64 * 48 - 1 })).toMatchObject({ kind: "too_many_pixels" });
  });

  test("is kept as it came where what it was to become is no smaller", async () => {
    expect(await compress(image("picture.gif"), { ...options, format: "jpeg" })).toEqual({ kind: "already_small" });
  });

  test.each([1, 3, 5, 7, 9])("is truncated when it is cut at %i tenths", async (tenths) => {
    const source = bitmap(flat);

    expect(await compress(source.subarray(0, (source.length * tenths) / 10), options)).toMatchObject({
      kind: "truncated",
    });
  });
});

describe("a conversion", () => {
  test("lays a transparent picture on the background where it becomes a JPEG", async () => {
    const { data } = decode(image("alpha.png"));
    const hidden = Array.from({ length: data.length / 4 }, (_, pixel) => pixel).find(
      (pixel) => data[4 * pixel + 3] === 0,
    );
    const jpeg = async (background: string) =>
      decode(bytesOf(await compress(image("alpha.png"), { ...options, quality: 90, format: "jpeg", background })));

    const [green, white] = [await jpeg("#00ff00"), await jpeg("#ffffff")];

    const at = 4 * (hidden ?? 0);
    expect(hidden).toBeDefined();
    expect(Math.abs((green.data[at] ?? 0) - 0)).toBeLessThan(40);
    expect(Math.abs((green.data[at + 1] ?? 0) - 255)).toBeLessThan(40);
    expect(white.data[at]).toBeGreaterThan(215);
  });

  test.each(["webp", "png", "avif"] as const)("keeps a picture transparent as %s", async (format) => {
    const source = image("alpha.webp");

    const result = await compress(source, { ...options, format });

    const before = decode(source);
    const after = result.kind === "compressed" ? decode(result.bytes) : before;
    expect(meanDifference(after, before)).toBeLessThan(8);
  });

  test("takes the smallest of what suits a photograph", async () => {
    const source = image("photo.png");
    const sizes = await Promise.all(
      (["jpeg", "png", "webp"] as const).map(
        async (format) => bytesOf(await compress(source, { ...options, format })).length,
      ),
    );

    const result = await compress(source, { ...options, format: "auto" });

    expect(bytesOf(result).length).toBe(Math.min(...sizes));
  });

  test("never takes a format for a transparent picture that cannot be", async () => {
    const result = await compress(image("alpha.png"), { ...options, format: "auto" });

    expect(result.kind === "compressed" && result.format).not.toBe("jpeg");
  });

  test.each(["photo.jpg", "photo.webp"])("keeps %s where a PNG would be larger", async (name) => {
    expect(await compress(image(name), { ...options, format: "png" })).toEqual({ kind: "already_small" });
  });

  test.each(writtenFormats)("keeps an animation moving, whatever is asked for: %s", async (format) => {
    expect(await compress(image("animated.webp"), { ...options, format })).toEqual({
      kind: "animated",
      format: "WebP",
    });
  });

  test("keeps inks for which there are no colours without a guess", async () => {
    expect(await compress(image("cmyk.jpg"), { ...options, format: "webp" })).toEqual({
      kind: "unsupported_variant",
      variant: "a CMYK JPEG",
    });
    expect(await compress(image("cmyk.jpg"), { ...options, scale: 0.5 })).toMatchObject({
      kind: "compressed",
      width: 32,
    });
  });

  test.each([
    [1, 64, 48],
    [0.5, 32, 24],
    [0.25, 16, 12],
    [0.3, 19, 14],
    [0.01, 1, 1],
  ])("at a scale of %f makes %i x %i", async (scale, width, height) => {
    for (const name of ["photo.jpg", "photo.png", "photo.webp"]) {
      expect(await compress(image(name), { ...options, scale })).toMatchObject({ kind: "compressed", width, height });
    }
  });

  test.each(["photo.jpg", "photo.png", "photo.webp"])(
    "says of a cut %s that it is cut, whatever it is to become",
    async (name) => {
      const source = image(name);
      const cut = source.subarray(0, source.length >> 1);

      for (const format of [...writtenFormats, "auto"] as const) {
        expect(await compress(cut, { ...options, format, scale: 0.5 })).toMatchObject({ kind: "truncated" });
      }
    },
  );

  test("gives the same bytes for the same image", async () => {
    for (const format of writtenFormats) {
      const once = bytesOf(await compress(image("photo.png"), { ...options, format, scale: 0.4 }));

      expect(bytesOf(await compress(image("photo.png"), { ...options, format, scale: 0.4 }))).toEqual(once);
    }
  });
});

function bytesOf(result: Awaited<ReturnType<typeof compress>>): Uint8Array {
  if (result.kind !== "compressed") throw new Error(`The image came back as ${result.kind}.`);
  return result.bytes;
}

function metadataOf(bytes: Uint8Array) {
  const output = probe(bytes);
  if (output.kind !== "image") throw new Error(`This is no image: ${output.kind}.`);
  const metadata = readMetadata(bytes, output.format);
  if ("colours" in metadata) throw new Error(metadata.colours);
  return metadata;
}
