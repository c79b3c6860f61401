// One image: from its downloaded bytes to a stored object and an outcome.

import { compress, type CompressedImage } from "../codecs/codec.ts";
import { freeBuffers } from "../codecs/free-buffers.ts";
import { probe } from "../codecs/sniff.ts";
import type { Format } from "../codecs/probe.ts";
import type { Config } from "../config.ts";
import { outcomeOf } from "../errors.ts";
import type { ImageFailure, Outcome } from "../errors.ts";
import type { Download } from "../net/download.ts";
import type { ImageOutcome, Work } from "../store/images.ts";
import { putImage } from "../store/image-objects.ts";
import type { ImageFacts } from "../store/image-objects.ts";
import { imageKey } from "../store/objects.ts";
import type { SourceState } from "../store/sources.ts";
import { fileTypeOf } from "./file-types.ts";
import { compressByService } from "./images-fallback.ts";
import { Laps } from "./laps.ts";
import { rememberSource } from "./reuse.ts";

/**
 * Turns a finished download into an outcome; what is handed out is in R2 before this answers. Where another delivery of the
 * same message has stored an image already, the outcome is that one's.
 */
export async function processImage(
  env: Pick<Env, "IMAGE_BUCKET" | "IMAGES">,
  config: Config,
  work: Work,
  { download: downloaded, source: state }: { download: Download | ImageFailure; source: SourceState | null },
  attempts: number,
  laps = new Laps(),
): Promise<ImageOutcome> {
  const base = { jobId: work.jobId, position: work.position, attempts };
  if (downloaded.kind !== "downloaded") return failedOutcome(base, downloaded);

  const source = downloaded.bytes;
  const probed = probe(source);
  const known = { ...nothing, ...(probed.kind === "image" && sourceFacts(probed, source)) };
  const result = await laps.time("encode", () => compressSource(env.IMAGES, config, work, source));
  const handOut = async (file: ImageFile, outcome: Outcome, failure: ImageFailure | null): Promise<ImageOutcome> => {
    const facts = { ...known, ...outputFacts(file), outcome, failure, reused: false, sourceHash: state?.hash ?? null };
    const { sourceHash, ...stored } = await laps.time("store", () => store(env.IMAGE_BUCKET, work, file, facts));
    freeBuffers(file.bytes);
    return rememberSource({ ...base, ...stored }, sourceHash, state);
  };
  if (result.kind === "compressed") return handOut(result, "compressed", null);
  const outcome = outcomeOf(result);
  if (outcome === "failed" || probed.kind !== "image") return { ...base, ...known, outcome: "failed", failure: result };
  return handOut({ ...probed, bytes: source }, outcome, result);
}

async function compressSource(
  images: ImagesBinding,
  config: Config,
  { options }: Work,
  source: Uint8Array,
): Promise<CompressedImage | ImageFailure> {
  const { quality, format, scale, background } = options;
  const result = await compress(source, {
    quality,
    format,
    scale,
    background,
    maxPixels: config.maxImagePixels,
    downloadBudgetBytes: config.downloadBudgetBytes,
  });
  if (!config.imagesFallback || result.kind === "compressed") return result;
  return (await compressByService(images, source, options, result)) ?? result;
}

interface ImageFile {
  format: Format;
  width: number;
  height: number;
  bytes: Uint8Array;
}

/** What is known of an image that nobody could look at. */
const nothing = {
  format: null,
  width: null,
  height: null,
  bytesIn: null,
  extension: null,
  outputWidth: null,
  outputHeight: null,
  bytesOut: null,
};

function sourceFacts({ format, width, height }: Omit<ImageFile, "bytes">, source: Uint8Array) {
  return { format, width, height, bytesIn: source.length };
}

function outputFacts({ format, width, height, bytes }: ImageFile) {
  const { extension } = fileTypeOf(format);
  return { extension, outputWidth: width, outputHeight: height, bytesOut: bytes.length };
}

/** The outcome of an image of which nothing is stored. */
export function failedOutcome(
  image: { jobId: string; position: number; attempts: number },
  failure: ImageFailure,
): ImageOutcome {
  const { jobId, position, attempts } = image;
  return { jobId, position, attempts, ...nothing, outcome: "failed", failure };
}

async function store(
  bucket: R2Bucket,
  work: Work,
  { format, bytes }: ImageFile,
  facts: ImageFacts,
): Promise<ImageFacts> {
  const { extension, contentType } = fileTypeOf(format);
  return putImage(bucket, {
    key: imageKey(work.jobId, work.position, extension),
    bytes,
    contentType,
    filename: outputFilename(work.url, extension),
    facts,
  });
}

/** The source's own name with the output's extension: `front-view.jpg`. */
function outputFilename(url: string, extension: string): string {
  const path = URL.parse(url)?.pathname ?? "";
  const last = path.split("/").findLast((part) => part !== "") ?? "image";
  const stem = last.replace(/\.[^.]*$/, "");
  return `${decoded(stem).slice(0, 100) || "image"}.${extension}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
