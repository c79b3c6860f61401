// Once per image: a source that an earlier job of the same owner had is fetched again only if its server says that it is
// another, and an output is encoded again only if the source's bytes are others. What is handed out again is a copy of
// the earlier job's object, because every job has its images for itself and takes them along when it goes.
// One that is gone is made again.

import { codecsVersion } from "../codecs/version.ts";
import type { Config } from "../config.ts";
import type { ImageFailure } from "../errors.ts";
import { validatorsOf } from "../net/conditional.ts";
import type { Download } from "../net/download.ts";
import type { ImageOutcome, KnownImage, Work } from "../store/images.ts";
import { copyImage } from "../store/image-objects.ts";
import { imageKey } from "../store/objects.ts";
import type { SourceState } from "../store/sources.ts";
import { fetchSource } from "./fetch-source.ts";
import type { Laps } from "./laps.ts";

export type Obtained =
  | { kind: "reused"; outcome: ImageOutcome }
  | {
      kind: "fetched";
      download: Download | ImageFailure;
      /** What to remember of the source, if it is one and if it may be remembered. */
      source: SourceState | null;
      /** To be called when the bytes are no longer needed: they are gone then. */
      release: () => void;
    };

/** The version of outputs that may be reused; null where none may. */
export function reusableVersion(config: Config): number | null {
  return config.reuse ? codecsVersion : null;
}

/** The output of an earlier job, where its source is still the same; else the source. */
export async function obtain(
  bucket: R2Bucket,
  config: Config,
  work: Work,
  attempts: number,
  laps: Laps,
): Promise<Obtained> {
  const known = work.options.reuse === false ? null : work.known;
  const fetched = await fetchSource(config, work.url, work.origin, { known: known?.source.validators ?? null, laps });
  const { download } = fetched;
  if (download.kind === "not_modified") {
    fetched.release();
    const outcome = known && (await takeOver(bucket, work, known, known.source, attempts));
    if (outcome !== null) return { kind: "reused", outcome };
    return obtain(bucket, config, { ...work, known: null }, attempts, laps);
  }
  try {
    const source = config.reuse && download.kind === "downloaded" ? await describeSource(work.url, download) : null;
    const isKnown = known !== null && source !== null && source.hash === known.source.hash;
    const outcome = isKnown ? await takeOver(bucket, work, known, source, attempts) : null;
    if (outcome === null) return { kind: "fetched", download, source, release: fetched.release };
    fetched.release();
    return { kind: "reused", outcome };
  } catch (error) {
    fetched.release();
    throw error;
  }
}

/** The outcome with what it was made from, where it was and where another job would come to the same. */
export function rememberSource(
  outcome: ImageOutcome,
  sourceHash: string | null,
  source: SourceState | null,
): ImageOutcome {
  const isKnown = source !== null && source.hash === sourceHash && isLasting(outcome);
  return isKnown ? { ...outcome, madeFrom: source } : outcome;
}

async function describeSource(url: string, download: Download): Promise<SourceState> {
  const digest = await crypto.subtle.digest("SHA-256", download.bytes);
  return {
    codecsVersion,
    hash: new Uint8Array(digest).toHex(),
    validators: validatorsOf(download, url, Date.now()),
  };
}

/** Whether the outcome follows from source and options alone: how much fits in memory depends on what else is there. */
function isLasting({ outcome, failure }: ImageOutcome): boolean {
  return outcome === "compressed" || (outcome === "kept_original" && failure?.kind !== "too_large_for_memory");
}

/** Null when the earlier output is gone. */
async function takeOver(
  bucket: R2Bucket,
  work: Work,
  { image }: KnownImage,
  source: SourceState,
  attempts: number,
): Promise<ImageOutcome | null> {
  const { jobId, position } = work;
  const { extension, bytesOut } = image;
  if (extension === null || bytesOut === null) return null;
  const { outcome, failure, format, width, height, outputWidth, outputHeight, bytesIn } = image;
  const size = { format, width, height, outputWidth, outputHeight, bytesIn, bytesOut };
  const stored = await copyImage(bucket, {
    from: imageKey(image.jobId, image.position, extension),
    to: imageKey(jobId, position, extension),
    facts: { outcome, failure, extension, ...size, reused: true, sourceHash: source.hash },
  });
  if (stored === null) return null;
  const { sourceHash, ...facts } = stored;
  return rememberSource({ ...facts, jobId, position, attempts }, sourceHash, source);
}
