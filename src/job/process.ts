// One image: from its downloaded bytes to a stored object and an outcome.

import { compress } from "../codecs/codec.ts";
import { probe } from "../codecs/sniff.ts";
import type { Format } from "../codecs/probe.ts";
import type { Config } from "../config.ts";
import { outcomeOf } from "../errors.ts";
import type { ImageFailure } from "../errors.ts";
import type { Download } from "../net/download.ts";
import type { ImageOutcome, Work } from "../store/images.ts";
import { imageKey, putImage } from "../store/objects.ts";

const files = {
  jpeg: { extension: "jpg", contentType: "image/jpeg" },
  png: { extension: "png", contentType: "image/png" },
  webp: { extension: "webp", contentType: "image/webp" },
} as const satisfies Record<Format, { extension: string; contentType: string }>;

/** Turns a finished download into an outcome; what is handed out is in R2 before this answers. */
export async function processImage(
  bucket: R2Bucket,
  config: Config,
  work: Work,
  downloaded: Download | ImageFailure,
  attempts: number,
): Promise<ImageOutcome> {
  const base = { jobId: work.jobId, position: work.position, attempts };
  if (downloaded.kind !== "downloaded") return failedOutcome(base, downloaded);

  const source = downloaded.bytes;
  const probed = probe(source);
  if (probed.kind !== "image") return failedOutcome(base, probed);
  const facts = { format: probed.format, width: probed.width, height: probed.height, bytesIn: source.length };

  const result = await compress(source, {
    quality: work.options.quality,
    maxPixels: config.maxImagePixels,
    downloadBudgetBytes: config.downloadBudgetBytes,
  });
  if (result.kind === "compressed") {
    await store(bucket, work, result.format, result.bytes);
    return {
      ...base,
      ...facts,
      outcome: "compressed",
      failure: null,
      extension: files[result.format].extension,
      bytesOut: result.bytes.length,
    };
  }
  const outcome = outcomeOf(result);
  if (outcome === "failed") return { ...failedOutcome(base, result), ...facts };
  await store(bucket, work, probed.format, source);
  return {
    ...base,
    ...facts,
    outcome,
    failure: result,
    extension: files[probed.format].extension,
    bytesOut: source.length,
  };
}

/** The outcome of an image of which nothing is stored. */
export function failedOutcome(
  image: { jobId: string; position: number; attempts: number },
  failure: ImageFailure,
): ImageOutcome {
  return {
    jobId: image.jobId,
    position: image.position,
    attempts: image.attempts,
    outcome: "failed",
    failure,
    extension: null,
    format: null,
    width: null,
    height: null,
    bytesIn: null,
    bytesOut: null,
  };
}

async function store(bucket: R2Bucket, work: Work, format: Format, bytes: Uint8Array): Promise<void> {
  const { extension, contentType } = files[format];
  await putImage(bucket, {
    key: imageKey(work.jobId, work.position, extension),
    bytes,
    contentType,
    filename: outputFilename(work.url, extension),
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
