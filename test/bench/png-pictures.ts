// The PNGs of a run: somebody's folder, or those of Debian's wallpapers and PNGs made of its photographs: photographs
// as they are, products on white and products cut out.

import { basename } from "node:path";
import sharp from "sharp";
import { findInCorpus } from "./corpus.ts";
import { filesBelow, type Picture, readPicture } from "./files-below.ts";

const photographs = ["greentock", "RainDrops", "Garden", "sunset", "Wine", "TwoWings"];
const products = ["Wood", "analogpattern", "GreenMeadow"];

export async function findPngs(folder: string | null): Promise<Picture[]> {
  if (folder !== null) return filesBelow(folder, /\.png$/i).map(readPicture);
  const roots = [findInCorpus("usr", "share", "backgrounds"), "/usr/share/backgrounds"].filter((root) => root !== null);
  const root = roots.find((path) => filesBelow(path, /\.png$/i).length > 0);
  if (root === undefined) return [];
  const photos = filesBelow(root, /\.jpe?g$/i);
  const named = (prefix: string) => photos.find((path) => basename(path).startsWith(prefix)) ?? null;
  const pictures = filesBelow(root, /\.png$/i).map(readPicture);
  for (const prefix of photographs) {
    const path = named(prefix);
    if (path !== null) pictures.push({ name: `${prefix} (photo)`, bytes: await asPhotograph(path) });
  }
  for (const prefix of products) {
    const path = named(prefix);
    if (path === null) continue;
    const cut = await cutOut(path);
    pictures.push({ name: `${prefix} (cut out)`, bytes: cut });
    pictures.push({ name: `${prefix} (on white)`, bytes: await onWhite(cut) });
  }
  return pictures;
}

async function asPhotograph(path: string): Promise<Uint8Array> {
  return new Uint8Array(await sharp(path).resize(1500, 1500, { fit: "inside" }).png().toBuffer());
}

/** A disc with a soft edge and a soft shadow under it. */
async function cutOut(path: string): Promise<Uint8Array> {
  const disc = Buffer.from('<svg width="1000" height="1000"><circle cx="500" cy="500" r="460" fill="#fff"/></svg>');
  const photo = await sharp(path).resize(1000, 1000, { fit: "cover" }).ensureAlpha().png().toBuffer();
  const product = await sharp(photo)
    .composite([{ input: await sharp(disc).blur(1.5).png().toBuffer(), blend: "dest-in" }])
    .png()
    .toBuffer();
  const shadow = Buffer.from(
    '<svg width="1200" height="1200"><ellipse cx="600" cy="1040" rx="380" ry="70" fill="#000" fill-opacity="0.5"/></svg>',
  );
  const ground = await sharp(shadow).blur(30).png().toBuffer();
  return new Uint8Array(
    await sharp(ground)
      .composite([{ input: product, left: 100, top: 60 }])
      .png()
      .toBuffer(),
  );
}

async function onWhite(cut: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(cut).flatten({ background: "#fff" }).png().toBuffer());
}
