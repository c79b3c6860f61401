// What keeps an idle instance between images, by the format that it is for.

import { avifDecoder, avifEncoder } from "./avif.ts";
import { jpegEngine } from "./jpeg.ts";
import { pngEngine, pngReader } from "./png.ts";
import type { Format, WrittenFormat } from "./probe.ts";
import { scaleEngine } from "./scale.ts";
import { webpDecoder, webpEncoder } from "./webp.ts";

interface Idle {
  idleBytes(): number;
  release(): void;
}

const engines: Record<WrittenFormat, Idle[]> = {
  jpeg: [jpegEngine],
  png: [pngEngine, pngReader],
  avif: [avifDecoder, avifEncoder],
  webp: [webpDecoder, webpEncoder],
};

/**
 * Lets go what is idle and not for one of these formats, unless it fits beside `neededBytes`. Answers what it holds that
 * stays: a new instance costs time, and a dead one memory until somebody collects it.
 */
export function makeRoom(formats: readonly Format[], neededBytes: number, budgetBytes: number): number {
  const others = [
    scaleEngine,
    ...Object.entries(engines).flatMap(([format, list]) => (formats.some((one) => one === format) ? [] : list)),
  ];
  const idleBytes = others.reduce((sum, engine) => sum + engine.idleBytes(), 0);
  if (neededBytes + idleBytes <= budgetBytes) return idleBytes;
  for (const engine of others) engine.release();
  return 0;
}
