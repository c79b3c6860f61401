// One image in, a smaller one of the same format out, or the reason why not. Everything happens in one turn of the event
// loop, so one image at a time is in the codecs of an isolate, whatever else runs in it.

import type { ImageFailure } from "../errors.ts";
import { jpegEngine, recompressJpeg } from "./jpeg.ts";
import { checkJpegStructure } from "./jpeg-container.ts";
import { jpegRoom, neededBytes, neededJpegBytes, pixelBudget, pixelLimit, pngEngineBytes } from "./memory.ts";
import { pngEngine, recompressPng } from "./png.ts";
import { checkPngStructure } from "./png-chunks.ts";
import type { Format, Probe } from "./probe.ts";
import { probe } from "./sniff.ts";
import { recompressWebp, webpDecoder, webpEncoder } from "./webp.ts";
import { checkWebpStructure } from "./webp-container.ts";

export interface CompressOptions {
  /** 1 to 100. */
  quality: number;
  /** Beyond this a header is taken for a bomb. */
  maxPixels: number;
  /** What downloads may hold of the isolate's memory, the source itself among them. */
  downloadBudgetBytes?: number;
}

export interface CompressedImage {
  kind: "compressed";
  bytes: Uint8Array;
  format: Format;
  width: number;
  height: number;
}

/** What keeps an idle instance between images. */
const engines: Record<Format, { idleBytes(): number; release(): void }[]> = {
  jpeg: [jpegEngine],
  webp: [webpDecoder, webpEncoder],
  png: [pngEngine],
};

/**
 * Re-encodes an image. The answer is never larger than the source, has the same dimensions and has been read back.
 * @throws Error when an encoder fails or its output cannot be read: a bug or an outage, not the image's fault.
 */
// oxlint-disable-next-line typescript/require-await -- async for its callers: engines that stream are to come
export async function compress(source: Uint8Array, options: CompressOptions): Promise<CompressedImage | ImageFailure> {
  const image = probe(source);
  if (image.kind !== "image") return image;
  const budgetBytes = pixelBudget(options.downloadBudgetBytes);
  const refusal = refuse(source, image, options.maxPixels, budgetBytes);
  if (refusal !== null) return refusal;

  const idleBytes = makeRoom(source, image, budgetBytes);
  const bytes = recompress(source, image, { quality: options.quality, idleBytes, budgetBytes });
  if (!(bytes instanceof Uint8Array)) return bytes;
  readBack(bytes, image);
  if (bytes.length >= source.length) return { kind: "already_small" };
  return { kind: "compressed", bytes, format: image.format, width: image.width, height: image.height };
}

/**
 * The reasons not to decode, in an order: what is cut must not be kept as it is, and what is kept for its kind need not
 * fit in memory.
 */
function refuse(source: Uint8Array, image: Probe, maxPixels: number, budgetBytes: number): ImageFailure | null {
  const { width, height } = image;
  if (width * height > maxPixels) return { kind: "too_many_pixels", width, height, limitPixels: maxPixels };
  // The engine walks through the file itself and knows better what is wrong with it.
  if (image.format === "jpeg") return null;
  const damage = checkStructure(source, image.format);
  if (damage !== null) return damage;
  if (image.animated) return { kind: "animated", format: image.format === "png" ? "PNG" : "WebP" };
  if (image.variant !== null) return { kind: "unsupported_variant", variant: image.variant };
  const limitPixels = pixelLimit(image.path, budgetBytes);
  if (width * height > limitPixels) return { kind: "too_large_for_memory", width, height, limitPixels };
  return null;
}

/**
 * Lets the idle codecs of other formats go when this image would not fit beside them. Answers what those hold that stay.
 */
function makeRoom(source: Uint8Array, image: Probe, budgetBytes: number): number {
  const others = Object.entries(engines).flatMap(([format, list]) => (format === image.format ? [] : list));
  const idleBytes = others.reduce((sum, engine) => sum + engine.idleBytes(), 0);
  if (neededFor(source, image) + idleBytes <= budgetBytes) return idleBytes;
  for (const engine of others) engine.release();
  return 0;
}

function neededFor(source: Uint8Array, image: Probe): number {
  const pixels = image.width * image.height;
  switch (image.format) {
    case "jpeg":
      return neededJpegBytes(source.length, pixels);
    case "png":
      return pngEngineBytes + neededBytes(image.path, pixels);
    case "webp":
      return neededBytes(image.path, pixels);
  }
}

function checkStructure(bytes: Uint8Array, format: Format): ImageFailure | null {
  switch (format) {
    case "jpeg":
      return checkJpegStructure(bytes);
    case "png":
      return checkPngStructure(bytes);
    case "webp":
      return checkWebpStructure(bytes);
  }
}

function recompress(
  source: Uint8Array,
  image: Probe,
  { quality, idleBytes, budgetBytes }: { quality: number; idleBytes: number; budgetBytes: number },
): Uint8Array | ImageFailure {
  switch (image.format) {
    case "jpeg":
      return recompressJpeg(source, { quality, roomBytes: jpegRoom(source.length, idleBytes, budgetBytes) });
    case "png":
      return recompressPng(source, { quality, roomBytes: budgetBytes - idleBytes });
    case "webp":
      return recompressWebp(source, image, { quality, budgetBytes });
  }
}

/** Reads our own output as a stranger's: a broken file must never be stored. */
function readBack(bytes: Uint8Array, image: Probe): void {
  const output = probe(bytes);
  if (
    output.kind !== "image" ||
    output.format !== image.format ||
    output.width !== image.width ||
    output.height !== image.height ||
    checkStructure(bytes, image.format) !== null
  ) {
    throw new Error(
      `The ${image.format} codec wrote a file that does not read back as ${image.width} x ${image.height}.`,
    );
  }
}
