import { describe, expect, test } from "vitest";
import {
  decoderBytes,
  densePixelLimit,
  jpegRoom,
  neededBytes,
  neededJpegBytes,
  pixelBudget,
  pixelLimit,
  readerBytes,
} from "../../src/codecs/memory.ts";
import { readConfig } from "../../src/config.ts";

const paths = ["png-interlaced", "webp", "webp-lossless", "webp-lossless-twice"] as const;

describe("the memory table", () => {
  test("takes the download budget for what the configuration says by default", () => {
    expect(pixelBudget()).toBe(pixelBudget(readConfig({}).downloadBudgetBytes));
  });

  test.each(paths)("fills the budget at the limit of %s and not beyond", (path) => {
    const budget = pixelBudget();
    const limit = pixelLimit(path, budget);

    expect(neededBytes(path, limit)).toBeLessThanOrEqual(budget);
    expect(neededBytes(path, limit + 1)).toBeGreaterThan(budget);
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

  test("has room for a JPEG of 24 megapixels and 16 MB beside the idle codecs of WebP", () => {
    const idleBytes = 2 * 16 * 1024 * 1024;

    expect(neededJpegBytes(16_000_000, 24_000_000)).toBeLessThanOrEqual(pixelBudget());
    expect(neededJpegBytes(12_000_000, 12_000_000) + idleBytes).toBeLessThanOrEqual(pixelBudget());
  });

  test("leaves a JPEG what its output and the idle codecs do not take, and never less than nothing", () => {
    expect(jpegRoom(10_000_000, 5_000_000, 70_000_000)).toBe(55_000_000);
    expect(jpegRoom(10_000_000, 5_000_000, 15_000_000)).toBe(0);
    expect(jpegRoom(10_000_000, 5_000_000, 14_999_999)).toBe(0);
  });

  test("counts a decoder with what it starts with, takes as a rule, or holds beyond that", () => {
    const webp = { kind: "image", format: "webp", path: "webp", animated: false, variant: null } as const;
    const small = { ...webp, width: 64, height: 48 };
    const large = { ...webp, width: 2000, height: 1500 };

    expect(readerBytes(small, 1000, 0)).toBe(16 * 1024 * 1024 + 4 * 64 * 48);
    expect(readerBytes(large, 1000, 0)).toBe(decoderBytes("webp", 3_000_000) + 12_000_000);
    expect(decoderBytes("webp", 3_000_000)).toBeGreaterThan(16 * 1024 * 1024);
    expect(readerBytes(large, 1000, 30_000_000)).toBe(42_000_000);
  });
});
