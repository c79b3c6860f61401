// From every format to every other, in full and in part.

import { describe, expect, test } from "vitest";
import { compress, type CompressOptions } from "../../src/codecs/codec.ts";
import { writtenFormats } from "../../src/codecs/probe.ts";
import { probe } from "../../src/codecs/sniff.ts";
import { image } from "../fixtures/images/images.ts";
import { decode, meanDifference } from "../support/decode.ts";

const options: CompressOptions = { quality: 50, maxPixels: 120_000_000 };

const sources = ["photo.jpg", "photo.png", "photo.webp", "progressive.jpg", "interlaced.png", "lossless.webp"];

describe.each(writtenFormats)("a conversion to %s", (format) => {
  test.each(sources)("shows what %s shows", async (name) => {
    const source = image(name);

    const result = await compress(source, { ...options, format });

    expect(result).toMatchObject({ kind: "compressed", format, width: 64, height: 48 });
    if (result.kind === "compressed") {
      expect(result.bytes.length).toBeLessThan(source.length);
      expect(meanDifference(decode(result.bytes), decode(source))).toBeLessThan(5);
    }
  });
});
