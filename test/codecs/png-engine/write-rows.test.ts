// Inside workerd. The judge of the pixels is another decoder; that of what a palette is worth is recompressPng, whose own
// tests say how near it comes.

import { describe, expect, test } from "vitest";
import type { ImageFailure } from "../../../src/errors.ts";
import type { Metadata, Picture } from "../../../src/codecs/picture.ts";
import { createPngEngine } from "../../../src/codecs/png-engine/engine.ts";
import pngEngineModule from "../../../src/codecs/png-engine/png-engine.wasm";
import { createPngReader } from "../../../src/codecs/png-engine/read-rows.ts";
import { decodePng } from "../../support/png-peer.ts";
import { chunksOf, type Sample, writeSample } from "./samples.ts";
import { wasmMemories } from "../../../src/codecs/wasm-memories.ts";

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

interface TestPicture extends Picture {
  pixels: Uint8Array;
  /** How many rows each reading gave. */
  readings: number[];
}

const mebibyte = 1024 * 1024;
const engine = createPngEngine(pngEngineModule);
const plain: Metadata = { orientation: 1, copyright: null, profile: null };
const options = { quality: 50, metadata: plain, maxMemoryBytes: 32 * mebibyte, mostBytes: Infinity };

/** After 64 rows it repeats. */
function pictureOf(
  width: number,
  height: number,
  at: (x: number, y: number) => Colour,
  { rowsAtOnce = 8 }: { rowsAtOnce?: number } = {},
): TestPicture {
  const tile = new Uint32Array(width * Math.min(height, 64));
  const channels = new Uint8Array(tile.buffer);
  for (let i = 0; i < tile.length; i++) channels.set(at(i % width, Math.floor(i / width)), 4 * i);
  const pixels = new Uint8Array(4 * width * height);
  for (let to = 0; to < pixels.length; to += channels.length) {
    pixels.set(channels.subarray(0, pixels.length - to), to);
  }
  const readings: number[] = [];
  return {
    width,
    height,
    hasAlpha: true,
    isGrey: false,
    pixels,
    readings,
    read(take) {
      const reading = readings.push(0) - 1;
      for (let y = 0; y < height; y += rowsAtOnce) {
        // A copy that is gone afterwards, as rows are valid until `take` returns.
        const rows = pixels.slice(4 * width * y, 4 * width * (y + rowsAtOnce));
        readings[reading] = y + rows.length / 4 / width;
        const isWanted = take(rows);
        rows.fill(77);
        if (!isWanted) break;
      }
      return null;
    },
  };
}

function write(picture: Picture, more: Partial<typeof options> = {}): Uint8Array {
  const written = engine.writePng(picture, { ...options, ...more });
  if ("kind" in written) throw new Error(JSON.stringify(written));
  return written;
}

function pixelsOf(png: Uint8Array): Uint8Array {
  return Uint8Array.from(decodePng([png]).data);
}

/** Of the channels as they are. */
function meanSquaredError(a: Uint8Array, b: Uint8Array): number {
  return (4 * a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0)) / a.length;
}

const wave = (value: number) => Math.round(127.5 + 127 * Math.sin(value));
const colourful = (x: number, y: number): Colour => [wave(x / 17 + y / 11), wave(x / 17 + y / 15), wave(y / 19), 255];
const translucent = (x: number, y: number): Colour => [wave(x / 17), wave(y / 15), wave(y / 19), Math.min(255, 3 * x)];
const noise = (x: number, y: number): Colour => {
  const bits = Math.imul(x * 7919 + y * 104_729 + 1, 0x9e3779b1);
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, 255];
};

describe("writePng with few colours", () => {
  test("keeps 256 of them, translucent ones among them, and no longer 257", () => {
    const picture = (colours: number) =>
      pictureOf(40, 30, (x, y) => {
        const index = Math.min(y * 40 + x, colours - 1);
        return [index & 255, (5 * (index >> 4)) & 255, index >> 8, 255 - (index % 7)];
      });

    const at = picture(256);
    const past = picture(257);

    expect(pixelsOf(write(at))).toEqual(at.pixels);
    expect(pixelsOf(write(past))).not.toEqual(past.pixels);
  });

  test.each([
    [1, 1],
    [1, 3000],
    [3, 1],
    [65_535, 2],
  ])("keeps a picture of %i x %i", (width, height) => {
    const picture = pictureOf(width, height, (x, y) => [(x >> 9) * 2, 0, y >> 4, 255]);

    expect(pixelsOf(write(picture))).toEqual(picture.pixels);
  });

  test("does not keep what full transparency hides", () => {
    const picture = pictureOf(20, 20, (x) => [9, 8, 7, x < 10 ? 0 : 255]);

    const pixels = pixelsOf(write(picture));

    expect([...pixels.subarray(36, 44)]).toEqual([0, 0, 0, 0, 9, 8, 7, 255]);
  });

  test("writes them as grey where they are, in as few bits as hold them", () => {
    const picture = pictureOf(60, 40, (x, y) => {
      const grey = ((x >> 2) + (y >> 2)) % 2 === 0 ? 255 : 0;
      return [grey, grey, grey, 255];
    });

    const file = write(picture);

    expect(chunksOf(file).get("IHDR")?.subarray(8, 10)).toEqual(Uint8Array.of(1, 0));
    expect(pixelsOf(file)).toEqual(picture.pixels);
  });
});

describe("writePng with many colours", () => {
  test("comes as near as the quality says", () => {
    const picture = pictureOf(200, 64, (x, y) => [100 + (x >> 1), 80 + y, 170 - (x >> 2) + (y >> 1), 255]);

    const errors = [25, 50, 75].map((quality) =>
      meanSquaredError(pixelsOf(write(picture, { quality })), picture.pixels),
    );

    // The goals of quality.ts are 112, 28 and 7. A pattern, whose mean is right, errs more than the nearest colour would.
    expect(errors[0]).toBeLessThan(1.5 * 112);
    expect(errors[1]).toBeLessThan(2 * 28);
    expect(errors[2]).toBeLessThan(3.5 * 7);
  });

  test("keeps full transparency and full opacity", () => {
    const picture = pictureOf(120, 90, translucent);

    const pixels = pixelsOf(write(picture));

    const extremes = [...picture.pixels.keys()].filter((i) => i % 4 === 3 && [0, 255].includes(picture.pixels[i] ?? 1));
    expect(extremes.map((i) => pixels[i])).toEqual(extremes.map((i) => picture.pixels[i]));
  });

  test.each<[string, Partial<Sample>]>([
    ["colours", { colourType: 2 }],
    ["alpha", { colourType: 6, at: (x, y, channel) => translucent(x, y)[channel] ?? 0 }],
    ["grey", { colourType: 0, at: (x, y) => wave(x / 9 + Math.sin(y / 13)) }],
    ["sixteen bits", { colourType: 2, depth: 16, at: (x, y, channel) => (colourful(x, y)[channel] ?? 0) * 251 }],
    ["an interlaced source", { colourType: 2, interlaced: true }],
    ["few pixels", { colourType: 2, width: 60, height: 50 }],
    ["few colours", { colourType: 2, at: (x, y, channel) => ((x >> 4) * 20 + (y >> 5) * 3 + channel) & 255 }],
  ])("writes of a PNG that is read beside it what recompressPng does: %s", (_, more) => {
    const source = writeSample({
      width: 300,
      height: 250,
      colourType: 2,
      depth: 8,
      at: (x, y, channel) => colourful(x, y)[channel] ?? 0,
      ...more,
    });
    const picture = createPngReader(pngEngineModule).openPng(source, options);
    const recompressed = engine.recompressPng(source, options);

    expect(recompressed).toMatchObject({ kind: "compressed" });
    expect({ bytes: "kind" in picture ? picture : write(picture) }).toMatchObject({
      bytes: "bytes" in recompressed ? recompressed.bytes : null,
    });
  });

  test("writes the same whatever came before and however many rows come at once", () => {
    const first = write(pictureOf(200, 150, colourful));
    write(pictureOf(90, 300, translucent));

    for (const rowsAtOnce of [1, 7, 83, 150]) {
      expect(write(pictureOf(200, 150, colourful, { rowsAtOnce }))).toEqual(first);
    }
    expect(createPngEngine(pngEngineModule).writePng(pictureOf(200, 150, colourful), options)).toEqual(first);
  });
});

describe("writePng and how often it reads", () => {
  test("reads a picture of 1.5 megapixels once, and a larger one twice", () => {
    const held = pictureOf(1024, 1536, colourful, { rowsAtOnce: 64 });
    const larger = pictureOf(1024, 1537, colourful, { rowsAtOnce: 64 });

    write(held);
    write(larger);

    expect(held.readings).toEqual([1536]);
    expect(larger.readings).toEqual([1537, 1537]);
  });

  test("writes the same of one that it has no room to hold", () => {
    const roomy = pictureOf(512, 512, colourful);
    const narrow = pictureOf(512, 512, colourful);

    const files = [write(roomy), write(narrow, { maxMemoryBytes: 5.5 * mebibyte })];

    expect([roomy.readings.length, narrow.readings.length]).toEqual([1, 2]);
    expect(files[0]).toEqual(files[1]);
  });

  test("takes no more memory for a high picture than for one that is not held", () => {
    const bytesFor = (height: number) => {
      wasmMemories.clear();
      const fresh = createPngEngine(pngEngineModule);
      const picture = pictureOf(64, height, (x, y) => [x, y & 127, x ^ (y & 31), 255], { rowsAtOnce: 500 });
      fresh.writePng(picture, { ...options, maxMemoryBytes: 5.5 * mebibyte });
      return fresh.idleBytes();
    };

    const low = bytesFor(25_000);

    expect(bytesFor(40_000)).toBe(low);
    expect(low).toBeLessThan(5.5 * mebibyte);
  });

  test("reads no further once the file is too long", () => {
    const picture = pictureOf(1300, 1300, noise, { rowsAtOnce: 100 });

    expect(engine.writePng(picture, { ...options, mostBytes: 1000 })).toEqual({ kind: "already_small" });
    expect(picture.readings[0]).toBe(1300);
    expect(picture.readings[1]).toBeLessThan(1300);
  });
});

describe("writePng and its limits", () => {
  test("writes a file of as many bytes as it may have, and none of one more", () => {
    const picture = pictureOf(200, 150, colourful);
    const { length } = write(picture);

    expect(write(picture, { mostBytes: length })).toHaveLength(length);
    expect(engine.writePng(picture, { ...options, mostBytes: length - 1 })).toEqual({ kind: "already_small" });
  });

  test("is too large for a memory that does not hold what every picture needs", () => {
    const picture = pictureOf(200, 150, colourful);

    expect(engine.writePng(picture, { ...options, maxMemoryBytes: 4 * mebibyte })).toMatchObject({
      kind: "too_large_for_memory",
    });
    expect(picture.readings).toEqual([]);
  });

  test.each([0, 101, Number.NaN])("refuses a quality of %d", (quality) => {
    expect(() => write(pictureOf(2, 2, colourful), { quality })).toThrow(RangeError);
  });

  test.each([1, 2])("passes on what reading number %i fails with, and is fit for the next", (failing) => {
    const whole = pictureOf(1300, 1300, colourful, { rowsAtOnce: 100 });
    const failure: ImageFailure = { kind: "truncated", reason: "in a test" };
    const failed: Picture = {
      ...whole,
      read(take) {
        const isWhole = whole.readings.length + 1 !== failing;
        if (isWhole) return whole.read(take);
        take(whole.pixels.subarray(0, 1300 * 4 * 50));
        return failure;
      },
    };

    expect(engine.writePng(failed, options)).toEqual(failure);
    expect(write(pictureOf(50, 40, colourful))).toEqual(
      createPngEngine(pngEngineModule).writePng(pictureOf(50, 40, colourful), options),
    );
  });

  test("lets the source check its end", () => {
    const spoilStream = (stream: Uint8Array) => Uint8Array.from([...stream.subarray(0, -1), 0]);
    const source = writeSample({ width: 50, height: 40, colourType: 2, depth: 8, at: (x, y) => x ^ y, spoilStream });
    const picture = createPngReader(pngEngineModule).openPng(source, options);

    expect("kind" in picture ? picture : engine.writePng(picture, options)).toMatchObject({ kind: "corrupt" });
  });

  test.each([
    ["more", 41],
    ["fewer", 39],
  ])("throws when there are %s rows than the picture said", (_, rows) => {
    const picture = pictureOf(50, rows, colourful);

    expect(() => engine.writePng({ ...picture, height: 40 }, options)).toThrow(/rows/);
  });
});
