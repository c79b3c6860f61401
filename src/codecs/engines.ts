// What keeps an idle instance between images, by the format that it reads or writes.

import { avifDecoder, avifEncoder } from "./avif.ts";
import { together, type Idle } from "./idle.ts";
import { jpegEngine } from "./jpeg.ts";
import { pngEngine, pngReader } from "./png.ts";
import type { Format, WrittenFormat } from "./probe.ts";
import { scaleEngine } from "./scale.ts";
import { webpDecoder, webpEncoder } from "./webp.ts";

/** What reads rows in JavaScript, and holds nothing afterwards. */
const noEngine: Idle = { idleBytes: () => 0, release() {} };

const readers: Record<Format, Idle> = {
  jpeg: jpegEngine,
  png: pngReader,
  avif: avifDecoder,
  webp: webpDecoder,
  gif: noEngine,
  bmp: noEngine,
  tiff: noEngine,
  // It may hold a PNG.
  ico: pngReader,
};
const writers: Record<WrittenFormat, Idle> = {
  jpeg: jpegEngine,
  png: pngEngine,
  avif: avifEncoder,
  webp: webpEncoder,
};

/** The engines that an image goes through. */
export interface Way {
  /** Null where no pixels of the source are read. */
  from: Format | null;
  to: readonly WrittenFormat[];
}

/** What a reader holds that waits: after it has decoded a picture whole, all that this took. */
export function idleReaderBytes(format: Format): number {
  return readers[format].idleBytes();
}

/** What waits and is not for this image. */
export function idleBesides({ from, to }: Way): Idle {
  const used = to.map((format) => writers[format]);
  if (from !== null) used.push(readers[from]);
  const all = [scaleEngine, ...Object.values(readers), ...Object.values(writers)];
  return together(all.filter((one) => !used.includes(one)));
}

/** What waits to write this image, while another engine reads or writes it. */
export function idleWriters({ from, to }: Way, now: WrittenFormat | null): Idle {
  const running = [from === null ? null : readers[from], now === null ? null : writers[now]];
  return together(to.map((format) => writers[format]).filter((one) => !running.includes(one)));
}
