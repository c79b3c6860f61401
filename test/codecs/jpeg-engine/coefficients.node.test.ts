// The engine against the plain reader, coefficient by coefficient: no decoder's rounding between.
import { describe, expect, test } from "vitest";
import { wrongCoefficient } from "../../support/jpeg/check-requantised.ts";
import { loadJpegEngine } from "../../support/jpeg/load-engine.ts";
import { describeChoices, randomJpeg, samplings, type Sampling } from "../../support/jpeg/random-jpeg.ts";
import { readJpeg } from "../../support/jpeg/read-jpeg.ts";

const engine = loadJpegEngine();
const processes = ["baseline", "extended", "progressive"] as const;
const allSamplings = Object.keys(samplings).filter((name): name is Sampling => name in samplings);

describe("recompressJpeg", () => {
  test.each(allSamplings)("keeps every coefficient of %s within what its choice allows", (sampling) => {
    let compressed = 0;
    for (let seed = 0; seed < 24; seed++) {
      const process = processes[seed % 3] ?? "baseline";
      const { bytes, image, choices } = randomJpeg(seed, { sampling, process, content: "picture", quality: 95 });
      for (const rdo of [true, false]) {
        const result = engine.recompressJpeg(bytes, { quality: 50, rdo });
        const name = `seed ${seed}, rdo ${rdo}: ${describeChoices(choices)}`;
        if (result.kind === "already_small") continue;
        if (result.kind !== "compressed") throw new Error(`${name}: ${JSON.stringify(result)}`);
        compressed++;

        const output = readJpeg(result.bytes);

        expect(wrongCoefficient(image, output, rdo ? "chosen" : "rounded"), name).toBeNull();
        expect(result, name).toMatchObject({
          width: choices.width,
          height: choices.height,
          components: image.components.length,
          progressive: output.progressive,
        });
      }
    }

    // Most of these pictures are small beside their tables, yet some must have been judged.
    expect(compressed).toBeGreaterThan(10);
  });

  test("keeps the coefficients of a noisy picture with the largest values there are", () => {
    for (let seed = 0; seed < 40; seed++) {
      const { bytes, image, choices } = randomJpeg(seed, { content: "noise", quality: 92 });
      const result = engine.recompressJpeg(bytes, { quality: 50, rdo: false, chroma: "keep" });
      if (result.kind === "already_small") continue;
      const name = `seed ${seed}: ${describeChoices(choices)}`;
      if (result.kind !== "compressed") throw new Error(`${name}: ${JSON.stringify(result)}`);

      expect(wrongCoefficient(image, readJpeg(result.bytes), "rounded"), name).toBeNull();
    }
  });

  test("gives the same coefficients for a picture however its file is laid out", () => {
    for (let seed = 0; seed < 30; seed++) {
      const fixed = {
        sampling: "4:2:0",
        width: 65,
        height: 49,
        content: "picture",
        quality: 92,
        metadata: "jfif",
      } as const;
      // The same seed draws the same picture first; the script of scans comes after.
      const outputs = processes.map((process) => {
        const { bytes } = randomJpeg(seed, { ...fixed, process, ornaments: false });
        const result = engine.recompressJpeg(bytes, { quality: 50, progressive: false });
        if (result.kind !== "compressed") throw new Error(JSON.stringify(result));
        return result.bytes;
      });

      expect(outputs[1], `seed ${seed}`).toEqual(outputs[0]);
      expect(outputs[2], `seed ${seed}`).toEqual(outputs[0]);
    }
  });

  test("takes the first picture of a file with several, and no thumbnail for the picture", () => {
    const { bytes } = randomJpeg(21, { ...printed, process: "progressive", ornaments: false });
    const { bytes: second } = randomJpeg(22, { ...printed, process: "baseline" });
    const alone = engine.recompressJpeg(bytes, { quality: 50 });
    const exif = [
      0xff,
      0xe1,
      (second.length + 8) >> 8,
      (second.length + 8) & 255,
      ...Buffer.from("Exif\0\0"),
      ...second,
    ];
    // A multi-picture file is one JPEG after the other; an EXIF thumbnail is a JPEG within APP1.
    const several = Uint8Array.of(...bytes, ...second);
    const withThumbnail = Uint8Array.of(...bytes.subarray(0, 2), ...exif, ...bytes.subarray(2));

    expect(alone.kind).toBe("compressed");
    expect(engine.recompressJpeg(several, { quality: 50 })).toMatchObject(pictureOf(alone));
    expect(engine.recompressJpeg(withThumbnail, { quality: 50 })).toMatchObject(pictureOf(alone));
  });
});

const printed = {
  sampling: "4:2:0",
  width: 64,
  height: 48,
  content: "picture",
  quality: 95,
  metadata: "jfif",
  junk: false,
} as const;

/** What must be equal; the peak counts the source's bytes as well. */
function pictureOf(result: ReturnType<typeof engine.recompressJpeg>): object {
  return result.kind === "compressed" ? { kind: result.kind, bytes: result.bytes, width: result.width } : result;
}
