// Files that end too early or are broken: a named failure or a sound picture, never a trap. The long run is `npm run fuzz`.
import { describe, expect, test } from "vitest";
import { judgeCase } from "../../fuzz/judge-jpeg.ts";
import { damageJpeg } from "../../fuzz/damage-jpeg.ts";
import { loadJpegEngine } from "../../support/jpeg/load-engine.ts";
import { randomJpeg } from "../../support/jpeg/random-jpeg.ts";
import { createRandom } from "../../support/random.ts";
import { readJpeg } from "../../support/jpeg/read-jpeg.ts";

const engine = loadJpegEngine();

describe("recompressJpeg", () => {
  test.each([
    ["baseline", "4:2:0"],
    ["baseline", "4:4:4"],
    ["progressive", "4:2:0"],
    ["progressive", "cmyk"],
    ["progressive", "grey"],
  ] as const)("gives no picture for a %s %s file cut anywhere before its end", (process, sampling) => {
    const { bytes } = randomJpeg(11, {
      process,
      sampling,
      width: 33,
      height: 21,
      content: "picture",
      quality: 90,
      restarts: false,
      junk: false,
      numberOfLinesLater: false,
    });
    const kinds = new Set<string>();
    for (let length = 0; length < bytes.length; length++) {
      const result = engine.recompressJpeg(bytes.subarray(0, length), { quality: 50 });
      kinds.add(result.kind);

      expect(result.kind, `the first ${length} of ${bytes.length} bytes`).not.toBe("compressed");
    }

    expect(kinds).toContain("truncated");
  });

  test("says truncated, not corrupt, wherever within the data of the only scan a sound file is cut", () => {
    const { bytes } = randomJpeg(4, {
      process: "baseline",
      sampling: "4:2:0",
      width: 60,
      height: 60,
      content: "picture",
      multiScan: false,
      restarts: false,
      junk: false,
      numberOfLinesLater: false,
    });
    const start = bytes.findLastIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xda) + 14;
    for (let length = start; length < bytes.length - 2; length++) {
      const result = engine.recompressJpeg(bytes.subarray(0, length), { quality: 50 });

      expect(result, `the first ${length} of ${bytes.length} bytes`).toMatchObject({ kind: "truncated" });
    }
  });

  test("survives a slice of the seeded damage", async () => {
    const files = Array.from({ length: 40 }, (_, seed) => randomJpeg(seed).bytes);
    for (let index = 0; index < 800; index++) {
      const random = createRandom(index);
      const verdict = await judgeCase(engine, damageJpeg(random.pick(files), random, files), 50);

      expect(verdict.problem, `case ${index}`).toBeNull();
    }
  });

  test("survives it too where the picture is made smaller", () => {
    const files = Array.from({ length: 40 }, (_, seed) => randomJpeg(seed).bytes);
    const kinds = new Set<string>();
    for (let index = 0; index < 600; index++) {
      const random = createRandom(index);
      const damaged = damageJpeg(random.pick(files), random, files);
      const reduction = random.pick([2, 4, 8] as const);
      const result = engine.recompressJpeg(damaged, { quality: 50, reduction });
      kinds.add(result.kind);

      if (result.kind !== "compressed") continue;
      const { width, height } = readJpeg(result.bytes);
      expect([width, height], `case ${index}`).toEqual([result.width, result.height]);
    }

    expect([...kinds]).toEqual(expect.arrayContaining(["compressed", "truncated", "corrupt"]));
  });

  test("works on sound files as before once it has seen broken ones", () => {
    const { bytes } = randomJpeg(7, { process: "progressive", content: "picture", width: 64, height: 64, quality: 95 });
    const before = engine.recompressJpeg(bytes, { quality: 50 });
    const random = createRandom(1);
    for (let i = 0; i < 50; i++) engine.recompressJpeg(damageJpeg(bytes, random, [bytes]), { quality: 50 });

    expect(engine.recompressJpeg(bytes, { quality: 50 })).toEqual(before);
  });
});
