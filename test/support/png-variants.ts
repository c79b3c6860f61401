// Small PNGs of every kind that the format allows, and of the kinds in which it breaks: what PngSuite is for, made here
// of nothing. The same bytes each time.

import { constants } from "node:zlib";
import { joinBytes } from "../../src/codecs/join-bytes.ts";
import { displayP3Primaries, writeProfile } from "../../src/codecs/icc.ts";
import { chunk, everyKind, type Sample, writeSample } from "../codecs/png-engine/samples.ts";
import { deflateSync } from "node:zlib";

export interface PngVariant {
  /** Also the name of its file. */
  name: string;
  bytes: Uint8Array;
  /** What any reader has to say of it. */
  fate: "sound" | "truncated" | "corrupt";
}

const largestSide = 40;

export function pngVariants(): PngVariant[] {
  const all = [...filters(), ...sides(), ...transparentColours(), ...colourDescriptions(), ...streams(), ...damaged()];
  return [...new Map(all.map((variant) => [variant.name, variant])).values()];
}

/** Every kind, plain and interlaced, with each filter and all of them in turn. */
function* filters(): Generator<PngVariant> {
  let index = 0;
  for (const kind of everyKind) {
    for (const interlaced of [false, true]) {
      for (const filter of [0, 1, 2, 3, 4, "all"] as const) {
        index++;
        const sample = sampleOf(kind.colourType, kind.depth, {
          width: 1 + ((index * 7) % largestSide),
          height: 1 + ((index * 11) % largestSide),
          interlaced,
          filter: (row) => (filter === "all" ? row % 5 : filter),
        });
        yield sound(`${nameOf(sample)}-filter-${filter}`, sample);
      }
    }
  }
}

/** Every side up to 40, so that each pass of Adam7 is empty, cut and full; wide, high and square. */
function* sides(): Generator<PngVariant> {
  for (let side = 1; side <= largestSide; side++) {
    for (const interlaced of [false, true]) {
      const [colourType, depth] = side % 2 === 0 ? [0, 1] : [6, 8];
      for (const [width, height] of [
        [side, side],
        [side, 3],
        [1, side],
      ] as const) {
        const sample = sampleOf(colourType, depth, { width, height, interlaced, filter: (row) => (row + side) % 5 });
        yield sound(`side-${nameOf(sample)}`, sample);
      }
    }
  }
}

/** tRNS of each colour type that may have it. */
function* transparentColours(): Generator<PngVariant> {
  for (const interlaced of [false, true]) {
    for (const { colourType, depth } of everyKind) {
      const sample = sampleOf(colourType, depth, { width: 23, height: 19, interlaced });
      const title = `transparent-${nameOf(sample)}`;
      if (colourType === 3) {
        const entries = 2 ** depth;
        for (const some of new Set([1, Math.ceil(entries / 2), entries])) {
          const alphas = chunk(
            "tRNS",
            Uint8Array.from({ length: some }, (_, i) => (i * 85) & 255),
          );
          yield sound(`${title}-${some}-entries`, { ...sample, before: [...(sample.before ?? []), alphas] });
        }
      }
      if (colourType === 0 || colourType === 2) {
        const channels = colourType === 0 ? [0] : [0, 1, 2];
        const key = chunk("tRNS", twoByteValues(channels.map((channel) => sample.at(7, 5, channel))));
        yield sound(`${title}-colour`, { ...sample, before: [key] });
        // The bits above the depth do not count (11.3.1.1).
        const loud = chunk(
          "tRNS",
          twoByteValues(channels.map((channel) => sample.at(7, 5, channel) | (0xff << depth))),
        );
        if (depth < 16) yield sound(`${title}-colour-with-more-bits`, { ...sample, before: [loud] });
        const near = chunk("tRNS", twoByteValues(channels.map((channel) => sample.at(7, 5, channel) ^ 1)));
        if (depth === 16) yield sound(`${title}-colour-off-by-one`, { ...sample, before: [near] });
      }
    }
  }
}

/** Chunks that say how colours are meant, and others that stand in a file. */
function* colourDescriptions(): Generator<PngVariant> {
  const profile = writeProfile(displayP3Primaries, "srgb") ?? new Uint8Array(0);
  const chunks: Record<string, Uint8Array> = {
    gamma: chunk("gAMA", fourByteValues([45_455])),
    "gamma-linear": chunk("gAMA", fourByteValues([100_000])),
    srgb: chunk("sRGB", Uint8Array.of(0)),
    chromaticities: chunk("cHRM", fourByteValues([31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000])),
    density: chunk("pHYs", Uint8Array.of(0, 0, 11, 19, 0, 0, 22, 38, 1)),
    "text-compressed": chunk("zTXt", joinBytes([latin("Title\0\0"), new Uint8Array(deflateSync("a title"))])),
    "text-international": chunk("iTXt", latin("Title\0\0\0de\0Titel\0ein Titel")),
    "private-chunk": chunk("prVt", Uint8Array.of(1, 2, 3)),
  };
  for (const [title, extra] of Object.entries(chunks)) {
    for (const [colourType, depth] of [
      [0, 8],
      [2, 8],
      [3, 4],
      [4, 16],
      [6, 8],
    ] as const) {
      const sample = sampleOf(colourType, depth, { width: 16, height: 12 });
      yield sound(`${title}-${nameOf(sample)}`, { ...sample, before: [extra, ...(sample.before ?? [])] });
    }
  }
  for (const colourType of [2, 3, 6]) {
    const sample = sampleOf(colourType, 8, { width: 16, height: 12 });
    const iccp = chunk("iCCP", joinBytes([latin("P3\0\0"), new Uint8Array(deflateSync(profile))]));
    yield sound(`profile-${nameOf(sample)}`, { ...sample, before: [iccp, ...(sample.before ?? [])] });
  }
  const sample = sampleOf(2, 8, { width: 16, height: 12 });
  yield sound("palette-suggested", { ...sample, before: [chunk("PLTE", new Uint8Array(30))] });
  yield sound("time-behind-the-picture", { ...sample, after: [chunk("tIME", Uint8Array.of(7, 234, 11, 21, 8, 0, 0))] });
  yield { name: "bytes-behind-the-end", bytes: joinBytes([writeSample(sample), latin("more")]), fate: "sound" };
}

/** What zlib allows, and how a stream may be cut into chunks. */
function* streams(): Generator<PngVariant> {
  const { Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED } = constants;
  const settings = {
    stored: { level: 0 },
    fastest: { level: 1 },
    smallest: { level: 9, memLevel: 9 },
    "little-memory": { memLevel: 1 },
    filtered: { strategy: Z_FILTERED },
    "huffman-only": { strategy: Z_HUFFMAN_ONLY },
    "run-lengths": { strategy: Z_RLE },
    "fixed-codes": { strategy: Z_FIXED },
    ...Object.fromEntries([9, 10, 11, 12, 13, 14, 15].map((bits) => [`window-${bits}-bits`, { windowBits: bits }])),
  };
  for (const [title, deflate] of Object.entries(settings)) {
    for (const [colourType, depth, side] of [
      [2, 8, 40],
      [0, 1, 5],
      [6, 16, 37],
    ] as const) {
      const sample = sampleOf(colourType, depth, { width: side, height: side, deflate, filter: (row) => row % 5 });
      yield sound(`deflate-${title}-${nameOf(sample)}`, sample);
    }
  }
  const sample = sampleOf(6, 8, { width: 33, height: 21, filter: (row) => row % 5 });
  for (const pieceBytes of [1, 2, 3, 7, 64]) yield sound(`chunks-of-${pieceBytes}`, { ...sample, pieceBytes });
  const none = new Uint8Array(0);
  const half = (stream: Uint8Array) => [stream.subarray(0, stream.length >> 1), stream.subarray(stream.length >> 1)];
  const splits: Record<string, (stream: Uint8Array) => Uint8Array[]> = {
    "empty-chunk-first": (stream) => [none, stream],
    "empty-chunk-last": (stream) => [stream, none],
    "empty-chunks-between": (stream) => half(stream).flatMap((part) => [none, part, none, none]),
  };
  for (const [title, split] of Object.entries(splits)) yield sound(title, { ...sample, split });
}

function* damaged(): Generator<PngVariant> {
  const sample = sampleOf(2, 8, { width: 31, height: 27, filter: (row) => row % 5 });
  const file = writeSample(sample);
  const palette = sampleOf(3, 4, { width: 40, height: 30 });
  const cut = (tenth: number, length: number) => Math.floor((length * tenth) / 10);
  for (let tenth = 1; tenth < 10; tenth++) {
    yield { name: `cut-${tenth}-tenths`, bytes: file.subarray(0, cut(tenth, file.length)), fate: "truncated" };
    for (const interlaced of [false, true]) {
      const spoilStream = (stream: Uint8Array) => stream.subarray(0, cut(tenth, stream.length));
      const bytes = writeSample({ ...sample, interlaced, spoilStream });
      yield { name: `stream-cut-${tenth}-tenths${interlaced ? "-interlaced" : ""}`, bytes, fate: "truncated" };
    }
  }
  yield { name: "end-missing", bytes: file.subarray(0, -12), fate: "truncated" };
  const spoilt: Record<string, [fate: "truncated" | "corrupt", more: Partial<Sample>]> = {
    "row-missing": ["truncated", { spoilRows: (rows) => rows.subarray(0, -94) }],
    "byte-missing": ["truncated", { spoilRows: (rows) => rows.subarray(0, -1) }],
    "byte-too-many": ["corrupt", { spoilRows: (rows) => joinBytes([rows, Uint8Array.of(0)]) }],
    "rows-too-many": ["corrupt", { spoilRows: (rows) => joinBytes([rows, new Uint8Array(94 * 50)]) }],
    "filter-5": ["corrupt", { filter: (row) => (row === 20 ? 5 : 0) }],
    "filter-255": ["corrupt", { filter: (row) => (row === 26 ? 255 : 0) }],
    "checksum-of-the-stream": ["corrupt", { spoilStream: (stream) => changed(stream, stream.length - 1) }],
    "checksum-missing": ["truncated", { spoilStream: (stream) => stream.subarray(0, -4) }],
    "no-stream": ["corrupt", { spoilStream: (stream) => changed(stream, 0) }],
    "preset-dictionary": [
      "corrupt",
      { spoilStream: (stream) => joinBytes([Uint8Array.of(0x78, 0xbb), stream.subarray(2)]) },
    ],
    "block-type-3": [
      "corrupt",
      { spoilStream: (stream) => joinBytes([stream.subarray(0, 2), Uint8Array.of(7, 7, 7, 7)]) },
    ],
    "no-picture-data": ["corrupt", { split: () => [] }],
    "picture-data-empty": ["corrupt", { split: () => [new Uint8Array(0)] }],
    "colour-key-cut": ["corrupt", { before: [chunk("tRNS", Uint8Array.of(0, 1, 0, 1, 0))] }],
  };
  for (const [name, [fate, more]] of Object.entries(spoilt)) {
    for (const interlaced of [false, true]) {
      const bytes = writeSample({ ...sample, ...more, interlaced });
      yield { name: `${name}${interlaced ? "-interlaced" : ""}`, bytes, fate };
    }
  }
  const palettes = { "palette-missing": [], "palette-uneven": [chunk("PLTE", new Uint8Array(47))] };
  for (const [name, before] of Object.entries(palettes)) {
    yield { name, bytes: writeSample({ ...palette, before }), fate: "corrupt" };
  }
  const short = [chunk("PLTE", new Uint8Array(3 * 9))];
  yield { name: "index-without-entry", bytes: writeSample({ ...palette, before: short }), fate: "corrupt" };
  for (const [name, at] of Object.entries({ "header-checksum": 30, "data-checksum": file.length - 14 })) {
    yield { name, bytes: changed(file, at), fate: "corrupt" };
  }
  const headers = {
    "depth-3": [24, 3],
    "type-5": [25, 5],
    "method-1": [26, 1],
    "filters-1": [27, 1],
    "passes-2": [28, 2],
  };
  for (const [name, [at, value]] of Object.entries(headers)) {
    yield { name: `header-${name}`, bytes: withHeader(file, at ?? 0, value ?? 0), fate: "corrupt" };
  }
  for (const [name, at] of Object.entries({ "width-0": 19, "height-0": 23 })) {
    yield { name: `header-${name}`, bytes: withHeader(file, at, 0), fate: "corrupt" };
  }
}

/** Gradients with some noise: neither flat nor all noise, each value of a small depth in it. */
function sampleOf(
  colourType: number,
  depth: number,
  more: Partial<Sample> & { width: number; height: number },
): Sample {
  const most = 2 ** depth - 1;
  const at = (x: number, y: number, channel: number) => {
    const noise = Math.imul(x * 73 + y * 179 + channel * 283, 0x9e3779b1) >>> 24;
    return Math.floor(((((x * 6 + y * 4 + channel * 40) & 255) * 257 + noise * 19) / 70_400) * (most + 1)) & most;
  };
  return { colourType, depth, at, ...(colourType === 3 ? { before: [paletteOf(depth)] } : {}), ...more };
}

function paletteOf(depth: number): Uint8Array {
  return chunk(
    "PLTE",
    Uint8Array.from({ length: 3 * 2 ** depth }, (_, i) => (i * 37) & 255),
  );
}

function sound(name: string, sample: Sample): PngVariant {
  return { name, bytes: writeSample(sample), fate: "sound" };
}

function nameOf({ width, height, colourType, depth, interlaced = false }: Sample): string {
  return `type-${colourType}-depth-${depth}-${width}x${height}${interlaced ? "-interlaced" : ""}`;
}

function withHeader(file: Uint8Array, at: number, value: number): Uint8Array {
  const header = file.slice(16, 29);
  header[at - 16] = value;
  return joinBytes([file.subarray(0, 8), chunk("IHDR", header), file.subarray(33)]);
}

function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function twoByteValues(values: number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [(value >> 8) & 255, value & 255]));
}

function fourByteValues(values: number[]): Uint8Array {
  return Uint8Array.from(
    values.flatMap((value) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]),
  );
}

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
