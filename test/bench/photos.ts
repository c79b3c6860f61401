// The photos of a run: somebody's folder, else the wallpapers of Debian's packages, else made-up ones.
import { basename } from "node:path";
import sharp, { type Create } from "sharp";
import { createRandom } from "../support/random.ts";
import { findInCorpus } from "./corpus.ts";
import { filesBelow, type Picture, readPicture } from "./files-below.ts";

export type Photo = Picture;

const jpegs = /\.jpe?g$/i;

// 1.3 to 24 MP, chosen for variety: smooth and dense, 4:4:4, 4:2:2 and 4:2:0, 0.02 to 0.95 MB per megapixel, among them
// those that a DCT-domain engine does badly at.
const chosen = [
  "GreenMeadow",
  "Dune",
  "Elephants",
  "Blinds",
  "RainDrops",
  "Storm",
  "TwoWings",
  "LadyBird",
  "Wood",
  "free_by",
  "life_by",
  "picosdeeuropa",
  "umang",
  "Fossa",
  "Wine",
  "Bridge",
  "sunset",
  "Dragonfly",
  "Infinite-Sea",
  "Elephants_5640x3172",
  "Kleiber",
  "Painting",
];

/** With a folder all its JPEGs; without, the chosen ones that are installed or fetched. Empty when there are none. */
export async function findPhotos(folder: string | null): Promise<Photo[]> {
  if (folder !== null) return filesBelow(folder, jpegs).map(readPicture);
  const roots = [findInCorpus("usr", "share", "backgrounds"), "/usr/share/backgrounds"];
  const files = roots.filter((root) => root !== null).flatMap((root) => filesBelow(root, jpegs));
  const photos = chosen.flatMap((prefix) => {
    const file =
      files.find((path) => basename(path).replace(/\.jpe?g$/i, "") === prefix) ??
      files.find((path) => basename(path).startsWith(`${prefix}_`) || basename(path).startsWith(prefix + "-"));
    return file === undefined ? [] : [readPicture(file)];
  });
  return await Promise.resolve(photos);
}

/** Stand-ins where there is no photo at all: blurred noise over slopes. Their figures say little of real photos. */
export async function generatePhotos(): Promise<Photo[]> {
  const sizes = [
    [1600, 1200],
    [3000, 2000],
    [4000, 3000],
    [6000, 4000],
  ] as const;
  return await Promise.all(
    sizes.map(async ([width, height], index) => {
      const random = createRandom(index);
      const coarse = await sharp({ create: noise(60, 256, 256) })
        .resize(width, height, { fit: "fill" })
        .raw()
        .toBuffer();
      const grain = await sharp({ create: noise(12, width, height) })
        .blur(0.8)
        .png()
        .toBuffer();
      const bytes = await sharp(coarse, { raw: { width, height, channels: 3 } })
        .composite([{ input: grain, blend: "soft-light" }])
        .jpeg({ quality: random.pick([80, 90, 95]) })
        .toBuffer();
      return { name: `generated ${width}x${height}`, bytes: new Uint8Array(bytes) };
    }),
  );
}

function noise(sigma: number, width: number, height: number): Create {
  const grey = { r: 128, g: 128, b: 128 };
  return { width, height, channels: 3, background: grey, noise: { type: "gaussian", mean: 128, sigma } };
}
