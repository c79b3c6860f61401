import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { loadJpegEngine } from "../../support/jpeg/load-engine.ts";
import { psnrBetween } from "../../support/jpeg/decoded-psnr.ts";
import { describeChoices, randomJpeg } from "../../support/jpeg/random-jpeg.ts";

const engine = loadJpegEngine();
const fixed = { content: "picture", quality: 98, width: 70, height: 70, metadata: "jfif", junk: false } as const;

describe("recompressJpeg", () => {
  test("gives more bytes and a nearer picture for a higher quality", async () => {
    const source = await sharp({
      create: {
        width: 160,
        height: 120,
        channels: 3,
        background: "grey",
        noise: { type: "gaussian", mean: 128, sigma: 40 },
      },
    })
      .blur(0.7)
      .jpeg({ quality: 96 })
      .toBuffer();
    let [bytes, db] = [0, 0];
    for (const quality of [10, 20, 30, 40, 50, 60, 70, 80, 90]) {
      const result = engine.recompressJpeg(source, { quality });
      if (result.kind !== "compressed") throw new Error(JSON.stringify(result));
      const nearness = await psnrBetween(source, result.bytes);

      expect(result.bytes.length, `bytes at quality ${quality}`).toBeGreaterThan(bytes);
      expect(nearness, `PSNR at quality ${quality}`).toBeGreaterThan(db);
      [bytes, db] = [result.bytes.length, nearness];
    }
  });

  test("keeps its own output as it is when asked again", () => {
    let judged = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { bytes, choices } = randomJpeg(seed, { ...fixed, numberOfLinesLater: false });
      const first = engine.recompressJpeg(bytes, { quality: 50 });
      if (first.kind !== "compressed") continue;
      judged++;

      const second = engine.recompressJpeg(first.bytes, { quality: 50 });

      expect(second, `seed ${seed}: ${describeChoices(choices)}`).toEqual({ kind: "already_small" });
    }

    expect(judged).toBeGreaterThan(25);
  });

  test("never gives out more bytes than came in", () => {
    for (let seed = 0; seed < 120; seed++) {
      const { bytes, choices } = randomJpeg(seed, { quality: seed % 2 === 0 ? 20 : 50 });
      const result = engine.recompressJpeg(bytes, { quality: 100 });
      const size = result.kind === "compressed" ? result.bytes.length : 0;

      expect(size, `seed ${seed}: ${describeChoices(choices)}`).toBeLessThan(bytes.length);
    }
  });
});
