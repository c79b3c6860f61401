// Inside workerd. That pixels are right is what variants.node.test.ts looks at; here is how they are handed out.

import { describe, expect, test } from "vitest";
import { joinBytes } from "../../../src/codecs/join-bytes.ts";
import type { Picture } from "../../../src/codecs/picture.ts";
import pngEngineModule from "../../../src/codecs/png-engine/png-engine.wasm";
import { createPngReader } from "../../../src/codecs/png-engine/read-rows.ts";
import { decodePng } from "../../support/png-peer.ts";
import { pixelsOf } from "../scale-engine/pictures.ts";
import { chunk, type Sample, writeSample } from "./samples.ts";
import { wasmMemories } from "../../../src/codecs/wasm-memories.ts";

const mebibyte = 1024 * 1024;
const maxMemoryBytes = 8 * mebibyte;
const reader = createPngReader(pngEngineModule);
const sample: Sample = {
  width: 300,
  height: 200,
  colourType: 2,
  depth: 8,
  at: (x, y, channel) => (x * 5 + y * (3 + channel) + ((x * y) % 7)) & 255,
  filter: (row) => row % 5,
};

function open(source: Uint8Array, from = reader): Picture {
  const picture = from.openPng(source, { maxMemoryBytes });
  if ("kind" in picture) throw new Error(JSON.stringify(picture));
  return picture;
}

describe("openPng", () => {
  test.each([false, true])("reads the same as often as it is asked, interlaced: %s", (interlaced) => {
    const source = writeSample({ ...sample, interlaced });
    const picture = open(source);

    const first = pixelsOf(picture);

    expect(first).toEqual(Uint8Array.from(decodePng([source]).data));
    expect(pixelsOf(picture)).toEqual(first);
  });

  test.each([false, true])("stops when nobody wants more, and begins anew, interlaced: %s", (interlaced) => {
    const picture = open(writeSample({ ...sample, interlaced }));
    let times = 0;

    const stopped = picture.read(() => ++times < 2);

    expect([stopped, times]).toEqual([null, 2]);
    expect(pixelsOf(picture)).toEqual(pixelsOf(open(writeSample(sample))));
  });

  test("hands out whole rows, in pieces of 64 KB at most or of one row", () => {
    const lengths = (width: number) => {
      const seen: number[] = [];
      open(writeSample({ ...sample, width })).read((rows) => seen.push(rows.length) > 0);
      return seen;
    };

    expect(new Set(lengths(300))).toEqual(new Set([54 * 1200, 38 * 1200]));
    expect(new Set(lengths(16_384))).toEqual(new Set([65_536]));
    expect(new Set(lengths(16_385))).toEqual(new Set([65_540]));
  });

  test("takes no more memory for a high picture than for a low one", () => {
    const bytesFor = (height: number) => {
      wasmMemories.clear();
      const fresh = createPngReader(pngEngineModule);
      open(writeSample({ ...sample, width: 64, height }), fresh).read(() => true);
      return fresh.idleBytes();
    };

    const low = bytesFor(64);

    expect(bytesFor(20_000)).toBe(low);
    expect(low).toBeLessThan(mebibyte);
  });

  test("reads a picture 65,535 pixels wide in 2.5 MB, and opens none that is wider", () => {
    const wide = (width: number) =>
      writeSample({ width, height: 2, colourType: 6, depth: 16, at: (x) => x & 0xffff, filter: () => 4 });
    const room = { maxMemoryBytes: 2.5 * mebibyte };

    const picture = reader.openPng(wide(65_535), room);

    expect("kind" in picture ? picture : picture.read(() => true)).toBeNull();
    expect(reader.openPng(wide(65_536), room)).toMatchObject({ kind: "unsupported_variant" });
  });

  test("opens an interlaced picture that fits, and none that is a row higher", () => {
    const room = { maxMemoryBytes: 2.5 * mebibyte + 4 * 300 * 200 };
    const interlaced = (height: number) => writeSample({ ...sample, height, interlaced: true });

    const picture = reader.openPng(interlaced(200), room);

    expect("kind" in picture ? picture : picture.read(() => true)).toBeNull();
    expect(reader.openPng(interlaced(201), room)).toEqual({
      kind: "too_large_for_memory",
      width: 300,
      height: 201,
      limitPixels: 60_000,
    });
  });

  test("does not open what its memory is too small for", () => {
    const picture = reader.openPng(writeSample(sample), { maxMemoryBytes: 100_000 });

    expect("kind" in picture ? picture : picture.read(() => true)).toMatchObject({ kind: "too_large_for_memory" });
    expect(pixelsOf(open(writeSample(sample)))).toHaveLength(300 * 200 * 4);
  });

  test("reads two pictures at once", () => {
    const other = writeSample({ ...sample, at: (x, y, channel) => (x * y + 50 * channel) & 255 });
    const rows: Uint8Array[] = [];
    const between: Uint8Array[] = [];

    open(writeSample(sample)).read((some) => {
      between.push(pixelsOf(open(other)));
      return rows.push(some.slice()) > 0;
    });

    expect(joinBytes(rows)).toEqual(pixelsOf(open(writeSample(sample))));
    expect(new Set(between.map((pixels) => pixels.join())).size).toBe(1);
  });

  test.each([
    [0, null, false, true],
    [0, [0, 5], true, true],
    [2, null, false, false],
    [2, [0, 5, 0, 5, 0, 5], true, false],
    [3, null, false, false],
    [3, [255, 255], false, false],
    [3, [255, 254], true, false],
    [4, null, true, true],
    [6, null, true, false],
  ])("of colour type %i with tRNS %j: alpha %s, grey %s", (colourType, transparency, hasAlpha, isGrey) => {
    const palette = colourType === 3 ? [chunk("PLTE", new Uint8Array(768))] : [];
    const before = [...palette, ...(transparency === null ? [] : [chunk("tRNS", Uint8Array.from(transparency))])];

    expect(open(writeSample({ ...sample, colourType, before }))).toMatchObject({ hasAlpha, isGrey });
  });

  test("keeps its instance for the next picture", () => {
    const fresh = createPngReader(pngEngineModule);
    expect(fresh.idleBytes()).toBe(0);

    pixelsOf(open(writeSample(sample), fresh));
    const kept = fresh.idleBytes();
    pixelsOf(open(writeSample(sample), fresh));

    expect(kept).toBeGreaterThan(0);
    expect(fresh.idleBytes()).toBe(kept);
  });

  test("keeps an interlaced picture in its memory until it is released", () => {
    const fresh = createPngReader(pngEngineModule);
    const picture = open(writeSample({ ...sample, interlaced: true }), fresh);

    pixelsOf(picture);
    expect(fresh.idleBytes()).toBe(0);

    picture.release?.();
    expect(fresh.idleBytes()).toBeGreaterThan(0);
  });
});

describe("reading a damaged PNG", () => {
  test.each([false, true])("ends in a failure wherever its stream is cut, interlaced: %s", (interlaced) => {
    for (let tenth = 0; tenth < 10; tenth++) {
      const spoilStream = (stream: Uint8Array) => stream.subarray(0, Math.max(1, (stream.length * tenth) / 10));
      const picture = open(writeSample({ ...sample, interlaced, spoilStream }));
      let bytes = 0;
      const count = (rows: Uint8Array) => (bytes += rows.length) > 0;

      expect(picture.read(count), `${tenth} tenths`).toMatchObject({ kind: "truncated" });
      expect(bytes).toBeLessThan(300 * 200 * 4);
      expect(picture.read(count), `${tenth} tenths again`).toMatchObject({ kind: "truncated" });
    }
  });

  test("tells of a checksum that does not match", () => {
    const spoilStream = (stream: Uint8Array) => Uint8Array.from([...stream.subarray(0, -1), 0]);
    const picture = open(writeSample({ ...sample, spoilStream }));

    expect(picture.read(() => true)).toMatchObject({ kind: "corrupt" });
  });

  test("does not spoil the next one", () => {
    const cut = open(writeSample({ ...sample, spoilStream: (stream) => stream.subarray(0, 900) }));
    cut.read(() => true);

    expect(pixelsOf(open(writeSample(sample)))).toEqual(Uint8Array.from(decodePng([writeSample(sample)]).data));
  });
});
