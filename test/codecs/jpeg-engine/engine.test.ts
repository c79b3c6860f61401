// Inside workerd, where a static import of the wasm gives the module.
import { describe, expect, test } from "vitest";
import { createJpegEngine } from "../../../src/codecs/jpeg-engine/engine.ts";
import jpegEngineModule from "../../../src/codecs/jpeg-engine/jpeg-engine.wasm";
import { parsePicture } from "../../../src/codecs/jpeg-engine/markers.ts";
import { baselineSample, findSegment, inserted, patched, progressiveSample } from "./samples.ts";

const engine = createJpegEngine(jpegEngineModule);

describe("recompressJpeg", () => {
  test.each([
    ["baseline", baselineSample],
    ["progressive", progressiveSample],
  ])("makes a %s file smaller and keeps its size in pixels", (_, source) => {
    const result = engine.recompressJpeg(source, { quality: 50 });

    if (result.kind !== "compressed") throw new Error(JSON.stringify(result));
    expect(result).toMatchObject({ width: 40, height: 24, components: 3 });
    expect(result.bytes.length).toBeLessThan(source.length);
    expect(parsePicture(result.bytes)).toMatchObject({ frame: { width: 40, height: 24 }, isComplete: true });
  });

  test("keeps its own output at the same quality", () => {
    for (const quality of [1, 30, 50, 75, 95]) {
      const first = engine.recompressJpeg(baselineSample, { quality });
      if (first.kind !== "compressed") throw new Error(JSON.stringify(first));

      expect(engine.recompressJpeg(first.bytes, { quality }), `${quality}`).toEqual({ kind: "already_small" });
    }
  });

  test.each([
    ["baseline", baselineSample],
    ["progressive", progressiveSample],
  ])("calls every cut of a %s file truncated", (_, source) => {
    for (let length = 3; length < source.length; length += 1) {
      const result = engine.recompressJpeg(source.subarray(0, length), { quality: 50 });
      expect(result, `${length} of ${source.length} bytes`).toMatchObject({ kind: "truncated" });
    }
  });

  test("calls a file truncated whose data is cut although it ends as it should", () => {
    const cut = patched(baselineSample.subarray(0, 700), 698, 0xff, 0xd9);

    expect(engine.recompressJpeg(cut, { quality: 50 })).toMatchObject({ kind: "truncated" });
  });

  test("finds what follows on a damaged file in order", () => {
    const scanAt = findSegment(progressiveSample, 0xda);
    const damaged = patched(progressiveSample, scanAt + 16, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f);
    engine.recompressJpeg(damaged, { quality: 50 });

    expect(engine.recompressJpeg(progressiveSample, { quality: 50 })).toMatchObject({ kind: "compressed" });
  });

  test("calls Huffman lengths that form no code corrupt", () => {
    const threeOneBitCodes = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3];
    const redefined = [0xff, 0xc4, 0, 22, 0, ...threeOneBitCodes];
    const moved = inserted(baselineSample, findSegment(baselineSample, 0xda), ...redefined);

    expect(engine.recompressJpeg(moved, { quality: 50 })).toEqual({
      kind: "corrupt",
      reason: "a Huffman table whose lengths form no code",
    });
  });

  test("refuses a tiny file that claims a huge picture before doing any work", () => {
    const frameAt = findSegment(baselineSample, 0xc0);
    const lying = patched(baselineSample, frameAt + 5, 0xff, 0xff, 0xff, 0xff);

    expect(engine.recompressJpeg(lying, { quality: 50 })).toMatchObject({ kind: "truncated" });
  });

  test("stops at its memory limit and says so", () => {
    const small = createJpegEngine(jpegEngineModule, { maxMemoryBytes: 128 * 1024 });

    expect(small.recompressJpeg(baselineSample, { quality: 50 })).toMatchObject({ kind: "too_large_for_memory" });
    expect(small.recompressJpeg(baselineSample, { quality: 50, maxMemoryBytes: 1 << 20 }).kind).toBe("compressed");
  });

  test("does not let what is cut off pass for a picture that is only too large", () => {
    const cut = baselineSample.subarray(0, -1);

    expect(engine.recompressJpeg(cut, { quality: 50, maxMemoryBytes: 1 })).toMatchObject({ kind: "truncated" });
  });

  test("keeps its instance for the next picture", () => {
    engine.recompressJpeg(baselineSample, { quality: 50 });
    const held = engine.idleBytes();
    engine.recompressJpeg(baselineSample, { quality: 50 });

    expect(held).toBeGreaterThan(100_000);
    expect(engine.idleBytes()).toBe(held);
  });

  test.each([
    ["baseline", baselineSample],
    ["progressive", progressiveSample],
  ])("brings a %s file to a half, a quarter and an eighth, rounded up", (_, source) => {
    for (const [reduction, width, height] of [
      [2, 20, 12],
      [4, 10, 6],
      [8, 5, 3],
    ] as const) {
      const result = engine.recompressJpeg(source, { quality: 50, reduction });

      if (result.kind !== "compressed") throw new Error(JSON.stringify(result));
      expect(result).toMatchObject({ width, height });
      expect(parsePicture(result.bytes)).toMatchObject({ frame: { width, height }, isComplete: true });
    }
  });

  test("carries orientation over", () => {
    const tiff = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
    const app1 = [0xff, 0xe1, 0, 8 + tiff.length, 0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
    const result = engine.recompressJpeg(inserted(baselineSample, 2, ...app1), { quality: 50 });

    if (result.kind !== "compressed") throw new Error(JSON.stringify(result));
    expect(result.bytes.subarray(20, 24)).toEqual(Uint8Array.of(0xff, 0xe1, 0, 34));
  });

  test("has no qualities beside 1 to 100", () => {
    expect(() => engine.recompressJpeg(baselineSample, { quality: 0 })).toThrow(RangeError);
    expect(() => engine.recompressJpeg(baselineSample, { quality: 101 })).toThrow(RangeError);
  });
});

describe("writeJpeg", () => {
  test("makes a JPEG of what openJpeg reads", () => {
    const picture = engine.openJpeg(baselineSample);
    if ("kind" in picture) throw new Error(JSON.stringify(picture));
    const bytes = engine.writeJpeg(picture, {
      quality: 50,
      metadata: { orientation: 1, copyright: null, profile: null },
      background: [255, 255, 255],
      mostBytes: baselineSample.length,
    });

    if (!(bytes instanceof Uint8Array)) throw new Error(JSON.stringify(bytes));
    expect(parsePicture(bytes)).toMatchObject({ frame: { width: 40, height: 24 }, isComplete: true });
  });
});
