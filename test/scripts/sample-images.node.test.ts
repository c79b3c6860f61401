import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { makeSampleImages } from "../../scripts/sample-images.ts";
import type { Sample } from "../../scripts/sample-images.ts";
import { paintLandscape } from "../../scripts/samples/landscape.ts";
import { photograph } from "../../scripts/samples/photograph.ts";
import { lamp } from "../../scripts/samples/scenes.ts";

describe("makeSampleImages", () => {
  let samples: Map<string, Sample>;
  beforeAll(async () => {
    samples = new Map((await makeSampleImages()).map((sample) => [sample.name, sample]));
  }, 60_000);

  function bytesOf(name: string): Buffer {
    const sample = samples.get(name);
    if (sample === undefined) throw new Error(`${name} is missing`);
    return sample.bytes;
  }

  test("has a file for every URL of the catalogue but the missing one and the one that is no http URL", () => {
    const catalogue = readFileSync(join(import.meta.dirname, "../../examples/catalogue.csv"), "utf8");

    const urls = catalogue.match(/\w+:\/\/[^",\s]+/g) ?? [];
    const absent = urls.filter((url) => !samples.has(url.split("/").at(-1) ?? ""));

    expect(urls.length).toBeGreaterThanOrEqual(14);
    expect(absent).toEqual(["http://images.example/throw-front.jpg", "ftp://images.example/throw-scan.tif"]);
  });

  test("gives the photo of 12 megapixels the weight of a real one", async () => {
    const bytes = bytesOf("alps-original.jpg");

    expect(await sharp(bytes).metadata()).toMatchObject({ format: "jpeg", width: 4000, height: 3000 });
    expect(bytes.length).toBeGreaterThan(1_500_000);
  });

  test("stores the upright lamp lying down and says so in its EXIF data", async () => {
    const { width, height, orientation, autoOrient } = await sharp(bytesOf("lamp.jpg")).metadata();

    expect({ width, height, orientation }).toEqual({ width: 1600, height: 1200, orientation: 6 });
    expect(autoOrient).toEqual({ width: 1200, height: 1600 });
  });

  test.each([
    ["mug.jpg", { format: "jpeg", isProgressive: false, chromaSubsampling: "4:2:0" }],
    ["mug-glaze.jpg", { format: "jpeg", chromaSubsampling: "4:4:4", hasProfile: true }],
    ["mug-cutout.png", { format: "png", hasAlpha: true }],
    ["cushion.jpg", { format: "jpeg", isProgressive: true, chromaSubsampling: "4:2:0" }],
    ["cushion-weave.jpg", { format: "jpeg", channels: 1 }],
    ["carafe-print.jpg", { format: "jpeg", space: "cmyk", channels: 4 }],
    ["carafe.webp", { format: "webp", hasAlpha: false }],
    ["gift-card.webp", { format: "webp", pages: 3 }],
    ["logo.png", { format: "png", hasAlpha: true }],
    ["planner.png", { format: "png", hasAlpha: false }],
  ])("makes %s what its name promises", async (name, promised) => {
    expect(await sharp(bytesOf(name)).metadata()).toMatchObject(promised);
  });

  test("cuts the broken upload off before its end-of-image marker", () => {
    const bytes = bytesOf("throw-folded.jpg");

    expect(bytes.subarray(0, 2).toString("hex")).toBe("ffd8");
    expect(bytes.subarray(-2).toString("hex")).not.toBe("ffd9");
  });

  test("answers the moved product with a page", () => {
    expect(samples.get("throw-back.jpg")?.contentType).toBe("text/html; charset=utf-8");
    expect(bytesOf("throw-back.jpg").toString()).toMatch(/^<!doctype html>/);
  });
});

describe("the same seed", () => {
  test("paints the same landscape, and another seed another one", () => {
    const first = paintLandscape(240, 180, 5);

    expect(paintLandscape(240, 180, 5).rgb).toEqual(first.rgb);
    expect(paintLandscape(240, 180, 6).rgb).not.toEqual(first.rgb);
  });

  test("takes the same photo, and another seed another one", async () => {
    const first = await photograph(lamp(), 60, { seed: 5, grain: 3 });

    expect(await photograph(lamp(), 60, { seed: 5, grain: 3 })).toEqual(first);
    expect(await photograph(lamp(), 60, { seed: 6, grain: 3 })).not.toEqual(first);
  });
});
