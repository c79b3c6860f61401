// The formulas of JFIF and T.81 in doubles judge the coefficients, libjpeg-turbo what is seen.
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { WriteJpegOptions } from "../../../src/codecs/jpeg-engine/write-rows.ts";
import type { Metadata, Picture } from "../../../src/codecs/picture.ts";
import { largestError } from "../../support/jpeg/largest-error.ts";
import { loadJpegEngine } from "../../support/jpeg/load-engine.ts";
import { createRandom } from "../../support/random.ts";
import { readJpeg } from "../../support/jpeg/read-jpeg.ts";
import type { SampleAt } from "../../support/jpeg/reduced-samples.ts";
import { type DrawnPicture, drawPicture, type DrawOptions, type Pixel, pictureOf } from "../../support/picture-of.ts";

const engine = loadJpegEngine();
const noMetadata: Metadata = { orientation: 1, copyright: null, profile: null };
const sizes: [number, number][] = [
  [1, 1],
  [7, 9],
  [8, 8],
  [16, 16],
  [17, 33],
  [64, 1],
  [1, 50],
  [250, 131],
];

describe("coefficients", () => {
  test.each(sizes)("of noise at %i x %i are those of the formulas, to 0.3 and the rounding", (width, height) => {
    const picture = noise(width, height);
    const image = readJpeg(written(picture, { quality: 100, rdo: false }));

    expect(image.components.map(({ horizontal, vertical }) => [horizontal, vertical])).toEqual([
      [2, 2],
      [1, 1],
      [1, 1],
    ]);
    image.components.forEach((component, index) => {
      expect(largestError(component, samplesOf(picture, index)), `component ${index}`).toBeLessThan(0.8);
    });
  });

  test("of grey are those of its values, in one component", () => {
    const random = createRandom(5);
    const picture = drawPicture(
      45,
      23,
      () => {
        const value = random.integer(0, 255);
        return [value, value, value];
      },
      { isGrey: true },
    );
    const image = readJpeg(written(picture, { quality: 100, rdo: false }));

    expect(image.components.length).toBe(1);
    for (const component of image.components) {
      expect(largestError(component, samplesOf(picture, 0))).toBeLessThan(0.8);
    }
  });

  test("of an even picture are nothing but its DC, exactly", () => {
    const image = readJpeg(
      written(
        drawPicture(40, 40, () => [255, 255, 255]),
        { quality: 50 },
      ),
    );
    const [luma] = image.components;

    expect(luma?.coefficients[0]).toBe(Math.round((127 * 8) / (luma?.steps[0] ?? 0)));
    for (const { coefficients } of image.components) {
      expect(coefficients.every((value, at) => at % 64 === 0 || value === 0)).toBe(true);
    }
  });
});

describe("what the decoder shows", () => {
  test.each([
    ["a slope of light", 41, slope],
    ["colour bars", 26, bars],
    ["texture", 30, texture],
  ] as const)("of %s at quality 90 is within %i dB of the picture", async (_, least, pixelAt) => {
    for (const [width, height] of sizes.filter(([across, down]) => across * down > 60)) {
      const picture = drawPicture(width, height, pixelAt);
      const likeness = await psnr(written(picture, { quality: 90 }), picture);

      expect(likeness, `${width} x ${height}`).toBeGreaterThan(least);
    }
  });

  test.each([
    [65_500, 1],
    [1, 65_500],
  ])("of %i x %i pixels is all there", async (width, height) => {
    const picture = drawPicture(width, height, slope, { rowsAtOnce: 1 });
    const bytes = written(picture, { quality: 75 });

    expect(await sharp(bytes).metadata()).toMatchObject({ width, height });
    expect(await psnr(bytes, picture)).toBeGreaterThan(35);
  });

  test("gets smaller and less like the picture as quality goes down", async () => {
    const picture = drawPicture(320, 200, texture);
    let [bytes, likeness] = [0, 0];
    for (const quality of [1, 10, 30, 50, 70, 90, 100]) {
      const file = written(picture, { quality });
      const next = await psnr(file, picture);

      expect(file.length, `${quality}`).toBeGreaterThan(bytes);
      expect(next, `${quality}`).toBeGreaterThan(likeness);
      [bytes, likeness] = [file.length, next];
    }
  });
});

describe("beside mozjpeg at quality 50", () => {
  test.each([
    ["a slope of light", slope],
    ["colour bars", bars],
    ["texture", texture],
  ] as const)("%s takes no more than 5 %% more bytes and is as near, within 2 dB", async (_, pixelAt) => {
    const picture = drawPicture(400, 300, pixelAt);
    const ours = written(picture, { quality: 50 });
    const theirs = await sharp(picture.data, { raw: { width: 400, height: 300, channels: 4 } })
      .removeAlpha()
      .jpeg({ quality: 50, mozjpeg: true })
      .toBuffer();

    expect(ours.length).toBeLessThan(1.05 * theirs.length);
    expect(await psnr(ours, picture)).toBeGreaterThan((await psnr(theirs, picture)) - 2);
  });
});

describe("alpha", () => {
  test.each([
    [[255, 255, 255] as const, {}],
    [[200, 30, 90] as const, {}],
    [[200, 30, 90] as const, { isGrey: true }],
    [[9, 9, 9] as const, { isGrey: true }],
  ])("over %j looks as if it had been laid over it before, %j", (background, options) => {
    const random = createRandom(9);
    const drawn = drawPicture(37, 21, () => {
      const value = random.integer(0, 255);
      return [
        value,
        "isGrey" in options ? value : random.integer(0, 255),
        value,
        random.pick([0, 255, 1, 254, 128, 77]),
      ];
    });
    const opaque = flattened(drawn, background);

    const ours = written({ ...drawn, hasAlpha: true, ...options }, { quality: 80, background });

    const isGrey = "isGrey" in options && background[0] === background[1];
    expect(ours).toEqual(written({ ...opaque, isGrey }, { quality: 80 }));
  });

  test("of a grey picture over a colour makes it a picture in colours", () => {
    const picture = drawPicture(16, 16, (x) => [0, 0, 0, 16 * x], { isGrey: true, hasAlpha: true });

    expect(readJpeg(written(picture, { background: [255, 0, 0] })).components.length).toBe(3);
    expect(readJpeg(written(picture, { background: [255, 255, 255] })).components.length).toBe(1);
  });

  test("is not looked for where the picture has none", () => {
    const picture = drawPicture(16, 16, () => [10, 20, 30, 0]);

    expect(written(picture)).toEqual(written(drawPicture(16, 16, () => [10, 20, 30])));
  });
});

describe("what stands beside the picture", () => {
  const picture = drawPicture(24, 24, slope);

  test("is orientation and copyright, and nothing is turned", async () => {
    const copyright = new TextEncoder().encode("(c) Ada");
    const bytes = written(picture, { metadata: { ...noMetadata, orientation: 6, copyright } });
    const metadata = await sharp(bytes).metadata();

    expect(metadata).toMatchObject({ orientation: 6, width: 24, height: 24 });
    expect(Buffer.from(metadata.exif ?? []).includes("(c) Ada")).toBe(true);
  });

  test.each([1, 65_519, 65_520, 200_000, 255 * 65_519])("is a colour profile of %i bytes", async (length) => {
    const profile = createRandom(1).bytes(Math.min(length, 70_000));
    const long = new Uint8Array(length);
    for (let at = 0; at < length; at += profile.length) long.set(profile.subarray(0, length - at), at);
    const bytes = written(picture, { metadata: { ...noMetadata, profile: long } });

    expect(profileOf(bytes).equals(long)).toBe(true);
    expect((await sharp(bytes).metadata()).width).toBe(24);
  });

  test("is no colour profile that is longer than 255 segments", () => {
    const profile = new Uint8Array(255 * 65_519 + 1);

    expect(written(picture, { metadata: { ...noMetadata, profile } })).toEqual(written(picture));
  });
});

describe("limits", () => {
  test("what has just as many bytes as it may is written, what has one more is small already", () => {
    for (const draw of [slope, texture]) {
      const picture = drawPicture(90, 70, draw);
      const { length } = written(picture);

      expect(written(picture, { mostBytes: length }).length).toBe(length);
      expect(engine.writeJpeg(picture, { ...plain, mostBytes: length - 1 })).toEqual({ kind: "already_small" });
      expect(engine.writeJpeg(picture, { ...plain, mostBytes: 10 })).toEqual({ kind: "already_small" });
    }
  });

  test("a picture that does not fit in memory says how much of it did", () => {
    const picture = noise(400, 1000);
    const enough = { ...plain, quality: 95 };

    expect(engine.writeJpeg(picture, { ...enough, maxMemoryBytes: 600_000 })).toMatchObject({
      kind: "too_large_for_memory",
      width: 400,
      height: 1000,
    });
    expect(engine.writeJpeg(picture, { ...enough, maxMemoryBytes: 1000 })).toMatchObject({ limitPixels: 0 });
    expect(engine.writeJpeg(picture, enough)).toBeInstanceOf(Uint8Array);
  });

  test("a large picture takes a few bytes for every coefficient that is kept, and no more", () => {
    const row = drawPicture(6000, 16, texture);
    const picture: Picture = { ...row, height: 4000, read: (take) => repeat(row, 250, take) };

    expect(written(picture, { maxMemoryBytes: 8 << 20 }).length).toBeGreaterThan(100_000);
  });

  test("a side of 65,501 pixels is more than decoders take", () => {
    const wide = { ...drawPicture(1, 1, slope), width: 65_501 };

    expect(engine.writeJpeg(wide, plain)).toMatchObject({ kind: "unsupported_variant" });
  });

  test("there are no qualities beside 1 to 100", () => {
    expect(() => written(drawPicture(1, 1, slope), { quality: 0 })).toThrow(RangeError);
    expect(() => written(drawPicture(1, 1, slope), { quality: 101 })).toThrow(RangeError);
  });
});

describe("reading", () => {
  test("in any portions gives the same file, twice", () => {
    const picture = drawPicture(50, 61, texture);
    const portions = [1, 2, 7, 16, 61].map((rowsAtOnce) => written(pictureOf(50, 61, picture.data, { rowsAtOnce })));

    for (const bytes of portions) expect(bytes).toEqual(written(picture));
  });

  test("from a JPEG, by the same engine at the same time, keeps what it shows and hands on what it lacks", async () => {
    const source = written(drawPicture(150, 90, texture), { quality: 95 });
    const shown = await sharp(source).ensureAlpha().raw().toBuffer();

    const bytes = written(opened(source), { quality: 90 });

    expect(await psnr(bytes, pictureOf(150, 90, shown))).toBeGreaterThan(32);
    const cut = Uint8Array.of(...source.subarray(0, -300), 0xff, 0xd9);
    expect(engine.writeJpeg(opened(cut), plain)).toMatchObject({ kind: "truncated" });
  });

  test("that fails hands its failure on", () => {
    const failure = { kind: "truncated", reason: "its data end" } as const;
    const picture = drawPicture(20, 20, slope);
    const failing: Picture = {
      ...picture,
      read(take) {
        take(picture.data.subarray(0, 400));
        return failure;
      },
    };

    expect(engine.writeJpeg(failing, plain)).toBe(failure);
  });

  test("that gives too few rows or too many is a bug", () => {
    const picture = drawPicture(20, 20, slope);

    expect(() => written({ ...picture, height: 21 })).toThrow(RangeError);
    expect(() => written({ ...picture, height: 19 })).toThrow(RangeError);
    expect(() => written({ ...picture, width: 19 })).toThrow(RangeError);
  });
});

const plain: WriteJpegOptions = {
  quality: 50,
  metadata: noMetadata,
  background: [255, 255, 255],
  maxMemoryBytes: 64 << 20,
  mostBytes: Infinity,
};

function written(picture: Picture, options: Partial<WriteJpegOptions> = {}): Uint8Array {
  const result = engine.writeJpeg(picture, { ...plain, ...options });
  if (result instanceof Uint8Array) return result;
  throw new Error(JSON.stringify(result));
}

function opened(source: Uint8Array): Picture {
  const picture = engine.openJpeg(source);
  if ("kind" in picture) throw new Error(JSON.stringify(picture));
  return picture;
}

function slope(x: number, y: number): Pixel {
  return [128 + 100 * Math.sin(x / 97), 128 + 100 * Math.cos(y / 83), 128 + 90 * Math.sin((x + y) / 151)];
}

function bars(x: number): Pixel {
  const bar = Math.floor(x / 21) % 8;
  return [bar & 1 ? 200 : 20, bar & 2 ? 200 : 20, bar & 4 ? 200 : 20];
}

function texture(x: number, y: number): Pixel {
  const waves = 25 * Math.sin(x * 0.9) * Math.cos(y * 0.7);
  const edge = x > y ? 20 : 0;
  return [
    128 + 90 * Math.sin(x / 37) + edge,
    128 + 70 * Math.cos(y / 23) + waves,
    128 + 80 * Math.sin((x + y) / 51) + waves / 2,
  ];
}

function noise(width: number, height: number): DrawnPicture {
  return pictureOf(width, height, createRandom(width * 1000 + height).bytes(4 * width * height));
}

function repeat(picture: Picture, times: number, take: (rows: Uint8Array) => boolean): null {
  for (let time = 0; time < times; time += 1) picture.read(take);
  return null;
}

/** As browsers composite: bytes as they are, rounded to the nearest. */
function flattened(picture: DrawnPicture, background: readonly [number, number, number]): DrawnPicture {
  const { width, height, data } = picture;
  const options: DrawOptions = { isGrey: picture.isGrey };
  const opaque = data.map((value, at) => {
    const alpha = data[at | 3] ?? 0;
    return (at & 3) === 3 ? 255 : Math.round((value * alpha + (background[at & 3] ?? 0) * (255 - alpha)) / 255);
  });
  return pictureOf(width, height, opaque, options);
}

/** A component's level-shifted sample as JFIF has it, chroma as the mean of four pixels, edges repeated. */
function samplesOf({ width, height, data }: DrawnPicture, component: number): SampleAt {
  const weights = [
    [0.299, 0.587, 0.114],
    [-0.168735892, -0.331264108, 0.5],
    [0.5, -0.418687589, -0.081312411],
  ][component] ?? [0, 0, 0];
  const pixel = (x: number, y: number): number => {
    const at = 4 * (Math.min(y, height - 1) * width + Math.min(x, width - 1));
    const sum = weights.reduce((total, weight, channel) => total + weight * (data[at + channel] ?? 0), 0);
    return component === 0 ? sum - 128 : sum;
  };
  if (component === 0) return pixel;
  const lastRow = Math.ceil(height / 2) - 1;
  return (x, y) => {
    const [left, top] = [2 * x, 2 * Math.min(y, lastRow)];
    return (pixel(left, top) + pixel(left + 1, top) + pixel(left, top + 1) + pixel(left + 1, top + 1)) / 4;
  };
}

/** The chunks of all APP2 segments, in file order. */
function profileOf(bytes: Uint8Array): Buffer {
  const chunks = readJpeg(bytes).segments.filter(({ marker }) => marker === 0xe2);
  chunks.forEach(({ payload }, index) => expect([...payload.subarray(12, 14)]).toEqual([index + 1, chunks.length]));
  return Buffer.concat(chunks.map(({ payload }) => payload.subarray(14)));
}

/** In dB, of what libjpeg-turbo shows of the file; a warning of it is a failure. */
async function psnr(bytes: Uint8Array, picture: DrawnPicture): Promise<number> {
  const shown = await sharp(bytes, { failOn: "warning" }).toColourspace("srgb").ensureAlpha().raw().toBuffer();
  if (shown.length !== picture.data.length) throw new Error("the pictures differ in size");
  const squares = shown.reduce((sum, value, at) => sum + (value - (picture.data[at] ?? 0)) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * shown.length * 0.75) / squares);
}
