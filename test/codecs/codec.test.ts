import { defaultOptions as jpegDefaults } from "@jsquash/jpeg/meta.js";
import { defaultOptions as webpDefaults } from "@jsquash/webp/meta.js";
import { describe, expect, test } from "vitest";
import { compress } from "../../src/codecs/codec.ts";
import { jpegDecoder, jpegEncoder } from "../../src/codecs/jpeg.ts";
import { neededBytes, pixelBudget } from "../../src/codecs/memory.ts";
import { webpDecoder, webpEncoder } from "../../src/codecs/webp.ts";
import { image } from "../fixtures/images/images.ts";
import { decode, meanDifference } from "../support/decode.ts";

const options = { quality: 50, maxPixels: 120_000_000 };

describe("compress", () => {
  test.each(["progressive.jpg", "lossless.webp", "interlaced.png"])("takes %s", async (name) => {
    const source = image(name);

    const result = await compress(source, options);

    expect(result).toMatchObject({ kind: "compressed", width: 64, height: 48 });
    expect(result.kind === "compressed" && meanDifference(decode(result.bytes), decode(source))).toBeLessThan(4);
  });

  test.each([
    ["animated.png", "PNG"],
    ["animated.webp", "WebP"],
  ])("keeps %s moving", async (name, format) => {
    expect(await compress(image(name), options)).toEqual({ kind: "animated", format });
  });

  test("does not hand out an animation that is cut off", async () => {
    const source = image("animated.webp");

    expect(await compress(source.subarray(0, source.length - 20), options)).toMatchObject({ kind: "truncated" });
  });

  test.each([
    ["cmyk.jpg", "a CMYK JPEG"],
    ["deep.png", "a PNG of 16 bits a channel"],
  ])("keeps %s, which no codec here re-encodes faithfully", async (name, variant) => {
    expect(await compress(image(name), options)).toEqual({ kind: "unsupported_variant", variant });
  });

  test.each([
    [0xc9, "a JPEG with arithmetic coding"],
    [0xca, "a JPEG with arithmetic coding"],
    [0xc3, "a lossless JPEG"],
    [0xc5, "a hierarchical JPEG"],
  ])("keeps a JPEG whose frame marker is %i: %s", async (marker, variant) => {
    const source = image("photo.jpg");
    source[frameOf(source) + 1] = marker;

    expect(await compress(source, options)).toEqual({ kind: "unsupported_variant", variant });
  });

  test("keeps a JPEG of 12 bits and one without a height", async () => {
    const deep = image("photo.jpg");
    deep[frameOf(deep) + 4] = 12;
    const endless = image("photo.jpg");
    endless.set([0, 0], frameOf(endless) + 5);

    expect(await compress(deep, options)).toEqual({
      kind: "unsupported_variant",
      variant: "a JPEG of 12 bits a channel",
    });
    expect(await compress(endless, options)).toMatchObject({ kind: "unsupported_variant" });
  });

  test("names what is no image before it looks at anything else", async () => {
    const page = new TextEncoder().encode("<!doctype html><h1>Sign in</h1>");

    expect(await compress(page, { quality: 50, maxPixels: 0 })).toEqual({
      kind: "not_an_image",
      looksLike: "a web page (HTML)",
    });
    expect(await compress(new Uint8Array(0), options)).toEqual({ kind: "not_an_image", looksLike: "an empty file" });
  });

  test("keeps flat art in a lossless WebP lossless when that is smaller", async () => {
    // Two colours in stripes of three pixels: a hard case for the lossy kind.
    const data = new Uint8Array(60 * 60 * 4).map((_, at) => (at % 4 === 3 || ((at >> 2) % 60) % 6 < 3 ? 255 : 20));
    const encoded = webpEncoder.run(Infinity, (module) =>
      module.encode(data, 60, 60, { ...webpDefaults, lossless: 1 }),
    );
    if (encoded.kind !== "done") throw new Error("The stripes could not be encoded.");

    const result = await compress(withUnknownChunk(encoded.result), options);

    expect(result.kind === "compressed" && decode(result.bytes).data).toEqual(new Uint8ClampedArray(data));
  });

  test("keeps a picture that grows a codec past its room, and works on afterwards", async () => {
    const flat = new Uint8Array(1600 * 1000 * 4).fill(128);
    const encoded = jpegEncoder.run(Infinity, (module) =>
      module.encode(flat, 1600, 1000, { ...jpegDefaults, quality: 95, progressive: false }),
    );
    if (encoded.kind !== "done") throw new Error("The picture could not be encoded.");
    // By the table it just fits, but the decoder starts with 16 MB whatever it decodes.
    const downloadBudgetBytes = pixelBudget(0) - Math.ceil(neededBytes("jpeg", 1600 * 1000));

    const result = await compress(encoded.result, { ...options, downloadBudgetBytes });

    expect(result).toMatchObject({ kind: "too_large_for_memory", width: 1600, height: 1000 });
    expect(result.kind === "too_large_for_memory" && result.limitPixels).toBeLessThan(1_000_000);
    expect(await compress(encoded.result, options)).toMatchObject({ kind: "compressed" });
  });

  test("lets the idle codecs of another format go when a picture needs their memory", async () => {
    await compress(image("photo.webp"), options);
    expect(webpDecoder.idleBytes() + webpEncoder.idleBytes()).toBeGreaterThan(0);

    await compress(image("photo.jpg"), options);
    expect(webpDecoder.idleBytes() + webpEncoder.idleBytes()).toBeGreaterThan(0);

    await compress(image("photo.jpg"), { ...options, downloadBudgetBytes: pixelBudget(0) - 20_000_000 });
    expect(webpDecoder.idleBytes() + webpEncoder.idleBytes()).toBe(0);
    expect(jpegDecoder.idleBytes()).toBeGreaterThan(0);
  });
});

function frameOf(jpeg: Uint8Array): number {
  return jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xc0);
}

/** Adds a kilobyte that no viewer reads, so that there is something to save. */
function withUnknownChunk(webp: Uint8Array): Uint8Array {
  const padded = new Uint8Array(webp.length + 1008);
  padded.set(webp);
  padded.set(new TextEncoder().encode("JUNK"), webp.length);
  const view = new DataView(padded.buffer);
  view.setUint32(webp.length + 4, 1000, true);
  view.setUint32(4, padded.length - 8, true);
  return padded;
}
