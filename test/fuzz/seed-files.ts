// The sound files that are damaged: generated ones of every kind and pieces of photos, encoded by libjpeg-turbo.
import sharp from "sharp";
import { findPhotos } from "../bench/photos.ts";
import { createRandom } from "../support/jpeg/random.ts";
import { randomJpeg } from "../support/jpeg/random-jpeg.ts";

export interface SeedFile {
  name: string;
  bytes: Uint8Array;
  /** How often it is chosen beside the others. */
  weight: number;
}

export function generatedSeedFiles(count: number): SeedFile[] {
  return Array.from({ length: count }, (_, seed) => ({
    name: `generated ${seed}`,
    bytes: randomJpeg(seed).bytes,
    weight: 4,
  }));
}

/** Crops of some hundred pixels and, rarely chosen for their cost, some photos as they are. */
export async function photoSeedFiles(): Promise<SeedFile[]> {
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
      files.push({ name: `${name} crop ${progressive ? "progressive" : "baseline"}`, bytes: encoded, weight: 6 });
    }
    if (bytes.length < 1_000_000 && width * height < 5_000_000) files.push({ name, bytes, weight: 0.15 });
  }
  return files;
}

export function chooser(files: readonly SeedFile[]): (fraction: number) => SeedFile {
  const total = files.reduce((sum, { weight }) => sum + weight, 0);
  return (fraction) => {
    let left = fraction * total;
    for (const file of files) {
      left -= file.weight;
      if (left < 0) return file;
    }
    const last = files.at(-1);
    if (last === undefined) throw new Error("no seed files");
    return last;
  };
}
