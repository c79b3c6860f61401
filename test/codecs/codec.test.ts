import { defaultOptions as webpDefaults } from "@jsquash/webp/meta.js";
import { describe, expect, test } from "vitest";
import { avifDecoder, avifEncoder } from "../../src/codecs/avif.ts";
import { compress } from "../../src/codecs/codec.ts";
import { jpegEngine } from "../../src/codecs/jpeg.ts";
import { probeJpeg } from "../../src/codecs/jpeg-engine/probe.ts";
import { pixelBudget, wasmRoom } from "../../src/codecs/memory.ts";
import { probe } from "../../src/codecs/sniff.ts";
import { wasmMemories } from "../../src/codecs/wasm-memories.ts";
import { webpDecoder, webpEncoder } from "../../src/codecs/webp.ts";
import { image } from "../fixtures/images/images.ts";
import { decode, meanDifference } from "../support/decode.ts";
import { findSegment, inserted, patched } from "./jpeg-engine/samples.ts";
import { unlimited } from "../support/room.ts";

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

  test("leaves the four inks of a CMYK JPEG four", async () => {
    const result = await compress(image("cmyk.jpg"), options);

    expect(result).toMatchObject({ kind: "compressed", width: 64, height: 48 });
    expect(result.kind === "compressed" && probeJpeg(result.bytes)).toMatchObject({ components: 4, colour: "cmyk" });
  });

  test.each([
    [0xc9, "an arithmetic-coded JPEG"],
    [0xca, "an arithmetic-coded JPEG"],
    [0xc3, "a lossless JPEG"],
    [0xc5, "a hierarchical JPEG"],
    [0xf7, "a JPEG-LS"],
  ])("keeps a JPEG whose frame marker is %i, %s, unless it is cut off", async (marker, variant) => {
    const source = image("photo.jpg");
    const kept = patched(source, findSegment(source, 0xc0) + 1, marker);

    expect(await compress(kept, options)).toEqual({ kind: "unsupported_variant", variant });
    expect(await compress(kept.subarray(0, -1), options)).toMatchObject({ kind: "truncated" });
  });

  test("keeps a JPEG of 12 bits a sample and one of two components", async () => {
    const source = image("photo.jpg");
    const frameAt = findSegment(source, 0xc0);
    const twoComponents = [0xff, 0xc0, 0, 14, 8, 0, 48, 0, 64, 2, 1, 0x11, 0, 2, 0x11, 1];

    expect(await compress(patched(source, frameAt + 4, 12), options)).toEqual({
      kind: "unsupported_variant",
      variant: "a JPEG with 12 bits a sample",
    });
    expect(await compress(inserted(source, frameAt, ...twoComponents), options)).toEqual({
      kind: "unsupported_variant",
      variant: "a JPEG with 2 components",
    });
  });

  test("takes a JPEG that tells its height only at its end, and knows the height before it decodes", async () => {
    const source = image("photo.jpg");
    const open = patched(source, findSegment(source, 0xc0) + 5, 0, 0);
    const told = inserted(open, open.length - 2, 0xff, 0xdc, 0, 4, 0, 48);

    expect(probe(told)).toMatchObject({ kind: "image", width: 64, height: 48, variant: null });
    expect(await compress(told, options)).toMatchObject({ kind: "compressed", width: 64, height: 48 });
    expect(await compress(told, { ...options, maxPixels: 64 * 48 - 1 })).toMatchObject({ kind: "too_many_pixels" });
    expect(await compress(open, options)).toEqual({ kind: "corrupt", reason: "no line count" });
  });

  test("takes a JPEG with quantisation steps of 16 bits", async () => {
    const source = image("photo.jpg");
    const steps = source.subarray(findSegment(source, 0xdb)).subarray(5, 69);
    const wide = [0xff, 0xdb, 0, 131, 0x10, ...Array.from(steps).flatMap((step) => [0, step])];

    const result = await compress(inserted(source, findSegment(source, 0xc0), ...wide), options);

    expect(result.kind === "compressed" && meanDifference(decode(result.bytes), decode(source))).toBeLessThan(4);
  });

  test("takes a JPEG behind a server's warning and with bytes behind its end", async () => {
    const source = image("photo.jpg");
    const warning = new TextEncoder().encode("\r\n<b>Warning</b>: header already sent\r\n");

    const result = await compress(inserted(inserted(source, source.length, 1, 2, 3), 0, ...warning), options);

    expect(result).toEqual(await compress(source, options));
  });

  test("names what is no image before it looks at anything else", async () => {
    const page = new TextEncoder().encode("<!doctype html><h1>Sign in</h1>");

    expect(await compress(page, { quality: 50, maxPixels: 0 })).toEqual({
      kind: "not_an_image",
      looksLike: "a web page (HTML)",
    });
    expect(await compress(new Uint8Array(0), options)).toEqual({ kind: "not_an_image", looksLike: "an empty file" });
  });

  test("keeps a lossless WebP that is one pixel wider than libwebp writes", async () => {
    const header = "524946461e000000574542505650384c110000002f";
    const wide = Uint8Array.fromHex(`${header}ffff0b0007d0b77e74bdff8188e87f0000`);

    expect(await compress(wide, options)).toEqual({
      kind: "unsupported_variant",
      variant: "a WebP of 16384 x 48 pixels",
    });
    expect(await compress(wide, { ...options, scale: 0.5 })).toMatchObject({ kind: "already_small" });
  });

  test("keeps flat art in a lossless WebP lossless when that is smaller", async () => {
    // Two colours in stripes of three pixels: a hard case for the lossy kind.
    const data = new Uint8Array(60 * 60 * 4).map((_, at) => (at % 4 === 3 || ((at >> 2) % 60) % 6 < 3 ? 255 : 20));
    const encoded = webpEncoder.run(unlimited, (module) =>
      module.encode(data, 60, 60, { ...webpDefaults, lossless: 1 }),
    );
    if (encoded.kind !== "done") throw new Error("The stripes could not be encoded.");

    const result = await compress(withUnknownChunk(encoded.result), options);

    expect(result.kind === "compressed" && decode(result.bytes).data).toEqual(new Uint8ClampedArray(data));
  });

  test("keeps a JPEG that grows the engine past its room, and works on afterwards", async () => {
    const source = image("photo.jpg");
    // Not even the tables fit.
    const downloadBudgetBytes = pixelBudget(0) - 30_000;

    const result = await compress(source, { ...options, downloadBudgetBytes });

    expect(result).toMatchObject({ kind: "too_large_for_memory", width: 64, height: 48 });
    expect(result.kind === "too_large_for_memory" && result.limitPixels).toBeLessThan(64 * 48 + 1);
    expect(await compress(source, options)).toMatchObject({ kind: "compressed" });
  });

  test("leaves the codecs of other formats what they hold while there is room", async () => {
    await compress(image("photo.webp"), options);
    const held = memoriesOf();
    expect(held[0]).toBeGreaterThan(0);

    await compress(image("photo.jpg"), options);

    expect(memoriesOf()).toEqual(held);
    expect(jpegEngine.idleBytes()).toBeGreaterThan(0);
  });

  test("holds no more memory than a picture's budget has, but for small ones, whatever ran before", async () => {
    for (const name of ["photo.webp", "picture.avif", "photo.png", "photo.jpg"]) await compress(image(name), options);
    const downloadBudgetBytes = pixelBudget(0) - 12_000_000;
    const allowedBytes = wasmRoom(12_000_000) + 8 * 1024 * 1024;
    expect(wasmMemories.heldBytes()).toBeGreaterThan(allowedBytes);

    await compress(image("photo.webp"), { ...options, downloadBudgetBytes });

    expect(wasmMemories.heldBytes()).toBeLessThanOrEqual(allowedBytes);
  });

  test("takes back what a picture has held when it is done", async () => {
    await compress(image("interlaced.png"), { ...options, format: "jpeg" });
    const held = wasmMemories.heldBytes();

    for (let time = 0; time < 3; time++) await compress(image("interlaced.png"), { ...options, format: "jpeg" });

    expect(wasmMemories.heldBytes()).toBe(held);
  });

  test.each([
    ["photo.webp", "keep"],
    ["lossless.webp", "keep"],
    ["photo.jpg", "webp"],
    ["photo.jpg", "avif"],
    ["photo.png", "auto"],
    ["picture.avif", "keep"],
    ["picture.avif", "jpeg"],
  ] as const)("holds one decoder and one encoder for all images alike: %s, %s", async (name, format) => {
    const first = await compress(image(name), { ...options, format });
    const memories = memoriesOf();

    const { result, started } = await countingInstances(() => compress(image(name), { ...options, format }));

    expect(started).toBe(0);
    expect(result).toEqual(first);
    expect(memoriesOf()).toEqual(memories);
  });
});

function memoriesOf(): number[] {
  return [webpDecoder, webpEncoder, avifDecoder, avifEncoder].map((engine) => engine.idleBytes());
}

/** How many instances of emscripten's codecs are started meanwhile: only these import anything. */
async function countingInstances<Result>(work: () => Promise<Result>): Promise<{ result: Result; started: number }> {
  const { Instance } = WebAssembly;
  let started = 0;
  const counting = new Proxy(Instance, {
    construct(target, given) {
      if (given.length > 1) started++;
      return Reflect.construct(target, given);
    },
  });
  Reflect.set(WebAssembly, "Instance", counting);
  try {
    return { result: await work(), started };
  } finally {
    Reflect.set(WebAssembly, "Instance", Instance);
  }
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
