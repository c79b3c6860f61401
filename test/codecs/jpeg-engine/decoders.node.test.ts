// What comes out must please decoders that are not ours, and look like what went in.
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { psnrBetween } from "../../support/jpeg/decoded-psnr.ts";
import { loadJpegEngine } from "../../support/jpeg/load-engine.ts";
import { loadJsquash } from "../../support/jpeg/load-jsquash.ts";
import { describeChoices, randomJpeg, type Sampling } from "../../support/jpeg/random-jpeg.ts";

const engine = loadJpegEngine();
const jsquash = await loadJsquash();

/** Pictures that libjpeg reads and that are worth re-encoding. */
const sound = { content: "picture", quality: 98, numberOfLinesLater: false, junk: false } as const;

describe("recompressJpeg", () => {
  test.each(["baseline", "extended", "progressive"] as const)(
    "makes of %s what libjpeg-turbo and mozjpeg decode without a warning and alike",
    async (process) => {
      for (let seed = 0; seed < 40; seed++) {
        const { bytes, choices } = randomJpeg(seed, { process });
        const result = engine.recompressJpeg(bytes, { quality: 50 });
        if (result.kind === "already_small") continue;
        const name = `seed ${seed}: ${describeChoices(choices)}`;
        if (result.kind !== "compressed") throw new Error(`${name}: ${JSON.stringify(result)}`);

        const turbo = await sharp(result.bytes, { failOn: "warning" }).raw().toBuffer({ resolveWithObject: true });

        expect([turbo.info.width, turbo.info.height], name).toEqual([choices.width, choices.height]);
        // jSquash knows no CMYK.
        if (choices.sampling.startsWith("cmyk")) continue;
        const mozjpeg = await jsquash.decode(result.bytes);
        expect([mozjpeg.width, mozjpeg.height], name).toEqual([choices.width, choices.height]);
      }
    },
  );

  // PSNR is not what the engine spends its bytes on, and texture, of which these pictures are full, is what it saves at.
  test.each([20, 50, 75, 90])(
    "stays as near to its source at quality %i as mozjpeg does, within 4 dB",
    async (quality) => {
      const judged: number[] = [];
      for (let seed = 0; seed < 36; seed++) {
        const sampling =
          (["4:4:4", "4:2:0", "4:2:2", "4:4:0", "grey", "4:1:1"] satisfies Sampling[])[seed % 6] ?? "grey";
        const { bytes, choices } = randomJpeg(seed, {
          sampling,
          content: "picture",
          quality: 98,
          width: 40 + seed,
          height: 90 - seed,
          metadata: "jfif",
          numberOfLinesLater: false,
          junk: false,
        });
        const result = engine.recompressJpeg(bytes, { quality });
        if (result.kind !== "compressed") continue;
        const peer = await sharp(bytes).jpeg({ quality, mozjpeg: true }).toBuffer();
        const [ours, theirs] = [await psnrBetween(bytes, result.bytes), await psnrBetween(bytes, peer)];
        judged.push(ours);

        expect(ours, `seed ${seed}: ${describeChoices(choices)}`).toBeGreaterThan(theirs - 4);
      }

      expect(judged.length).toBeGreaterThan(20);
    },
  );

  test("leaves orientation, profile and number of channels as they were", async () => {
    for (let seed = 0; seed < 24; seed++) {
      const { bytes, choices } = randomJpeg(seed, { ...sound, metadata: "full", width: 64, height: 60 });
      const result = engine.recompressJpeg(bytes, { quality: 50 });
      const name = `seed ${seed}: ${describeChoices(choices)}`;
      if (result.kind !== "compressed") throw new Error(`${name}: ${JSON.stringify(result)}`);
      const [before, after] = [await sharp(bytes).metadata(), await sharp(result.bytes).metadata()];

      // Orientation 1 says nothing and need not be kept.
      expect(after.orientation ?? 1, name).toBe(before.orientation ?? 1);
      expect(after.icc, name).toEqual(before.icc);
      expect([after.channels, after.space], name).toEqual([before.channels, before.space]);
    }
  });

  test("keeps RGB as RGB", async () => {
    for (let seed = 0; seed < 6; seed++) {
      const fixed = { ...sound, sampling: "4:4:4", metadata: "adobe-rgb", width: 64, height: 60 } as const;
      const { bytes } = randomJpeg(seed, fixed);
      const result = engine.recompressJpeg(bytes, { quality: 75 });
      if (result.kind !== "compressed") throw new Error(JSON.stringify(result));

      expect(await psnrBetween(bytes, result.bytes), `seed ${seed}`).toBeGreaterThan(30);
    }
  });
});
