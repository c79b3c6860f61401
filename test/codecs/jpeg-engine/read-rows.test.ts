// What a picture promises to those who read it; inside workerd. Its pixels are judged in read-rows.node.test.ts.
import { describe, expect, test } from "vitest";
import type { ImageFailure } from "../../../src/errors.ts";
import { createJpegEngine } from "../../../src/codecs/jpeg-engine/engine.ts";
import jpegEngineModule from "../../../src/codecs/jpeg-engine/jpeg-engine.wasm";
import type { Picture } from "../../../src/codecs/picture.ts";
import { readPixels } from "../../support/jpeg/read-pixels.ts";
import { baselineSample, findSegment, inserted, patched, progressiveSample } from "./samples.ts";
import { wasmMemories } from "../../../src/codecs/wasm-memories.ts";

const engine = createJpegEngine(jpegEngineModule);
const samples = [
  ["baseline", baselineSample],
  ["progressive", progressiveSample],
] as const;

describe("openJpeg", () => {
  test.each(samples)("hands out whole rows of a %s file from the top", (_, source) => {
    const picture = opened(source);
    const lengths: number[] = [];

    const failure = picture.read((rows) => {
      lengths.push(rows.length);
      return true;
    });

    expect(failure).toBeNull();
    expect(lengths.every((length) => length > 0 && length % (40 * 4) === 0)).toBe(true);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(40 * 24 * 4);
    // A few at a time.
    expect(lengths.length).toBeGreaterThan(1);
  });

  test.each(samples)("reads a %s file the same again", (_, source) => {
    const picture = opened(source);

    expect(readPixels(picture)).toEqual(readPixels(picture));
  });

  test("reads the same after a reading that was ended early", () => {
    const picture = opened(progressiveSample);
    const whole = readPixels(picture);
    let calls = 0;

    const failure = picture.read(() => {
      calls += 1;
      return false;
    });

    expect(failure).toBeNull();
    expect(calls).toBe(1);
    expect(readPixels(picture)).toEqual(whole);
  });

  test("reads the same while another reading of it is under way, and beside the engine at work", () => {
    const picture = opened(baselineSample);
    const whole = readPixels(picture);
    const pieces: number[] = [];

    const failure = picture.read((rows) => {
      expect(readPixels(picture)).toEqual(whole);
      expect(engine.recompressJpeg(progressiveSample, { quality: 50 })).toMatchObject({ kind: "compressed" });
      pieces.push(...rows);
      return true;
    });

    expect(failure).toBeNull();
    expect(Uint8Array.from(pieces)).toEqual(whole);
  });

  test("reads the same after what takes the rows has thrown", () => {
    const picture = opened(baselineSample);
    const whole = readPixels(picture);

    expect(() =>
      picture.read(() => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(readPixels(picture)).toEqual(whole);
  });

  test.each(samples)("gives no whole picture for a %s file cut at any tenth", (_, source) => {
    for (let tenth = 1; tenth < 10; tenth += 1) {
      const cut = source.subarray(0, Math.floor((source.length * tenth) / 10));

      expect(engine.openJpeg(cut), `${tenth}`).toMatchObject({ kind: "truncated" });
    }
    expect(engine.openJpeg(source.subarray(0, -1))).toMatchObject({ kind: "truncated" });
  });

  test("says truncated when the data end early although the file ends as it should", () => {
    for (let tenth = 5; tenth < 10; tenth += 1) {
      const end = Math.floor((baselineSample.length * tenth) / 10);
      const cut = patched(baselineSample.subarray(0, end), end - 2, 0xff, 0xd9);

      expect(failureOfReading(cut), `${tenth}`).toMatchObject({ kind: "truncated" });
    }
  });

  test.each([
    ["three codes of one bit", [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]],
    ["a DC difference of 16 bits", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16]],
    ["a DC code for everything but what comes", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]],
  ])("says what is corrupt about %s, as the engine does", (_, table) => {
    const redefined = [0xff, 0xc4, 0, 3 + table.length, 0, ...table];
    const damaged = inserted(baselineSample, findSegment(baselineSample, 0xda), ...redefined);

    const failure = failureOfReading(damaged);

    expect(failure).toMatchObject({ kind: "corrupt" });
    expect(failure).toEqual(engine.recompressJpeg(damaged, { quality: 50 }));
  });

  test("refuses a tiny file that claims a huge picture before doing any work", () => {
    const lying = patched(baselineSample, findSegment(baselineSample, 0xc0) + 5, 0xff, 0xff, 0xff, 0xff);

    expect(engine.openJpeg(lying)).toMatchObject({ kind: "truncated" });
  });

  test("stops at its memory limit and says so", () => {
    expect(failureOfReading(baselineSample, 128 * 1024)).toMatchObject({ kind: "too_large_for_memory" });
    expect(failureOfReading(baselineSample, 1024 * 1024)).toBeNull();
  });

  test("holds no memory between readings but the instance that waits", () => {
    wasmMemories.clear();
    const picture = opened(baselineSample);
    expect(engine.idleBytes()).toBe(0);

    readPixels(picture);
    const once = engine.idleBytes();
    readPixels(picture);

    expect(once).toBeGreaterThan(0);
    expect(engine.idleBytes()).toBe(once);
  });
});

function opened(source: Uint8Array): Picture {
  const picture = engine.openJpeg(source);
  if ("kind" in picture) throw new Error(JSON.stringify(picture));
  return picture;
}

function failureOfReading(source: Uint8Array, maxMemoryBytes = 1 << 24): ImageFailure | null {
  const picture = engine.openJpeg(source, { maxMemoryBytes });
  return "kind" in picture ? picture : picture.read(() => true);
}
