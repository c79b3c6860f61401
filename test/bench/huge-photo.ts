// A photo of 100 megapixels, patched together from the others: the size at which nothing may grow with the pixels.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { corpusFolder } from "./corpus.ts";
import type { Photo } from "./photos.ts";

const [columns, rows] = [4, 4];
const [tileWidth, tileHeight] = [3072, 2048];

/** 12288 x 8192, baseline, 4:2:0, some 25 MB as a camera would make it. Kept in the corpus folder, as making it takes a while. */
export async function hugePhoto(photos: readonly Photo[]): Promise<Photo> {
  const file = join(corpusFolder, `huge-q95-of-${photos.length}.jpg`);
  if (!existsSync(file)) {
    mkdirSync(corpusFolder, { recursive: true });
    writeFileSync(file, await makeHugePhoto(photos));
  }
  return { name: "100 MP", bytes: new Uint8Array(readFileSync(file)) };
}

async function makeHugePhoto(photos: readonly Photo[]): Promise<Buffer> {
  const tiles = Array.from({ length: columns * rows }, async (_, index) => {
    const photo = photos[index % photos.length];
    if (photo === undefined) throw new Error("no photos to patch together");
    const input = await sharp(photo.bytes)
      .resize(tileWidth, tileHeight, { fit: "cover" })
      .jpeg({ quality: 95 })
      .toBuffer();
    return { input, left: (index % columns) * tileWidth, top: Math.floor(index / columns) * tileHeight };
  });
  return await sharp({
    create: { width: columns * tileWidth, height: rows * tileHeight, channels: 3, background: "black" },
    limitInputPixels: false,
  })
    .composite(await Promise.all(tiles))
    .jpeg({ quality: 95 })
    .toBuffer();
}
