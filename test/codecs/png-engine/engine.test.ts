// Inside workerd, where a static import of the wasm gives the module. The judge of the pixels is another decoder.

import { describe, expect, test } from "vitest";
import { createPngEngine, type RecompressedPng } from "../../../src/codecs/png-engine/engine.ts";
import pngEngineModule from "../../../src/codecs/png-engine/png-engine.wasm";
import { decodePng } from "../../support/png-peer.ts";
import { chunk, chunksOf, everyKind, picturePartsOf, type Sample, writeSample } from "./samples.ts";

const engine = createPngEngine(pngEngineModule);

/** Bands of few colours, which differ in every channel; alpha from 0 to 255. */
function flat(colourType: number, depth: number, more: Partial<Sample> = {}): Sample {
  const levels = Math.min(2 ** depth, 8);
  const step = Math.floor((2 ** Math.min(depth, 8) - 1) / (levels - 1)) || 1;
  const before =
    colourType === 3
      ? [chunk("PLTE", paletteBytes(depth)), chunk("tRNS", Uint8Array.of(0, 128, 255).subarray(0, 2 ** depth))]
      : [];
  return {
    width: 37,
    height: 29,
    colourType,
    depth,
    before,
    at: (x, y, channel) => {
      const value = ((Math.floor(x / 5) + Math.floor(y / 6) + channel) % levels) * (colourType === 3 ? 1 : step);
      return depth === 16 ? value * 257 : value;
    },
    ...more,
  };
}

/** A colour wheel that no palette of 256 holds. */
function colourful(colourType: number, depth: number, more: Partial<Sample> = {}): Sample {
  return {
    width: 96,
    height: 80,
    colourType,
    depth,
    at: (x, y, channel) => {
      const value =
        channel === 3 ? Math.min(255, 4 * x) : Math.round(127.5 + 127 * Math.sin(x / 17 + y / (11 + 4 * channel)));
      return depth === 16 ? Math.min(65_535, value * 257 + ((x * 7) % 256)) : value;
    },
    ...more,
  };
}

function paletteBytes(depth: number): Uint8Array {
  return Uint8Array.from({ length: 3 * 2 ** depth }, (_, i) => (i * 37) & 255);
}

function recompress(source: Uint8Array, quality = 50): RecompressedPng {
  const result = engine.recompressPng(source, { quality });
  if (result.kind !== "compressed") throw new Error(JSON.stringify(result));
  return result;
}

/** RGBA, what is under full transparency made black. */
function pixelsOf(png: Uint8Array): Uint8Array {
  const data = Uint8Array.from(decodePng(picturePartsOf(png)).data);
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 0) data.fill(0, i, i + 3);
  return data;
}

/** The mean difference of a channel as seen on black and on white. */
function seenDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 4) {
    for (const ground of [0, 255]) {
      for (let c = 0; c < 3; c++) sum += Math.abs(over(a, i, c, ground) - over(b, i, c, ground));
    }
  }
  return sum / ((a.length / 4) * 6);
}

function over(rgba: Uint8Array, i: number, channel: number, ground: number): number {
  const alpha = rgba[i + 3] ?? 0;
  return ((rgba[i + channel] ?? 0) * alpha + ground * (255 - alpha)) / 255;
}

/**
 * The largest of the channels' errors in the mean of each 8 x 8 pixels: what is left of a dithered picture from afar.
 */
function blockMeanErrors(a: Uint8Array, b: Uint8Array, width: number): number[] {
  const errors: number[] = [];
  for (let top = 0; top + 8 <= a.length / 4 / width; top += 8) {
    for (let left = 0; left + 8 <= width; left += 8) {
      const sums = [0, 0, 0];
      for (let i = 0; i < 64; i++) {
        const at = 4 * ((top + (i >> 3)) * width + left + (i & 7));
        for (let c = 0; c < 3; c++) sums[c] = (sums[c] ?? 0) + (a[at + c] ?? 0) - (b[at + c] ?? 0);
      }
      errors.push(Math.max(...sums.map((sum) => Math.abs(sum / 64))));
    }
  }
  return errors;
}

function rootMeanSquare(values: number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

/** What a picture would be with a file's palette and no pattern: each pixel the nearest entry. */
function mapPlainly(rgba: Uint8Array, palettePng: Uint8Array): Uint8Array {
  const palette = chunksOf(palettePng).get("PLTE") ?? new Uint8Array(0);
  const mapped = rgba.slice();
  for (let i = 0; i < rgba.length; i += 4) {
    let least = Infinity;
    for (let entry = 0; entry < palette.length; entry += 3) {
      const error = [0, 1, 2].reduce((sum, c) => sum + ((rgba[i + c] ?? 0) - (palette[entry + c] ?? 0)) ** 2, 0);
      if (error < least) mapped.set(palette.subarray(entry, entry + 3), i);
      least = Math.min(least, error);
    }
  }
  return mapped;
}

describe("recompressPng with few colours", () => {
  test.each(everyKind)("keeps every pixel of colour type $colourType at depth $depth", ({ colourType, depth }) => {
    const source = writeSample(
      flat(colourType, depth, { before: [...(flat(colourType, depth).before ?? []), filler] }),
    );

    const result = recompress(source);

    expect(result).toMatchObject({ width: 37, height: 29, lossless: true });
    expect(pixelsOf(result.bytes)).toEqual(pixelsOf(source));
  });

  test.each(everyKind)("keeps them when interlaced: type $colourType, depth $depth", ({ colourType, depth }) => {
    const before = [...(flat(colourType, depth).before ?? []), filler];
    const interlaced = writeSample(flat(colourType, depth, { before, interlaced: true }));

    const result = recompress(interlaced);

    expect(pixelsOf(result.bytes)).toEqual(pixelsOf(writeSample(flat(colourType, depth))));
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("takes an interlaced picture of %i pixels square", (side) => {
    const sample = flat(2, 8, { width: side, height: side, before: [filler] });

    const result = recompress(writeSample({ ...sample, interlaced: true }));

    expect(pixelsOf(result.bytes)).toEqual(pixelsOf(writeSample(sample)));
  });

  test("takes 256 colours without loss and 257 no longer", () => {
    const at = (last: number) => (x: number, y: number, channel: number) => {
      const index = Math.min(y * 17 + x, last);
      return channel === 0 ? index & 255 : channel === 1 ? index >> 8 : (index * 5) & 255;
    };
    const sample = (last: number) =>
      writeSample({ width: 17, height: 16, colourType: 2, depth: 8, at: at(last), before: [filler] });

    expect(recompress(sample(255))).toMatchObject({ lossless: true, colours: 256 });
    expect(recompress(sample(256))).toMatchObject({ lossless: false });
  });

  test.each([
    [2, 1],
    [3, 2],
    [4, 2],
    [5, 4],
    [16, 4],
    [17, 8],
  ])("writes %i colours in %i bits", (colours, bits) => {
    const at = (x: number, _: number, channel: number) => ((x % colours) * (channel + 3)) & 255;

    const { bytes } = recompress(writeSample({ width: 60, height: 40, colourType: 2, depth: 8, at, before: [filler] }));

    expect(chunksOf(bytes).get("IHDR")?.[8]).toBe(bits);
    expect(chunksOf(bytes).get("PLTE")?.length).toBe(3 * colours);
  });

  test("writes grey as grey, in as few bits as hold it", () => {
    const at = (x: number, y: number) => (((x >> 2) + (y >> 2)) % 2 === 0 ? 255 : 0);

    const { bytes } = recompress(
      writeSample({
        width: 60,
        height: 40,
        colourType: 6,
        depth: 8,
        at: (x, y, c) => (c === 3 ? 255 : at(x, y)),
        before: [filler],
      }),
    );

    expect(chunksOf(bytes).get("IHDR")?.subarray(8, 10)).toEqual(Uint8Array.of(1, 0));
  });

  test.each([0, 1, 2, 3, 4])("undoes filter %i for every size of pixel", (filter) => {
    for (const { colourType, depth } of everyKind) {
      const plain = flat(colourType, depth);
      const source = writeSample({ ...plain, filter: () => filter, before: [...(plain.before ?? []), filler] });

      expect(pixelsOf(recompress(source).bytes), `${colourType}/${depth}`).toEqual(pixelsOf(writeSample(plain)));
    }
  });

  test("compares the transparent colour before it reduces sixteen bits to eight", () => {
    const at = (x: number, y: number) => (y > 4 ? 0 : x === 0 ? 0x1234 : x === 1 ? 0x1235 : 0x8000);
    const key = chunk("tRNS", Uint8Array.of(0x12, 0x34));

    const source = writeSample({ width: 9, height: 60, colourType: 0, depth: 16, at, before: [key, filler] });

    const pixels = pixelsOf(recompress(source).bytes);
    expect([pixels[3], pixels[7]]).toEqual([0, 255]);
  });
});

/** Something to leave out, so that the output of a tiny picture is smaller. */
const filler = chunk("tEXt", new TextEncoder().encode(`Comment\0${"x".repeat(2000)}`));

describe("recompressPng with many colours", () => {
  test.each([
    [2, 8],
    [2, 16],
    [6, 8],
    [6, 16],
  ])("stays near to colour type %i at depth %i, on black and on white", (colourType, depth) => {
    const source = writeSample(colourful(colourType, depth, { filter: (row) => row % 5 }));

    const result = recompress(source);

    expect(result.lossless).toBe(false);
    expect(seenDifference(pixelsOf(result.bytes), pixelsOf(source))).toBeLessThan(6);
  });

  test("keeps full transparency and full opacity exactly", () => {
    const source = writeSample(colourful(6, 8));

    const before = pixelsOf(source);
    const after = pixelsOf(recompress(source).bytes);

    const extremes = Array.from(before.keys()).filter((i) => i % 4 === 3 && (before[i] === 0 || before[i] === 255));
    expect(extremes.map((i) => after[i])).toEqual(extremes.map((i) => before[i]));
  });

  test("keeps a white ground white", () => {
    const photo = colourful(2, 8);
    const at: Sample["at"] = (x, y, c) => ((x - 48) ** 2 + (y - 40) ** 2 > 900 ? 255 : photo.at(x, y, c));

    const pixels = pixelsOf(recompress(writeSample({ ...photo, at })).bytes);

    expect([...pixels.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
  });

  test("comes nearer with higher quality, in more bytes", () => {
    const source = writeSample(colourful(2, 8));

    const results = [10, 50, 90].map((quality) => recompress(source, quality).bytes);

    const differences = results.map((bytes) => seenDifference(pixelsOf(bytes), pixelsOf(source)));
    expect(differences).toEqual(differences.toSorted((a, b) => b - a));
    expect(results.map(({ length }) => length)).toEqual(results.map(({ length }) => length).toSorted((a, b) => a - b));
  });

  test.each([
    ["dark", (t: number, u: number) => [t * 60, u * 80, t * 50 + u * 50]],
    ["blue to white", (t: number, u: number) => [90 + t * 165, 150 + t * 75 + u * 30, 240 + t * 15]],
    ["skin", (t: number, u: number) => [255 - t * 90, 220 - t * 80 - u * 20, 190 - t * 60 - u * 50]],
  ] as const)("does not band a gradient, %s", (_, colour) => {
    const width = 512;
    const at: Sample["at"] = (x, y, c) => Math.round(colour(x / 511, y / 127)[c] ?? 0);
    const source = writeSample({ width, height: 128, colourType: 2, depth: 8, at });

    const { bytes } = recompress(source, 25);

    const truth = pixelsOf(source);
    const mixed = rootMeanSquare(blockMeanErrors(pixelsOf(bytes), truth, width));
    const plain = rootMeanSquare(blockMeanErrors(mapPlainly(truth, bytes), truth, width));
    expect(plain).toBeGreaterThan(2);
    expect(mixed / plain).toBeLessThan(0.9);
  });

  test("quantises a photograph in grey, and writes it as grey where its profile asks for it", () => {
    const at = (x: number, y: number) => Math.round(127.5 + 120 * Math.sin(x / 9) * Math.cos(y / 13));
    const profile = chunk("iCCP", new TextEncoder().encode("grey\0\0not really deflated"));

    const { bytes, lossless } = recompress(
      writeSample({ width: 200, height: 160, colourType: 0, depth: 8, at, before: [profile] }),
    );

    expect(lossless).toBe(false);
    expect(chunksOf(bytes).get("IHDR")?.[9]).toBe(0);
    expect(chunksOf(bytes).has("iCCP")).toBe(true);
  });

  test("writes grey with alpha as such where its profile asks for it", () => {
    const at: Sample["at"] = (x, y, c) => (c === 1 ? Math.min(255, x * 2) : (x * 3 + y * 5) & 255);
    const profile = chunk("iCCP", new TextEncoder().encode("grey\0\0not really deflated"));

    const source = writeSample({ width: 200, height: 160, colourType: 4, depth: 8, at, before: [profile] });

    const { bytes } = recompress(source);
    expect(chunksOf(bytes).get("IHDR")?.[9]).toBe(4);
    expect(seenDifference(pixelsOf(bytes), pixelsOf(source))).toBeLessThan(8);
  });
});

describe("recompressPng and chunks", () => {
  test("carries colour and density over and drops what belongs to the old pixels", () => {
    const bytes = (...values: number[]) => Uint8Array.from(values);
    const before = [
      chunk("gAMA", bytes(0, 0, 177, 143)),
      chunk("cHRM", new Uint8Array(32)),
      chunk("sRGB", bytes(0)),
      chunk("sBIT", bytes(8, 8, 8)),
      chunk("bKGD", bytes(0, 255, 0, 255, 0, 255)),
      chunk("pHYs", bytes(0, 0, 11, 19, 0, 0, 11, 19, 1)),
      chunk("tIME", bytes(7, 230, 1, 1, 1, 1, 1)),
      filler,
    ];

    const result = recompress(writeSample(flat(2, 8, { before })));

    expect([...chunksOf(result.bytes).keys()]).toEqual([
      "IHDR",
      "sRGB",
      "gAMA",
      "cHRM",
      "pHYs",
      "PLTE",
      "IDAT",
      "IEND",
    ]);
  });

  test.each([1, 2, 7, 1000])("takes picture data in chunks of %i bytes", (pieceBytes) => {
    const plain = flat(6, 8, { before: [filler] });

    const result = recompress(writeSample({ ...plain, pieceBytes }));

    expect(pixelsOf(result.bytes)).toEqual(pixelsOf(writeSample(plain)));
  });

  test("keeps an animation", () => {
    const source = writeSample(flat(2, 8, { before: [chunk("acTL", new Uint8Array(8))] }));

    expect(engine.recompressPng(source, { quality: 50 })).toEqual({ kind: "animated", format: "PNG" });
  });
});

describe("recompressPng and its limits", () => {
  test("takes no more memory for a high picture than for a low one", () => {
    const sample = (height: number) => writeSample(colourful(2, 8, { width: 64, height }));

    const low = recompress(sample(64)).peakBytes;

    expect(recompress(sample(12_000)).peakBytes).toBe(low);
    expect(low).toBeLessThan(8 * 1024 * 1024);
  });

  test("takes a picture 65,535 pixels wide in 16 MB, and none that is wider", () => {
    const sample = (width: number) =>
      writeSample({ width, height: 2, colourType: 6, depth: 16, at: (x) => x & 0xffff });

    expect(recompress(sample(65_535)).peakBytes).toBeLessThan(16 * 1024 * 1024);
    expect(engine.recompressPng(sample(65_536), { quality: 50 })).toMatchObject({ kind: "unsupported_variant" });
  });

  test("keeps an interlaced picture that does not fit, and takes the same one as plain rows", () => {
    const sample = colourful(2, 8, { width: 1200, height: 1000 });
    const maxMemoryBytes = 8 * 1024 * 1024;

    const interlaced = engine.recompressPng(writeSample({ ...sample, interlaced: true }), {
      quality: 50,
      maxMemoryBytes,
    });
    const plain = engine.recompressPng(writeSample(sample), { quality: 50, maxMemoryBytes });

    expect(interlaced).toMatchObject({ kind: "too_large_for_memory", width: 1200, height: 1000 });
    expect(plain.kind).toBe("compressed");
  });

  test.each([0, 101, Number.NaN])("refuses a quality of %d", (quality) => {
    expect(() => engine.recompressPng(writeSample(flat(2, 8)), { quality })).toThrow(RangeError);
  });
});
