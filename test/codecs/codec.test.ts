import { describe, expect, test } from "vitest";
import { compress } from "../../src/codecs/codec.ts";
import { probe } from "../../src/codecs/sniff.ts";
import { image } from "../fixtures/images/images.ts";

const options = { quality: 50, maxPixels: 120_000_000 };

describe("compress", () => {
  test.each([
    ["photo.jpg", 64, 48],
    ["progressive.jpg", 64, 48],
    ["grey.jpg", 64, 48],
    ["photo.png", 64, 48],
    ["alpha.png", 48, 32],
    ["photo.webp", 64, 48],
    ["alpha.webp", 48, 32],
    ["lossless.webp", 64, 48],
  ])("makes %s smaller and keeps its format and dimensions", async (name, width, height) => {
    const source = image(name);

    const result = await compress(source, options);

    expect(result).toMatchObject({ kind: "compressed", width, height });
    if (result.kind !== "compressed") return;
    expect(result.bytes.length).toBeLessThan(source.length);
    expect(probe(result.bytes)).toMatchObject({ kind: "image", format: result.format, width, height });
  });
});
