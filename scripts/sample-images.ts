// The sources of `examples/catalogue.csv`, painted on the spot: photos of products in the formats that shops really
// send, among them what goes wrong in every catalogue. Nothing is committed as a binary, nothing is downloaded.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { Sharp } from "sharp";
import { paintLandscape } from "./samples/landscape.ts";
import { cutOut, photograph, render } from "./samples/photograph.ts";
import type { Picture } from "./samples/photograph.ts";
import * as scenes from "./samples/scenes.ts";

export interface Sample {
  /** File name, and the path it is served at. */
  name: string;
  contentType: string;
  bytes: Buffer;
}

type Maker = () => Promise<Buffer>;

/** Writes all of them into `folder`, side by side on all cores. */
export async function writeSampleImages(folder: string): Promise<Sample[]> {
  await mkdir(folder, { recursive: true });
  const samples = await makeSampleImages();
  await Promise.all(samples.map(({ name, bytes }) => writeFile(join(folder, name), bytes)));
  return samples;
}

export async function makeSampleImages(): Promise<Sample[]> {
  const landscape = landscapeMakers();
  return Promise.all(
    Object.entries({ ...makers, ...landscape }).map(async ([name, make]) => ({
      name,
      contentType:
        name === "throw-back.jpg"
          ? "text/html; charset=utf-8"
          : `image/${name.split(".").at(-1)?.replace("jpg", "jpeg")}`,
      bytes: await make(),
    })),
  );
}

const makers: Record<string, Maker> = {
  "mug.jpg": async () =>
    open(await photograph(scenes.mug(), 1400, { seed: 1, grain: 1.8 }))
      .jpeg({ quality: 88 })
      .toBuffer(),

  /** Every chroma sample kept, and a camera's wide-gamut profile. */
  "mug-glaze.jpg": async () =>
    open(await photograph(scenes.glaze(), 1000, { seed: 2, grain: 2 }))
      .withIccProfile("p3")
      .jpeg({ quality: 90, chromaSubsampling: "4:4:4" })
      .toBuffer(),

  "cushion.jpg": async () =>
    open(await photograph(scenes.cushion(), 1200, { seed: 3, grain: 1.6 }))
      .jpeg({ quality: 90, progressive: true, chromaSubsampling: "4:2:0" })
      .toBuffer(),

  "cushion-weave.jpg": async () =>
    open(await photograph(scenes.weave(), 800, { seed: 4, grain: 1.8 }))
      .greyscale()
      .toColourspace("b-w")
      .jpeg({ quality: 90 })
      .toBuffer(),

  /** Stored lying down, with the note that a viewer must turn it: how phones write upright photos. */
  "lamp.jpg": async () => {
    const upright = await photograph(scenes.lamp(), 1200, { seed: 5, grain: 1.8 });
    return open(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 88 }).toBuffer();
  },

  /** Squeezed by somebody before: next to nothing is left to save. */
  "lamp-thumbnail.jpg": async () =>
    open(await photograph(scenes.lamp(), 480, { seed: 6, grain: 1.5 }))
      .jpeg({ quality: 20, mozjpeg: true })
      .toBuffer(),

  "carafe.webp": async () =>
    open(await photograph(scenes.carafe(), 1200, { seed: 7, grain: 1.6 }))
      .webp({ quality: 88 })
      .toBuffer(),

  /** For the printed catalogue: four inks. */
  "carafe-print.jpg": async () =>
    open(await photograph(scenes.carafe(), 1000, { seed: 8, grain: 1.6 }))
      .toColourspace("cmyk")
      .jpeg({ quality: 90 })
      .toBuffer(),

  /** As an editor exports it in a hurry: hardly packed. */
  "mug-cutout.png": async () => {
    const photo = await photograph(scenes.mug(), 900, { seed: 10, grain: 1 });
    return (await cutOut(photo, scenes.mugCutout())).png({ compressionLevel: 1 }).toBuffer();
  },

  "logo.png": () => render(scenes.logo(), 900).png({ compressionLevel: 6 }).toBuffer(),

  "planner.png": () =>
    render(scenes.planner(), 1600).flatten({ background: "#fff" }).png({ compressionLevel: 6 }).toBuffer(),

  /** Three pictures in one file: a still one would lose two of them. */
  "gift-card.webp": async () => {
    const frames = await Promise.all([0, 20, 40].map(paintGiftCard));
    return sharp(frames, { join: { animated: true } })
      .webp({ quality: 85, delay: [120, 120, 120], loop: 0 })
      .toBuffer();
  },

  /** What many shops answer for a product that is gone: a page, with status 200. */
  "throw-back.jpg": async () => Buffer.from("<!doctype html>\n<title>Moved</title>\n<h1>This product has moved</h1>\n"),

  /** An upload that broke off. */
  "throw-folded.jpg": async () => {
    const whole = await open(await photograph(scenes.throwBlanket(), 1000, { seed: 9, grain: 1.8 }))
      .jpeg({ quality: 90 })
      .toBuffer();
    return whole.subarray(0, Math.floor(whole.length * 0.6));
  },
};

/** One painting in two sizes: as a 12-megapixel camera has it, and for the web. */
function landscapeMakers(): Record<string, Maker> {
  let painting: Picture | null = null;
  const paint = () => (painting ??= paintLandscape(4000, 3000, 5));
  return {
    "alps-original.jpg": () => open(paint()).jpeg({ quality: 92 }).toBuffer(),
    "alps.webp": () => open(paint()).resize(1600).webp({ quality: 90 }).toBuffer(),
  };
}

function paintGiftCard(angle: number): Promise<Buffer> {
  const background = "#fff7e6";
  return render(scenes.logo(), 320)
    .rotate(angle, { background })
    .resize(320, 320)
    .flatten({ background })
    .png()
    .toBuffer();
}

function open({ width, height, rgb }: Picture): Sharp {
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}
