// Drawings become photos: uneven light, a little lens fall-off and sensor grain. Without the grain an encoder would
// have far too easy a time, and the saved bytes of the demo would mean nothing.

import sharp from "sharp";
import type { Sharp } from "sharp";
import { at, fractalTile, grainTile, tileSize } from "./noise.ts";
import type { Scene } from "./scenes.ts";

/** Eight bits a channel, three channels, rows from the top. */
export interface Picture {
  width: number;
  height: number;
  rgb: Uint8ClampedArray;
}

const mask = tileSize - 1;
/** Painted once; each photo starts at another place in them. */
let sheets: { light: Float32Array; grain: Float32Array } | null = null;

/** Renders a scene `width` pixels wide and takes a photo of it. `grain` is the standard deviation of the noise, in levels. */
export async function photograph(
  scene: Scene,
  width: number,
  options: { seed: number; grain: number },
): Promise<Picture> {
  const height = Math.round((width * scene.height) / scene.width);
  const { data } = await render(scene, width).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const picture = { width, height, rgb: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength) };
  expose(picture, options);
  return picture;
}

/** Renders a scene as it is, with its transparency. */
export function render(scene: Scene, width: number): Sharp {
  const sized = scene.svg.replace(
    "<svg ",
    `<svg width="${width}" height="${Math.round((width * scene.height) / scene.width)}" `,
  );
  return sharp(Buffer.from(sized));
}

/** The photo in RGBA, in the shape of `scene`: what the scene leaves transparent is cut away. */
export async function cutOut(photo: Picture, scene: Scene): Promise<Sharp> {
  const { width, height, rgb } = photo;
  const drawn = await render(scene, width).ensureAlpha().raw().toBuffer();
  const rgba = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = at(drawn, pixel * 4 + 3);
    if (alpha === 0) continue;
    rgba.set(rgb.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
    rgba[pixel * 4 + 3] = alpha;
  }
  return sharp(rgba, { raw: { width, height, channels: 4 } });
}

function expose(picture: Picture, options: { seed: number; grain: number }): void {
  const { width, height, rgb } = picture;
  const { light, grain } = (sheets ??= { light: fractalTile(1, 6), grain: grainTile(2) });
  const start = Math.imul(options.seed, 0x9e3779b1) >>> 8;
  for (let y = 0; y < height; y++) {
    const fromMiddleY = (2 * y) / height - 1;
    // Each row starts elsewhere in the tile, so that the repeat never shows.
    const shift = Math.imul(y + start, 0x9e3779b1) >>> 16;
    for (let x = 0; x < width; x++) {
      const fromMiddleX = (2 * x) / width - 1;
      const fallOff = 1 - 0.11 * (fromMiddleX * fromMiddleX + fromMiddleY * fromMiddleY);
      const broad = at(light, ((y >> 2) & mask) * tileSize + (((x >> 2) + start) & mask));
      const fine = at(light, (y & mask) * tileSize + ((x + start) & mask));
      const exposure = fallOff * (1 + 0.045 * broad + 0.03 * fine);
      const noise = options.grain * at(grain, (y & mask) * tileSize + ((x + shift) & mask));
      const index = (y * width + x) * 3;
      rgb[index] = at(rgb, index) * exposure + noise;
      rgb[index + 1] = at(rgb, index + 1) * exposure + noise;
      rgb[index + 2] = at(rgb, index + 2) * exposure + noise * 1.2;
    }
  }
}
