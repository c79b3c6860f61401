// One image in, a smaller one out, or the reason why not. Everything happens in one turn of the event loop, so one image
// at a time is in the codecs of an isolate, whatever else runs in it.

import type { ImageFailure } from "../errors.ts";
import type { Converted } from "./convert.ts";
import { encode } from "./encode.ts";
import { decodedPixelLimit, pixelBudget, pixelLimit } from "./memory.ts";
import { formatNames, isForeign, writtenFormats, type Probe } from "./probe.ts";
import { probe } from "./sniff.ts";
import { checkStructure } from "./structure.ts";
import { knownTargets, type AskedFormat } from "./targets.ts";
import { wasmMemories } from "./wasm-memories.ts";

export interface CompressOptions {
  /** 1 to 100. */
  quality: number;
  /** `keep` where nothing is said. */
  format?: AskedFormat;
  /** Above 0, at most 1, which is the default: what width and height are multiplied by. */
  scale?: number;
  /** `#rrggbb`, white by default: below a transparent picture that becomes a JPEG. */
  background?: string;
  /** Beyond this a header is taken for a bomb. */
  maxPixels: number;
  /** What downloads may hold of the isolate's memory, the source itself among them. */
  downloadBudgetBytes?: number;
}

export type CompressedImage = Converted;

/**
 * Re-encodes an image. The answer is smaller than the source and has been read back.
 * @throws Error when an encoder fails or its output cannot be read: a bug or an outage, not the image's fault.
 */
// oxlint-disable-next-line typescript/require-await -- async for its callers: engines that stream are to come
export async function compress(source: Uint8Array, options: CompressOptions): Promise<CompressedImage | ImageFailure> {
  const image = probe(source);
  if (image.kind !== "image") return image;
  const budgetBytes = pixelBudget(options.downloadBudgetBytes);
  const { quality, format = "keep", scale = 1, background = "#ffffff" } = options;
  const refusal = refuse(source, image, isConverted(image, format, scale), options.maxPixels, budgetBytes);
  if (refusal !== null) return refusal;
  try {
    const result = encode(source, image, { quality, format, scale, background, budgetBytes });
    if (result.kind === "compressed") readBack(result);
    return result;
  } finally {
    wasmMemories.takeAllBack();
  }
}

/** What a finished file is, when it is whole; null for anything else. */
export function readOutput(bytes: Uint8Array): { format: Probe["format"]; width: number; height: number } | null {
  const output = probe(bytes);
  if (output.kind !== "image" || checkStructure(bytes, output.format) !== null) return null;
  return { format: output.format, width: output.width, height: output.height };
}

/**
 * The reasons not to decode, in an order: what is cut must not be kept as it is, and what is kept for its kind need not
 * fit in memory.
 */
function refuse(
  source: Uint8Array,
  image: Probe,
  isOpened: boolean,
  maxPixels: number,
  budgetBytes: number,
): ImageFailure | null {
  const { width, height } = image;
  if (width * height > maxPixels) return { kind: "too_many_pixels", width, height, limitPixels: maxPixels };
  // The engine walks through the file itself and knows better what is wrong with it.
  if (image.format === "jpeg") return null;
  const damage = checkStructure(source, image.format);
  if (damage !== null) return damage;
  if (image.animated) return { kind: "animated", format: formatNames[image.format] };
  if (image.variant !== null) return { kind: "unsupported_variant", variant: image.variant };
  // What is read in rows, or held as far as its own limit lets it.
  if (isForeign(image)) return null;
  // Whether what it becomes fits beside it, its writer says.
  const limitPixels = (isOpened ? decodedPixelLimit : pixelLimit)(image.path, budgetBytes);
  if (width * height > limitPixels) return { kind: "too_large_for_memory", width, height, limitPixels };
  return null;
}

/** Whether it is read to its pixels, which are then written anew, as those of an AVIF always are. */
function isConverted(image: Probe, format: AskedFormat, scale: number): boolean {
  const to = knownTargets(format, image.format) ?? writtenFormats;
  return scale < 1 || image.format === "avif" || to.some((target) => target !== image.format);
}

/** Reads our own output as a stranger's: a broken file must never be stored. */
function readBack({ bytes, format, width, height }: Converted): void {
  const output = readOutput(bytes);
  if (output?.format !== format || output.width !== width || output.height !== height) {
    throw new Error(`The ${format} codec wrote a file that does not read back as ${width} x ${height}.`);
  }
}
