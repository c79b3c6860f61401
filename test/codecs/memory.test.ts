import { describe, expect, test } from "vitest";
import {
  decoderBytes,
  densePixelLimit,
  encoderBytes,
  jpegRoom,
  neededJpegBytes,
  pixelBudget,
  pixelLimit,
  readerBytes,
  wasmRoom,
} from "../../src/codecs/memory.ts";
import { readConfig } from "../../src/config.ts";

const paths = ["png-interlaced", "webp", "webp-lossless", "webp-lossless-twice", "jxl"] as const;

describe("the memory table", () => {
  test("takes the download budget for what the configuration says by default", () => {
    expect(pixelBudget()).toBe(pixelBudget(readConfig({}).downloadBudgetBytes));
  });

  test.each(paths)("fills neither room at the limit of %s, and one of them beyond", (path) => {
    const budget = pixelBudget();
    const limit = pixelLimit(path, budget);
    const fits = (pixels: number) =>
      Math.max(decoderBytes(path, pixels), encoderBytes(path, pixels)) <= wasmRoom(budget) &&
      (path === "png-interlaced" || 4 * pixels <= budget - wasmRoom(budget));

    expect(fits(limit)).toBe(true);
    expect(fits(limit + 1)).toBe(false);
  });

  test("has room for an AVIF of full HD, a WebP of four and a half megapixels and a JPEG XL of nine tenths of one", () => {
    expect(pixelLimit("avif", pixelBudget())).toBeGreaterThan(1920 * 1080);
    expect(pixelLimit("webp", pixelBudget())).toBeGreaterThan(4_500_000);
    expect(pixelLimit("webp-lossless", pixelBudget())).toBeGreaterThan(4_500_000);
    expect(pixelLimit("jxl", pixelBudget())).toBeGreaterThan(900_000);
  });

  test.each(paths)("allows noise of no more pixels than photographs on %s", (path) => {
    expect(densePixelLimit(path, pixelBudget())).toBeLessThanOrEqual(pixelLimit(path, pixelBudget()));
  });

  test("sets PNG no limit, whose engine works in strips", () => {
    expect(pixelLimit("png", pixelBudget())).toBe(Infinity);
  });

  test("gives less to pixels when downloads may hold more", () => {
    expect(pixelBudget(41_000_000)).toBe(pixelBudget(40_000_000) - 1_000_000);
  });

  test("has room for a JPEG of 24 megapixels and 16 MB, and for one of 100", () => {
    expect(neededJpegBytes(16_000_000, 24_000_000)).toBeLessThanOrEqual(wasmRoom(pixelBudget()));
    expect(neededJpegBytes(20_000_000, 100_000_000)).toBeLessThanOrEqual(wasmRoom(pixelBudget()));
  });

  test("leaves a JPEG what its output does not take, and never less than nothing", () => {
    const budget = 100_000_000;

    expect(jpegRoom(0, budget)).toBe(wasmRoom(budget));
    expect(jpegRoom(30_000_000, budget)).toBe(70_000_000);
    expect(jpegRoom(100_000_001, budget)).toBe(0);
  });

  test("counts of what is decoded whole the pixels alone: the writer may have the decoder's memory", () => {
    const webp = { kind: "image", format: "webp", path: "webp", animated: false, variant: null } as const;

    expect(readerBytes({ ...webp, width: 2000, height: 1500 }, 1000)).toEqual({ wasmBytes: 0, pixelBytes: 12_000_000 });
  });
});
