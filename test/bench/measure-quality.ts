// Bytes and likeness at several qualities: an engine's rate-distortion curve on one photo.
import sharp from "sharp";
import type { Engine } from "./engines.ts";
import { representativePart, type Rgb } from "./pixels.ts";
import { psnr, ssim } from "./psnr-ssim.ts";
import { prepareReference, ssimulacra2, type Ssimulacra2Reference } from "./ssimulacra2.ts";

export interface QualityPoint {
  quality: number;
  bytes: number;
  ssimulacra2: number;
  ssim: number;
  psnr: number;
}

/** The photo as the metrics see it. */
export interface Original {
  part: Rgb;
  reference: Ssimulacra2Reference;
}

export async function prepareOriginal(source: Uint8Array): Promise<Original> {
  const part = representativePart(await decodeRgb(source));
  return { part, reference: prepareReference(part) };
}

export async function measureCurve(
  engine: Engine,
  source: Uint8Array,
  original: Original,
  qualities: readonly number[],
): Promise<QualityPoint[]> {
  const points: QualityPoint[] = [];
  for (const quality of qualities) {
    const { bytes } = await engine.encode(source, quality);
    const part = representativePart(await decodeRgb(bytes));
    points.push({
      quality,
      bytes: bytes.length,
      ssimulacra2: ssimulacra2(original.reference, part),
      ssim: ssim(original.part, part),
      psnr: psnr(original.part, part),
    });
  }
  return points;
}

/** One decoder for all, libjpeg-turbo. Profiles are ignored here and in encoding: they would be converted by some and kept by others. */
async function decodeRgb(bytes: Uint8Array): Promise<Rgb> {
  const { data, info } = await sharp(bytes, { limitInputPixels: false, ignoreIcc: true })
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels === 3) return { width: info.width, height: info.height, data };
  const rgb = new Uint8Array(info.width * info.height * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = data[Math.floor(i / 3)] ?? 0;
  return { width: info.width, height: info.height, data: rgb };
}
