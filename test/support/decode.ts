// Decodes an image to RGBA without `compress`, so that a test can look at what came out.

import { decodePng } from "./png-peer.ts";
import { avifDecoder } from "../../src/codecs/avif.ts";
import type { Run } from "../../src/codecs/emscripten.ts";
import type { Pixels } from "../../src/codecs/pixels.ts";
import { isForeign } from "../../src/codecs/probe.ts";
import { probe } from "../../src/codecs/sniff.ts";
import { webpDecoder } from "../../src/codecs/webp.ts";
import { jpegDecoder } from "./jpeg-peer.ts";
import { unlimited } from "./room.ts";

export function decode(bytes: Uint8Array): Pixels {
  const image = probe(bytes);
  if (image.kind !== "image") throw new Error(`This is no image: ${image.kind}.`);
  if (image.format === "png") return decodePng([bytes]);
  if (isForeign(image)) throw new Error(`No decoder for ${image.format} here.`);
  const run = decodeWhole(image.format, bytes);
  if (run.kind !== "done") throw new Error(`The ${image.format} decoder ended with ${run.kind}.`);
  return run.result;
}

function decodeWhole(format: "jpeg" | "webp" | "avif", bytes: Uint8Array): Run<Pixels> {
  switch (format) {
    case "jpeg":
      return jpegDecoder.run(unlimited, (module) => module.decode(bytes, false));
    case "webp":
      return webpDecoder.run(unlimited, (module) => module.decode(bytes));
    case "avif":
      return avifDecoder.run(unlimited, (module) => module.decode(bytes, 8));
  }
}

/** The mean difference of a channel, 0 to 255, alpha included. */
export function meanDifference(a: Pixels, b: Pixels): number {
  if (a.width !== b.width || a.height !== b.height) throw new Error("The pictures differ in size.");
  let sum = 0;
  for (let index = 0; index < a.data.length; index++) sum += Math.abs((a.data[index] ?? 0) - (b.data[index] ?? 0));
  return sum / a.data.length;
}
