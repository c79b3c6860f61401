// How a picture looks beside its source: SSIMULACRA2 on white and, where there is transparency, on black too, the worse of
// both; and what is left in the mean of 8 x 8 pixels, which is where bands show when noise has averaged out.

import sharp from "sharp";
import { representativePart, type Rgb } from "./pixels.ts";
import { prepareReference, ssimulacra2, type Ssimulacra2Reference } from "./ssimulacra2.ts";

export interface PictureScore {
  ssimulacra2: number;
  /** Root mean square over blocks and channels, of 255. */
  blockError: number;
}

interface Ground {
  colour: string;
  original: Rgb;
  reference: Ssimulacra2Reference;
}

export type PictureJudge = (written: Uint8Array) => Promise<PictureScore>;

export async function createPictureJudge(source: Uint8Array): Promise<PictureJudge> {
  const { hasAlpha } = await sharp(source).metadata();
  const grounds: Ground[] = [];
  for (const colour of hasAlpha ? ["#ffffff", "#000000"] : ["#ffffff"]) {
    const original = await flatten(source, colour);
    grounds.push({ colour, original, reference: prepareReference(original) });
  }
  return async (written) => {
    const scores: PictureScore[] = [];
    for (const { colour, original, reference } of grounds) {
      const picture = await flatten(written, colour);
      scores.push({ ssimulacra2: ssimulacra2(reference, picture), blockError: blockError(original, picture) });
    }
    return {
      ssimulacra2: Math.min(...scores.map((score) => score.ssimulacra2)),
      blockError: Math.max(...scores.map((score) => score.blockError)),
    };
  };
}

async function flatten(file: Uint8Array, background: string): Promise<Rgb> {
  const { data, info } = await sharp(file)
    .flatten({ background })
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return representativePart({ data: new Uint8Array(data), width: info.width, height: info.height });
}

function blockError(a: Rgb, b: Rgb): number {
  let sum = 0;
  let count = 0;
  for (let top = 0; top + 8 <= a.height; top += 8) {
    for (let left = 0; left + 8 <= a.width; left += 8) {
      for (let channel = 0; channel < 3; channel++) {
        let off = 0;
        for (let i = 0; i < 64; i++) {
          const at = ((top + (i >> 3)) * a.width + left + (i & 7)) * 3 + channel;
          off += (a.data[at] ?? 0) - (b.data[at] ?? 0);
        }
        sum += (off / 64) ** 2;
        count++;
      }
    }
  }
  return Math.sqrt(sum / Math.max(1, count));
}
