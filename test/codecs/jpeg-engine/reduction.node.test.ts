// A JPEG at a half, a quarter, an eighth of its size, against means in doubles and against libjpeg-turbo.
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import type { RecompressedJpeg, RecompressOptions } from "../../../src/codecs/jpeg-engine/engine.ts";
import type { CoefficientImage, Component } from "../../support/jpeg/coefficients.ts";
import { largestError } from "../../support/jpeg/largest-error.ts";
import { loadJpegEngine } from "../../support/jpeg/load-engine.ts";
import { describeChoices, randomJpeg, samplings, type Sampling } from "../../support/jpeg/random-jpeg.ts";
import { readJpeg } from "../../support/jpeg/read-jpeg.ts";
import { reducedSamples } from "../../support/jpeg/reduced-samples.ts";
import { inserted } from "./samples.ts";

const engine = loadJpegEngine();
const reductions = [2, 4, 8] as const;
const processes = ["baseline", "extended", "progressive"] as const;
const allSamplings = Object.keys(samplings).filter((name): name is Sampling => name in samplings);
/** Pictures that libjpeg reads. */
const sound = { content: "picture", numberOfLinesLater: false, junk: false } as const;

describe("coefficients", () => {
  test.each(allSamplings)("of %s are those of the means, to 0.4 and the rounding", (sampling) => {
    for (let seed = 0; seed < 6; seed++) {
      const process = processes[seed % 3] ?? "baseline";
      const { bytes, image, choices } = randomJpeg(seed, { sampling, process, content: "picture", quality: 90 });
      for (const reduction of reductions) {
        const result = reduced(padded(bytes), { quality: 100, rdo: false, reduction });
        const name = `seed ${seed}, 1/${reduction}: ${describeChoices(choices)}`;
        const output = readJpeg(result.bytes);

        expect([result.width, result.height], name).toEqual(smaller(choices, reduction));
        expect([output.width, output.height], name).toEqual(smaller(choices, reduction));
        image.components.forEach((component, index) => {
          const [across, down] = ratioOf(image, output, index).map((ratio) => ratio * reduction);
          const expected = reducedSamples(image, component, across ?? 0, down ?? 0);

          expect(largestError(componentOf(output, index), expected), `${name}, component ${index}`).toBeLessThan(0.9);
        });
      }
    }
  });

  test.each(reductions)("of values that no picture has stay within what a JPEG can say, at 1/%i", async (reduction) => {
    for (let seed = 0; seed < 10; seed++) {
      const { bytes, choices } = randomJpeg(seed, { ...sound, content: "noise", quality: 20 });
      const { bytes: output } = reduced(padded(bytes), { quality: 100, reduction });
      const [width, height] = smaller(choices, reduction);

      expect(readJpeg(output), describeChoices(choices)).toMatchObject({ width, height });
      expect(
        (await sharp(output, { failOn: "warning" }).raw().toBuffer({ resolveWithObject: true })).info,
      ).toMatchObject({ width, height });
    }
  });
});

describe("what the decoder shows", () => {
  test.each(reductions)(
    "at 1/%i is what libjpeg-turbo makes of the pixels, within 27 dB and mostly 33",
    async (reduction) => {
      const likenesses: number[] = [];
      for (let seed = 0; seed < 12; seed++) {
        const sampling =
          (["4:4:4", "4:2:0", "4:2:2", "grey", "4:4:0", "cmyk"] satisfies Sampling[])[seed % 6] ?? "grey";
        const fixed = {
          ...sound,
          sampling,
          metadata: "jfif",
          width: 150 + seed,
          height: 170 - seed,
          quality: 92,
        } as const;
        const { bytes, choices } = randomJpeg(seed, fixed);
        const { bytes: output } = reduced(padded(bytes), { quality: 90, reduction });
        const [width, height] = smaller(choices, reduction);

        const likeness = await psnrToMeans(output, bytes, width, height, reduction);

        expect(likeness, `seed ${seed}: ${describeChoices(choices)}`).toBeGreaterThan(27);
        likenesses.push(likeness);
      }

      expect(likenesses.toSorted((a, b) => a - b)[6]).toBeGreaterThan(33);
    },
  );

  test("is as near to the means, and no larger, than what sharp makes at the same quality with mozjpeg, within 2 dB and 5 %", async () => {
    const source = await drawn(640, 480).jpeg({ quality: 95 }).toBuffer();
    for (const reduction of reductions) {
      const [width, height] = smaller({ width: 640, height: 480 }, reduction);
      const theirs = await sharp(source).resize(width, height).jpeg({ quality: 50, mozjpeg: true }).toBuffer();
      const { bytes: ours } = reduced(source, { quality: 50, reduction });

      expect(ours.length).toBeLessThan(1.05 * theirs.length);
      const likeness = await psnrToMeans(ours, source, width, height, reduction);
      expect(likeness).toBeGreaterThan((await psnrToMeans(theirs, source, width, height, reduction)) - 2);
    }
  });
});

describe("sampling", () => {
  test.each([
    ["4:4:4", ["2x2", "1x1", "1x1"]],
    ["4:2:2", ["2x2", "1x1", "1x1"]],
    ["4:2:0", ["2x2", "1x1", "1x1"]],
    ["4:1:1", ["4x1", "1x1", "1x1"]],
    ["cmyk", ["1x1", "1x1", "1x1", "1x1"]],
    ["greyOddFactors", ["1x1"]],
  ] as const)("of %s becomes %j at every size", (sampling, expected) => {
    const { bytes } = randomJpeg(3, { ...sound, sampling, metadata: "jfif", width: 70, height: 50, quality: 92 });
    for (const reduction of reductions) {
      const { components } = readJpeg(reduced(padded(bytes), { quality: 75, reduction }).bytes);

      expect(components.map(({ horizontal, vertical }) => `${horizontal}x${vertical}`)).toEqual(expected);
    }
  });
});

describe("everything else", () => {
  test("goes with it: orientation, profile, colour model", async () => {
    for (let seed = 0; seed < 12; seed++) {
      const { bytes, choices } = randomJpeg(seed, { ...sound, metadata: "full", width: 64, height: 60, quality: 98 });
      const output = reduced(padded(bytes), { quality: 50, reduction: 2 }).bytes;
      const name = `seed ${seed}: ${describeChoices(choices)}`;
      const [before, after] = [await sharp(bytes).metadata(), await sharp(output).metadata()];

      expect(after.orientation ?? 1, name).toBe(before.orientation ?? 1);
      expect(after.icc, name).toEqual(before.icc);
      expect([after.channels, after.space, after.width], name).toEqual([before.channels, before.space, 32]);
    }
  });

  test("is the same twice, and what is not made smaller is what it was", () => {
    const { bytes } = randomJpeg(1, { ...sound, width: 90, height: 70, quality: 95 });
    const once = reduced(padded(bytes), { quality: 50, reduction: 4 });

    expect(reduced(padded(bytes), { quality: 50, reduction: 4 })).toEqual(once);
    expect(reduced(padded(bytes), { quality: 50, reduction: 1 })).toEqual(reduced(padded(bytes), { quality: 50 }));
  });

  test("never gives out more bytes than came in", () => {
    for (let seed = 0; seed < 60; seed++) {
      const { bytes, choices } = randomJpeg(seed, { quality: 20 });
      const result = engine.recompressJpeg(bytes, { quality: 100, reduction: reductions[seed % 3] ?? 2 });
      const size = result.kind === "compressed" ? result.bytes.length : 0;

      expect(size, `seed ${seed}: ${describeChoices(choices)}`).toBeLessThan(bytes.length);
    }
  });

  test("says of a cut file that it is truncated", () => {
    const { bytes } = randomJpeg(2, { ...sound, width: 60, height: 60, quality: 95, metadata: "jfif" });
    for (let tenth = 1; tenth < 10; tenth++) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * tenth) / 10));

      expect(engine.recompressJpeg(cut, { quality: 50, reduction: 2 }), `${tenth}`).toMatchObject({
        kind: "truncated",
      });
    }
  });
});

describe("memory", () => {
  test("of 24 progressive megapixels is the source and less than 4 MB", async () => {
    const source = await drawn(6000, 4000).jpeg({ quality: 80, progressive: true }).toBuffer();
    const result = reduced(source, { quality: 50, reduction: 2 });

    expect(result).toMatchObject({ width: 3000, height: 2000 });
    expect(result.peakBytes - source.length).toBeLessThan(4e6);
  });
});

function reduced(source: Uint8Array, options: RecompressOptions): RecompressedJpeg {
  const result = engine.recompressJpeg(source, options);
  if (result.kind !== "compressed") throw new Error(JSON.stringify(result));
  return result;
}

function smaller({ width, height }: { width: number; height: number }, reduction: number): [number, number] {
  return [Math.ceil(width / reduction), Math.ceil(height / reduction)];
}

/** With a comment so long that the output is smaller whatever the picture becomes. */
function padded(source: Uint8Array): Uint8Array {
  const comment = new Uint8Array(65535);
  comment.set([0xff, 0xfe, 0xff, 0xfd]);
  let at = 0;
  while (source[at] !== 0xff || source[at + 1] !== 0xd8) at += 1;
  return inserted(source, at + 2, ...comment);
}

function componentOf(image: CoefficientImage, index: number): Component {
  const component = image.components[index];
  if (component === undefined) throw new Error(`no component ${index}`);
  return component;
}

/** How much more of the picture a sample of the output's component stands for, across and down. */
function ratioOf(source: CoefficientImage, output: CoefficientImage, index: number): [number, number] {
  const [from, to] = [shareOf(source, index), shareOf(output, index)];
  return [from[0] / to[0], from[1] / to[1]];
}

function shareOf({ components }: CoefficientImage, index: number): [number, number] {
  const across = components.map(({ horizontal }) => horizontal);
  const down = components.map(({ vertical }) => vertical);
  return [(across[index] ?? 0) / Math.max(...across), (down[index] ?? 0) / Math.max(...down)];
}

/** In dB, to the means of the source as libjpeg-turbo decodes it, in its own channels. */
async function psnrToMeans(
  output: Uint8Array,
  source: Uint8Array,
  width: number,
  height: number,
  reduction: number,
): Promise<number> {
  const whole = await sharp(source).raw().toBuffer({ resolveWithObject: true });
  const shown = await sharp(output, { failOn: "warning" }).raw().toBuffer();
  const { channels } = whole.info;
  if (shown.length !== width * height * channels) throw new Error("the pictures differ in size");
  let squares = 0;
  for (let at = 0; at < shown.length; at++) {
    const left = (Math.floor(at / channels) % width) * reduction;
    const top = Math.floor(at / channels / width) * reduction;
    let [sum, count] = [0, 0];
    for (let y = top; y < Math.min(top + reduction, whole.info.height); y++) {
      for (let x = left; x < Math.min(left + reduction, whole.info.width); x++) {
        sum += whole.data[(y * whole.info.width + x) * channels + (at % channels)] ?? 0;
        count++;
      }
    }
    squares += ((shown[at] ?? 0) - sum / count) ** 2;
  }
  return 10 * Math.log10((255 ** 2 * shown.length) / squares);
}

/** Smooth colours, an edge and some texture. */
function drawn(width: number, height: number): Sharp {
  const row = new Float64Array(width).map((_, x) => Math.sin(x / 37));
  const waves = new Float64Array(width).map((_, x) => Math.sin(x * 0.9));
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    const [slope, wave] = [Math.cos(y / 23), Math.cos(y * 0.7)];
    for (let x = 0; x < width; x += 1, at += 3) {
      pixels[at] = 128 + 100 * (row[x] ?? 0) + (x > y ? 20 : 0);
      pixels[at + 1] = 128 + 80 * slope + 20 * (waves[x] ?? 0) * wave;
      pixels[at + 2] = 128 + 90 * slope * (row[x] ?? 0);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
