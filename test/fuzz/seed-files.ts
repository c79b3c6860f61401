// The sound files that are damaged, by codec. The same in any checkout, but for the photos.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pngVariants } from "../support/png-variants.ts";
import {
  avifFiles,
  bmpFiles,
  gifFiles,
  icoFiles,
  jxlFiles,
  plainGifFiles,
  plainTiffFiles,
  pngFiles,
  tiffFiles,
  webpFiles,
} from "./encoded-files.ts";
import type { CodecName } from "./plan.ts";
import { generatedJpegs, photoJpegs } from "./seed-files-jpeg.ts";

export interface SeedFile {
  name: string;
  bytes: Uint8Array;
  /** How often it is chosen beside the others. */
  weight: number;
}

export interface SeedOptions {
  /** Those of the benchmark's corpus too, where it is there. */
  withPhotos: boolean;
}

const fixtures = join(import.meta.dirname, "..", "fixtures", "images");
const generatedFiles = 150;

const made = new Map<string, Promise<SeedFile[]>>();

/** Made once: what is for all codecs has those of each. */
export function seedFiles(codec: CodecName, options: SeedOptions): Promise<SeedFile[]> {
  const name = `${codec} ${options.withPhotos}`;
  const files = made.get(name) ?? makeSeedFiles(codec, options);
  made.set(name, files);
  return files;
}

async function makeSeedFiles(codec: CodecName, options: SeedOptions): Promise<SeedFile[]> {
  switch (codec) {
    case "jpeg":
      return [
        ...generatedJpegs(generatedFiles),
        ...fixtureFiles("jpg"),
        ...(options.withPhotos ? await photoJpegs() : []),
      ];
    case "png": {
      const variants = pngVariants().map(({ name, bytes }) => ({ name, bytes, weight: 1 }));
      return [...variants, ...fixtureFiles("png", 10), ...weighed(await pngFiles(), 10)];
    }
    case "webp":
      return [...fixtureFiles("webp"), ...weighed(await webpFiles())];
    case "avif":
      return [...fixtureFiles("avif"), ...weighed(await avifFiles())];
    case "gif":
      return [...fixtureFiles("gif"), ...weighed(await gifFiles()), ...weighed(plainGifFiles(), 3)];
    case "bmp":
      return weighed(bmpFiles());
    case "tiff":
      return [...weighed(await tiffFiles()), ...weighed(plainTiffFiles(), 20)];
    case "ico":
      return weighed(await icoFiles());
    case "jxl":
      return [...fixtureFiles("jxl"), ...weighed(jxlFiles())];
    case "compress":
      return await filesOfAll();
  }
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

/** As much of each format, for what is common to all. */
async function filesOfAll(): Promise<SeedFile[]> {
  const formats = ["jpeg", "png", "webp", "avif", "gif", "bmp", "tiff", "ico", "jxl"] as const;
  const lists = await Promise.all(formats.map((format) => seedFiles(format, { withPhotos: false })));
  return lists.flatMap((files, at) => {
    const total = files.reduce((sum, { weight }) => sum + weight, 0);
    // Its decoder is slow.
    const share = formats[at] === "avif" ? 0.3 : 1;
    return files.map((file) => ({
      ...file,
      name: `${formats[at]}: ${file.name}`,
      weight: (share * file.weight) / total,
    }));
  });
}

function fixtureFiles(extension: string, weight = 1): SeedFile[] {
  return readdirSync(fixtures)
    .filter((name) => name.endsWith(`.${extension}`))
    .sort()
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(fixtures, name))), weight }));
}

function weighed(files: readonly (readonly [name: string, bytes: Uint8Array])[], weight = 1): SeedFile[] {
  return files.map(([name, bytes]) => ({ name, bytes, weight }));
}
