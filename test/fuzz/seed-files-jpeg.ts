// The sound JPEGs that are damaged: generated ones of every kind and pieces of photos, encoded by libjpeg-turbo.
import sharp from "sharp";
import { findPhotos } from "../bench/photos.ts";
import { createRandom } from "../support/random.ts";
import { randomJpeg } from "../support/jpeg/random-jpeg.ts";
import type { SeedFile } from "./seed-files.ts";

export function generatedJpegs(count: number): SeedFile[] {
  return Array.from({ length: count }, (_, seed) => ({
    name: `generated ${seed}`,
    bytes: randomJpeg(seed).bytes,
    weight: 4,
  }));
}

/** Crops of some hundred pixels and, rarely chosen for their cost, some photos as they are. */
export async function photoJpegs(): Promise<SeedFile[]> {
  const files: SeedFile[] = [];
  const random = createRandom(1);
  for (const { name, bytes } of await findPhotos(null)) {
    const { width, height } = await sharp(bytes).metadata();
    const side = 160;
    if (width < side || height < side) continue;
    const crop = sharp(bytes).extract({
      left: random.integer(0, width - side),
      top: random.integer(0, height - side),
      width: side,
      height: side,
    });
    for (const progressive of [false, true]) {
      const chromaSubsampling = random.pick(["4:4:4", "4:2:0"]);
      const encoded = await crop.clone().jpeg({ quality: 88, progressive, chromaSubsampling }).toBuffer();
      files.push({
        name: `${name} crop ${progressive ? "progressive" : "baseline"}`,
        bytes: new Uint8Array(encoded),
        weight: 6,
      });
    }
    if (bytes.length < 1_000_000 && width * height < 5_000_000) files.push({ name, bytes, weight: 0.15 });
  }
  return files;
}
