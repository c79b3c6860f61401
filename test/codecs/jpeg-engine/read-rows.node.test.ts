// The reader beside libjpeg-turbo, and beside the formulas where libjpeg-turbo goes another way.
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { damageJpeg } from "../../fuzz/damage-jpeg.ts";
import { at } from "../../support/jpeg/at.ts";
import { createImage } from "../../support/jpeg/coefficients.ts";
import { loadJpegEngine } from "../../support/jpeg/load-engine.ts";
import { plainPixels } from "../../support/jpeg/plain-pixels.ts";
import {
  describeChoices,
  randomJpeg,
  samplings,
  type JpegChoices,
  type Sampling,
} from "../../support/jpeg/random-jpeg.ts";
import { oneSequentialScan } from "../../support/jpeg/random-script.ts";
import { createRandom } from "../../support/random.ts";
import { fillWithPicture, randomPicture } from "../../support/jpeg/sample-picture.ts";
import { plainOptions, writeJpeg } from "../../support/jpeg/write-jpeg.ts";
import { readPixels, withoutAlpha } from "../../support/jpeg/read-pixels.ts";

const engine = loadJpegEngine();
const processes = ["baseline", "extended", "progressive"] as const;
const reductions = [1, 2, 4, 8] as const;
const allSamplings = Object.keys(samplings).filter(
  (name): name is Sampling => name in samplings && !name.startsWith("cmyk"),
);

describe("openJpeg", () => {
  test.each(allSamplings)("reads the very pixels of %s that libjpeg-turbo reads", async (sampling) => {
    for (let seed = 0; seed < 16; seed++) {
      const { bytes, choices } = picture(seed, { sampling });

      expect(same(pixelsOf(bytes, 1), await decoded(bytes)), describeChoices(choices)).toBe(true);
    }
  });

  test("reads the very pixels of RGB that libjpeg-turbo reads", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const { bytes, choices } = picture(seed, { sampling: seed % 2 ? "4:4:4" : "4:2:2", metadata: "adobe-rgb" });

      expect(same(pixelsOf(bytes, 1), await decoded(bytes)), describeChoices(choices)).toBe(true);
    }
  });

  test.each(
    sizes(
      [1, 1],
      [2, 2],
      [3, 5],
      [7, 9],
      [16, 16],
      [17, 33],
      [33, 17],
      [64, 1],
      [1, 64],
      [201, 131],
      [64, 48],
      [640, 70],
    ),
  )("reads the very pixels of %i x %i that libjpeg-turbo reads", async (width, height) => {
    for (const sampling of ["4:2:0", "4:2:2", "4:4:0", "4:1:1", "grey"] as const) {
      const { bytes } = picture(1, { sampling, width, height });

      expect(same(pixelsOf(bytes, 1), await decoded(bytes)), sampling).toBe(true);
    }
  });

  test.each(allSamplings.flatMap((sampling) => reductions.map((reduction) => [sampling, reduction] as const)))(
    "reads %s at 1/%i within 3 of the formulas, and 0.5 in the mean",
    (sampling, reduction) => {
      let [sum, count] = [0, 0];
      for (let seed = 0; seed < 5; seed++) {
        const { bytes, image, choices } = picture(seed, { sampling });
        const exact = plainPixels(image, image.components.length === 1 ? "grey" : "ycbcr", reduction);

        const differences = Float64Array.from(pixelsOf(bytes, reduction), (value, i) => Math.abs(value - at(exact, i)));

        expect(differences.length).toBe(exact.length);
        expect(Math.max(...differences), describeChoices(choices)).toBeLessThan(3);
        sum += differences.reduce((total, difference) => total + difference, 0);
        count += differences.length;
      }

      expect(sum / count).toBeLessThan(0.5);
    },
  );

  test("repeats chroma whose factor does not divide that of luma, which libjpeg refuses", () => {
    const shapes = [3, 2, 1].map((horizontal, index) => ({ id: index + 1, horizontal, vertical: 1 }));
    const image = createImage(53, 20, shapes);
    fillWithPicture(image, randomPicture(createRandom(1)));
    const bytes = writeJpeg(image, { ...plainOptions, frameMarker: 0xc0, scans: oneSequentialScan(image, 0) });

    const exact = plainPixels(image, "ycbcr", 1);

    const ours = pixelsOf(bytes, 1);
    expect(ours.length).toBe(exact.length);
    const differences = Float64Array.from(ours, (value, i) => Math.abs(value - at(exact, i)));
    expect(Math.max(...differences)).toBeLessThan(3);
  });

  test.each(["4:2:0", "4:4:4"])("reads the widest %s picture that libjpeg makes", async (chromaSubsampling) => {
    const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
    const wide = sharp({ create: { width: 65_500, height: 17, channels: 3, background: "grey", noise } });
    const source = await wide.jpeg({ chromaSubsampling }).toBuffer();

    expect(same(pixelsOf(source, 1), await decoded(source))).toBe(true);
  });

  test("says what the picture is before it is read", () => {
    const grey = engine.openJpeg(picture(1, { sampling: "grey", width: 33, height: 17 }).bytes, { reduction: 4 });
    const colour = engine.openJpeg(picture(1, { sampling: "4:2:0", width: 33, height: 17 }).bytes, { reduction: 8 });

    expect(grey).toMatchObject({ width: 9, height: 5, isGrey: true, hasAlpha: false });
    expect(colour).toMatchObject({ width: 5, height: 3, isGrey: false, hasAlpha: false });
  });

  test("does not guess what inks look like", () => {
    for (const sampling of ["cmyk", "cmyk 4:2:0"] as const) {
      const { bytes } = picture(1, { sampling });

      expect(engine.openJpeg(bytes)).toEqual({ kind: "unsupported_variant", variant: "a CMYK JPEG" });
      expect(engine.openJpeg(bytes.subarray(0, -2))).toMatchObject({ kind: "truncated" });
    }
  });

  test("gets along with 2 MB beside the source for 24 megapixels in ten scans", async () => {
    const blank = sharp({ create: { width: 6000, height: 4000, channels: 3, background: "teal" } });
    const source = await blank.jpeg({ progressive: true }).toBuffer();
    for (const reduction of [1, 8] as const) {
      const opened = engine.openJpeg(source, { reduction, maxMemoryBytes: source.length + 2 * 1024 * 1024 });
      if ("kind" in opened) throw new Error(JSON.stringify(opened));
      let bytes = 0;

      const failure = opened.read((rows) => {
        bytes += rows.length;
        return true;
      });

      expect(failure).toBeNull();
      expect(bytes).toBe((4 * 6000 * 4000) / reduction ** 2);
    }
  });

  test("reads damaged files to their end or names what is wrong", () => {
    const files = Array.from({ length: 30 }, (_, seed) => randomJpeg(seed).bytes);
    const kinds = new Set<string>();
    for (let index = 0; index < 600; index++) {
      const random = createRandom(index);
      const bytes = damageJpeg(random.pick(files), random, files);
      const opened = engine.openJpeg(bytes, { reduction: random.pick(reductions) });
      if ("kind" in opened) continue;
      let read = 0;

      const failure = opened.read((rows) => {
        read += rows.length;
        return true;
      });

      const whole = 4 * opened.width * opened.height;
      expect(failure === null ? read : whole, `case ${index}`).toBe(whole);
      kinds.add(failure?.kind ?? "whole");
    }

    expect(kinds).toEqual(new Set(["whole", "corrupt", "truncated"]));
  });
});

/** One that libjpeg reads, whose colours sharp leaves alone. */
function picture(seed: number, fixed: Partial<JpegChoices>): ReturnType<typeof randomJpeg> {
  return randomJpeg(seed, {
    process: processes[seed % 3] ?? "baseline",
    content: "picture",
    numberOfLinesLater: false,
    junk: false,
    metadata: "jfif",
    ...fixed,
  });
}

function pixelsOf(bytes: Uint8Array, reduction: (typeof reductions)[number]): Uint8Array {
  return withoutAlpha(readPixels(engine.openJpeg(bytes, { reduction })));
}

async function decoded(bytes: Uint8Array): Promise<Uint8Array> {
  const { data, info } = await sharp(bytes, { failOn: "warning" }).raw().toBuffer({ resolveWithObject: true });
  return spread(data, info);
}

/** Three samples a pixel, of one or of three. */
function spread(data: Uint8Array, { width, height }: { width: number; height: number }): Uint8Array {
  if (data.length === 3 * width * height) return data;
  return Uint8Array.from({ length: 3 * width * height }, (_, i) => data[Math.floor(i / 3)] ?? 0);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function sizes(...all: [number, number][]): [number, number][] {
  return all;
}
