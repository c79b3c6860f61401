// The judge is judged first: the reference reader against the generator it does not share code with, and against
// libjpeg-turbo, whose samples it must reach through nothing but the formula of the DCT.
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { differingCoefficient } from "./compare-coefficients.ts";
import { inverseDct } from "./dct.ts";
import { describeChoices, randomJpeg } from "./random-jpeg.ts";
import { createRandom } from "../random.ts";
import { readJpeg } from "./read-jpeg.ts";

describe("readJpeg", () => {
  test("reads back every coefficient that the generator wrote", () => {
    for (let seed = 0; seed < 150; seed++) {
      const { bytes, image, choices } = randomJpeg(seed, { junk: false });

      expect(differingCoefficient(readJpeg(bytes), image), `seed ${seed}: ${describeChoices(choices)}`).toBeNull();
    }
  });

  test("reads the same coefficients from libjpeg-turbo's baseline and progressive files", async () => {
    const picture = noisyPicture(101, 67);
    for (const chromaSubsampling of ["4:4:4", "4:2:0"]) {
      const baseline = await picture.clone().jpeg({ quality: 80, chromaSubsampling }).toBuffer();
      const progressive = await picture.clone().jpeg({ quality: 80, chromaSubsampling, progressive: true }).toBuffer();

      expect(differingCoefficient(readJpeg(progressive), readJpeg(baseline))).toBeNull();
    }
  });

  test("leads by the DCT's formula to the samples that libjpeg-turbo decodes", async () => {
    const bytes = await noisyPicture(61, 45).greyscale().jpeg({ quality: 90 }).toBuffer();
    const decoded = await sharp(bytes).greyscale().raw().toBuffer();

    const [component] = readJpeg(bytes).components;
    if (component === undefined) throw new Error("no component");
    let worst = 0;
    for (let row = 0; row < component.blocksHigh; row++) {
      for (let column = 0; column < component.blocksWide; column++) {
        const offset = (row * component.storedWide + column) * 64;
        const dequantised = Array.from(component.steps, (step, k) => step * (component.coefficients[offset + k] ?? 0));
        inverseDct(dequantised).forEach((sample, i) => {
          const x = column * 8 + (i & 7);
          const y = row * 8 + (i >> 3);
          if (x >= 61 || y >= 45) return;
          const expected = Math.max(0, Math.min(255, Math.round(sample + 128)));
          worst = Math.max(worst, Math.abs((decoded[y * 61 + x] ?? 0) - expected));
        });
      }
    }

    expect(worst).toBeLessThanOrEqual(1);
  });

  test.each([
    ["the end of the file within a scan", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 5)],
    ["a missing EOI", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 2)],
    ["no SOI", (bytes: Uint8Array) => bytes.subarray(2)],
  ])("refuses %s", (_name, damage) => {
    const { bytes } = randomJpeg(3, { junk: false, process: "baseline", content: "picture" });

    expect(() => readJpeg(damage(bytes))).toThrow(/./);
  });
});

describe("the generator", () => {
  test("writes files that libjpeg-turbo reads without a warning", async () => {
    for (let seed = 1000; seed < 1120; seed++) {
      const { bytes, choices } = randomJpeg(seed, { junk: false, numberOfLinesLater: false });
      const decoded = await sharp(bytes, { failOn: "warning" }).raw().toBuffer({ resolveWithObject: true });

      const size = { width: decoded.info.width, height: decoded.info.height };
      expect(size, `seed ${seed}: ${describeChoices(choices)}`).toEqual({
        width: choices.width,
        height: choices.height,
      });
    }
  });

  test("writes every sampling and process in reach of a few hundred seeds", () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const { choices } = randomJpeg(seed, { width: 9, height: 9 });
      seen.add(choices.sampling).add(choices.process);
    }

    expect(seen.size).toBe(13 + 3);
  });
});

function noisyPicture(width: number, height: number): Sharp {
  const random = createRandom(6);
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => ((i * 7) % 200) + random.integer(0, 55));
  return sharp(data, { raw: { width, height, channels: 3 } });
}
