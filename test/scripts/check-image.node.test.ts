import sharp from "sharp";
import type { Sharp } from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import type { Image } from "../../scripts/demo/api.ts";
import { checkImage } from "../../scripts/demo/check-image.ts";
import { photograph } from "../../scripts/samples/photograph.ts";
import { carafe } from "../../scripts/samples/scenes.ts";

async function picture(): Promise<Sharp> {
  const { width, height, rgb } = await photograph(carafe(), 240, { seed: 1, grain: 2 });
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

function served(bytes: Buffer, contentType = "image/jpeg") {
  return { status: 200, contentType, bytes };
}

describe("checkImage", () => {
  let source: Buffer;
  let good: Buffer;
  beforeAll(async () => {
    source = await (await picture()).jpeg({ quality: 92 }).toBuffer();
    good = await sharp(source).jpeg({ quality: 50 }).toBuffer();
  });

  function image(output: Buffer, changes: Partial<Image> = {}): Image {
    return {
      position: 1,
      source: "http://shop.example/carafe.jpg",
      uses: 1,
      output: "http://halftone.example/image/1.jpg",
      outcome: "compressed",
      code: null,
      message: null,
      output_format: "jpeg",
      output_width: 240,
      output_height: 256,
      bytes_in: source.length,
      bytes_out: output.length,
      ...changes,
    };
  }

  test("has nothing to say about a good output", async () => {
    expect(await checkImage(image(good), served(good), source)).toEqual([]);
  });

  test("sees what a viewer sees: an EXIF turn is as good as turned pixels", async () => {
    const lying = await (await picture()).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 50 }).toBuffer();

    expect(await checkImage(image(lying, { output_width: 256, output_height: 240 }), served(lying), source)).toEqual(
      [],
    );
  });

  test.each([
    ["upside down", (original: Sharp) => original.rotate(180), "looks different"],
    ["in other colours", (original: Sharp) => original.modulate({ hue: 90 }), "looks different"],
    ["smaller", (original: Sharp) => original.resize(120), "shows as 120 x 128"],
    ["of another format", (original: Sharp) => original.webp(), "it is a webp"],
  ])("notices an output that is %s", async (_, change, sentence) => {
    const changed = await change(sharp(source)).toBuffer();

    expect((await checkImage(image(changed), served(changed), source)).join()).toContain(sentence);
  });

  test("notices an output that is cut off", async () => {
    const cut = good.subarray(0, Math.floor(good.length * 0.7));

    expect((await checkImage(image(cut), served(cut), source)).join()).toContain("cannot be decoded");
  });

  test("notices an output that is larger than its source", async () => {
    expect((await checkImage(image(good, { bytes_in: good.length - 1 }), served(good), null)).join()).toContain(
      "larger",
    );
  });

  test("lets a kept image be its source and nothing else", async () => {
    const kept = { outcome: "kept_original", code: "already_small" } as const;

    expect(await checkImage(image(source, kept), served(source), source)).toEqual([]);
    expect((await checkImage(image(good, kept), served(good), source)).join()).toContain("differs from its source");
  });

  test("notices a missing file and a wrong type", async () => {
    expect(
      await checkImage(image(good), { status: 404, contentType: "text/plain", bytes: Buffer.from("no") }, source),
    ).toEqual(["it answers 404"]);
    expect((await checkImage(image(good), served(good, "text/html"), source)).join()).toContain("served as text/html");
  });
});
