// A mountain morning of any size: sky with clouds, ridges that fade with distance, a meadow. It stands for the
// 12-megapixel photo of an ordinary phone, which is where pixel codecs run out of an isolate's memory.

import { at, fractalLine, fractalTile, grainTile, tileSize } from "./noise.ts";
import { seededRandom } from "./seeded-random.ts";
import type { Picture } from "./photograph.ts";

type Colour = readonly [red: number, green: number, blue: number];

const mask = tileSize - 1;
const zenith: Colour = [72, 118, 178];
const horizon: Colour = [236, 214, 190];
const ridgeColours: readonly Colour[] = [
  [158, 172, 190],
  [118, 138, 158],
  [82, 104, 112],
  [52, 76, 66],
  [58, 84, 38],
];

export function paintLandscape(width: number, height: number, seed: number): Picture {
  const rgb = new Uint8ClampedArray(width * height * 3);
  const rough = fractalTile(seed, 7);
  const grain = grainTile(seed + 1);
  const ridges = ridgeColours.map((_, layer) => ridgeLine(width, height, seed + 10 + layer, layer));
  const random = seededRandom(seed + 2);
  const scale = width / 1000;

  for (let y = 0; y < height; y++) {
    const down = y / height;
    const sky = mix(zenith, horizon, Math.min(1, down * 2));
    const shift = Math.floor(random() * tileSize);
    for (let x = 0; x < width; x++) {
      const layer = nearestRidge(ridges, x, y);
      const index = (y * width + x) * 3;
      const noise = 3.2 * at(grain, (y & mask) * tileSize + ((x + shift) & mask));
      if (layer === -1) {
        const cloudX = (x / scale) * 0.5;
        const cloudY = (y / scale) * 1.1;
        const cloud = Math.max(0, smooth(rough, cloudX, cloudY) - 0.05) * 1.5 * (1 - down);
        put(rgb, index, sky, Math.min(cloud * 150, 92), noise);
      } else {
        const colour = ridgeColours[layer] ?? horizon;
        const depth = (y - at(ridges[layer] ?? [], x)) / height;
        // Turned by odd angles and read at odd scales, the two layers never show the tile's repeat.
        const slopes = at(
          rough,
          ((0.29 * y - 0.11 * x + layer * 131) & mask) * tileSize + ((0.23 * x + 0.13 * y) & mask),
        );
        const crags = at(
          rough,
          ((1.31 * y + 0.57 * x) & mask) * tileSize + ((1.73 * x - 0.41 * y + layer * 97) & mask),
        );
        const leaves = at(rough, ((4.7 * y + 1.9 * x) & mask) * tileSize + ((5.3 * x - 2.3 * y) & mask));
        // Near things show more of their surface; far things drown in haze.
        const near = 0.3 + layer * 0.24;
        const surface = (slopes * 44 - Math.abs(crags) * 46 + 8 + leaves * 58) * near;
        put(rgb, index, colour, surface + 34 - depth * 150, noise);
      }
    }
  }
  return { width, height, rgb };
}

function ridgeLine(width: number, height: number, seed: number, layer: number): Float32Array {
  const base = height * (0.36 + layer * 0.13);
  const relief = height * (layer === ridgeColours.length - 1 ? 0.03 : 0.17 - layer * 0.025);
  return fractalLine(seed, width, width / (2 + layer), layer < 3 ? 9 : 11).map((value) => base - value * relief);
}

/** The frontmost ridge that covers the pixel, -1 for the sky. */
function nearestRidge(ridges: readonly Float32Array[], x: number, y: number): number {
  for (let layer = ridges.length - 1; layer >= 0; layer--) {
    if (y >= at(ridges[layer] ?? [], x)) return layer;
  }
  return -1;
}

function smooth(tile: Float32Array, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const across = x - left;
  const down = y - top;
  const upper =
    at(tile, (top & mask) * tileSize + (left & mask)) * (1 - across) +
    at(tile, (top & mask) * tileSize + ((left + 1) & mask)) * across;
  const lower =
    at(tile, ((top + 1) & mask) * tileSize + (left & mask)) * (1 - across) +
    at(tile, ((top + 1) & mask) * tileSize + ((left + 1) & mask)) * across;
  return upper * (1 - down) + lower * down;
}

function mix(from: Colour, to: Colour, t: number): Colour {
  return [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t, from[2] + (to[2] - from[2]) * t];
}

function put(rgb: Uint8ClampedArray, index: number, colour: Colour, light: number, noise: number): void {
  rgb[index] = colour[0] + light + noise;
  rgb[index + 1] = colour[1] + light + noise;
  rgb[index + 2] = colour[2] + light * 0.9 + noise * 1.2;
}
