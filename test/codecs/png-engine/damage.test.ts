// What is broken ends in an ImageFailure with a reason, whatever is broken about it, and never spoils the next picture.

import { describe, expect, test } from "vitest";
import { createPngEngine } from "../../../src/codecs/png-engine/engine.ts";
import pngEngineModule from "../../../src/codecs/png-engine/png-engine.wasm";
import { seededRandom } from "../../../scripts/samples/seeded-random.ts";
import { chunk, type Sample, writeSample } from "./samples.ts";

const engine = createPngEngine(pngEngineModule);
const sample: Sample = {
  width: 40,
  height: 30,
  colourType: 2,
  depth: 8,
  at: (x, y, channel) => (x * 5 + y * (3 + channel) + ((x * y) % 7)) & 255,
  filter: (row) => row % 5,
};
const sound = writeSample(sample);

function recompress(source: Uint8Array) {
  return engine.recompressPng(source, { quality: 50 });
}

describe("a damaged PNG", () => {
  test("is truncated at whatever byte it is cut", () => {
    for (let length = 8; length < sound.length; length++) {
      expect(recompress(sound.subarray(0, length)), `${length} of ${sound.length} bytes`).toMatchObject({
        kind: "truncated",
      });
    }
  });

  test("is truncated when its stream is cut anywhere and the file closed again", () => {
    const { length } = streamOf(sample);
    for (let bytes = 3; bytes < length; bytes += 7) {
      const source = writeSample({ ...sample, spoilStream: (stream) => stream.subarray(0, bytes) });

      expect(recompress(source), `${bytes} of ${length} bytes`).toMatchObject({ kind: "truncated" });
    }
  });

  test.each([
    ["no zlib stream", { spoilStream: (stream: Uint8Array) => patched(stream, 0, 0x79) }, "corrupt"],
    ["a preset dictionary", { spoilStream: (stream: Uint8Array) => patched(stream, 1, 0xbb) }, "corrupt"],
    ["another checksum", { spoilStream: (stream: Uint8Array) => patched(stream, stream.length - 1, 1) }, "corrupt"],
    ["no checksum", { spoilStream: (stream: Uint8Array) => stream.subarray(0, -4) }, "truncated"],
    ["a block type 3", { spoilStream: (stream: Uint8Array) => patched(stream, 2, 7) }, "corrupt"],
    ["a row too few", { spoilRows: (rows: Uint8Array) => rows.subarray(0, -121) }, "truncated"],
    ["a byte too few", { spoilRows: (rows: Uint8Array) => rows.subarray(0, -1) }, "truncated"],
    ["a byte too many", { spoilRows: (rows: Uint8Array) => Uint8Array.from([...rows, 0]) }, "corrupt"],
    [
      "a megabyte too many",
      { spoilRows: (rows: Uint8Array) => Uint8Array.from([...rows, ...new Uint8Array(1 << 20)]) },
      "corrupt",
    ],
    ["filter 5", { filter: (row: number) => (row === 20 ? 5 : 0) }, "corrupt"],
    ["filter 255", { filter: () => 255 }, "corrupt"],
    [
      "a stored block whose lengths differ",
      { spoilStream: () => Uint8Array.of(0x78, 0x01, 1, 4, 0, 0, 0, 1, 2, 3, 4) },
      "corrupt",
    ],
    [
      "a stored block that says too much",
      { spoilStream: () => Uint8Array.of(0x78, 0x01, 1, 4, 0, 0xfb, 0xff, 1, 2) },
      "truncated",
    ],
    [
      "a match from before the beginning",
      { spoilStream: () => Uint8Array.of(0x78, 0x01, 0x03, 0x02, 0, 0, 0, 0, 0) },
      "corrupt",
    ],
    ["an empty stream", { spoilStream: () => Uint8Array.of(0x78, 0x01, 0x03, 0x00, 0, 0, 0, 1) }, "truncated"],
  ] as const)("with %s ends with a reason", (_, spoilt, kind) => {
    const result = recompress(writeSample({ ...sample, ...spoilt }));

    expect(result).toEqual({ kind, reason: expect.any(String) });
    expect(recompress(sound).kind).toBe("compressed");
  });

  test.each([
    [80, 30],
    [40, 31],
    [20, 30],
    [40, 29],
    [60_000, 60_000],
  ])("whose header says %i x %i ends with a reason", (width, height) => {
    const header = Uint8Array.from(sound.subarray(16, 29));
    new DataView(header.buffer).setUint32(0, width);
    new DataView(header.buffer).setUint32(4, height);
    const liar = Uint8Array.from([...sound.subarray(0, 8), ...chunk("IHDR", header), ...sound.subarray(33)]);

    expect(["truncated", "corrupt"]).toContain(recompress(liar).kind);
  });

  test("with a bad checksum of a chunk is corrupt, and of one that nobody needs is not", () => {
    const idat = patched(sound, sound.length - 14, (sound[sound.length - 14] ?? 0) ^ 1);
    const text = chunk("tEXt", new TextEncoder().encode(`Title\0${"x".repeat(500)}`));
    text[20] = 0;

    expect(recompress(idat)).toMatchObject({ kind: "corrupt" });
    expect(recompress(writeSample({ ...sample, before: [text] })).kind).toBe("compressed");
  });

  test("whose pixels have no palette entry is corrupt", () => {
    const source = writeSample({ ...sample, colourType: 3, before: [chunk("PLTE", new Uint8Array(30))] });

    expect(recompress(source)).toMatchObject({ kind: "corrupt", reason: "a pixel has no entry in the palette" });
  });

  test.each([0, 4, 771])("with a palette of %i bytes is corrupt", (length) => {
    const source = writeSample({ ...sample, colourType: 3, before: [chunk("PLTE", new Uint8Array(length))] });

    expect(recompress(source)).toMatchObject({ kind: "corrupt" });
  });

  test("ends in a result whatever bytes of the stream are changed", () => {
    const random = seededRandom(7);
    const { length } = streamOf(sample);
    const seen = new Set<string>();
    for (let round = 0; round < 600; round++) {
      const spoilStream = (stream: Uint8Array) => {
        const changed = stream.slice();
        for (let i = 0; i <= round % 3; i++) changed[Math.floor(random() * length)] = Math.floor(random() * 256);
        return changed;
      };
      seen.add(recompress(writeSample({ ...sample, spoilStream })).kind);
    }

    for (const kind of seen) expect(["compressed", "corrupt", "truncated", "already_small"]).toContain(kind);
    expect(recompress(sound)).toEqual(createPngEngine(pngEngineModule).recompressPng(sound, { quality: 50 }));
  });
});

function streamOf(one: Sample): Uint8Array {
  let stream = new Uint8Array(0);
  writeSample({
    ...one,
    spoilStream: (written) => {
      stream = Uint8Array.from(written);
      return written;
    },
  });
  return stream;
}

function patched(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const changed = bytes.slice();
  changed.set(values, at);
  return changed;
}
