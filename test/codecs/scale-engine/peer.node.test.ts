// Beside sharp, which scales in linear light too when it is told to work in scRGB.

import sharp from "sharp";
import { expect, test } from "vitest";
import { createScaleEngine, scaledSize } from "../../../src/codecs/scale-engine/engine.ts";
import { compileWasm } from "../../support/compile-wasm.ts";
import { painted, pixelsOf } from "./pictures.ts";

const engine = createScaleEngine(compileWasm("src/codecs/scale-engine/scale-engine.wasm"));

/** Waves in every direction, coarse enough to be seen in both sizes: what both must show is the same. */
const waves = painted({ width: 400, height: 300 }, (x, y) => [
  Math.round(128 + 100 * Math.sin(x / 6 + y / 40)),
  Math.round(128 + 100 * Math.sin(y / 5 - x / 50)),
  Math.round(128 + 100 * Math.sin((x + y) / 9)),
  255,
]);

test.each([0.5, 0.3, 0.71])("at %f shows what sharp's lanczos3 shows in linear light", async (scale) => {
  const size = scaledSize(waves, scale);

  const pixels = pixelsOf(engine.scalePicture(waves, size));

  const { data } = await sharp(waves.data, { raw: { width: 400, height: 300, channels: 4 } })
    .pipelineColourspace("scrgb")
    .resize(size.width, size.height, { kernel: "lanczos3", fit: "fill", fastShrinkOnLoad: false })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const channels = data.length / (size.width * size.height);
  let sum = 0;
  let worst = 0;
  for (let y = 3; y < size.height - 3; y++) {
    for (let x = 3; x < size.width - 3; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const at = y * size.width + x;
        const off = Math.abs((pixels[4 * at + channel] ?? 0) - (data[channels * at + channel] ?? 0));
        sum += off;
        worst = Math.max(worst, off);
      }
    }
  }
  expect(sum / (3 * size.width * size.height)).toBeLessThan(0.25);
  expect(worst).toBeLessThanOrEqual(2);
});
