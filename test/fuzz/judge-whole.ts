// The way of every image, with options that any caller may give: probed, refused or compressed, read back.
import { compress, type CompressedImage, type CompressOptions, readOutput } from "../../src/codecs/codec.ts";
import { probe } from "../../src/codecs/sniff.ts";
import type { Random } from "../support/random.ts";
import { problemOfFile } from "./judge-file.ts";
import type { Trial } from "./trial.ts";
import { problemOfFailure, type Verdict, verdictOn } from "./verdict.ts";

/** Enough for every size of our own making; a lie above it is a bomb. */
const maxPixels = 100_000_000;

export function randomOptions(random: Random): CompressOptions {
  return {
    quality: random.pick([50, 50, 50, 1, 20, 75, 90, 100]),
    // AVIF takes as long as all others together.
    format: random.chance(0.03) ? "avif" : random.pick(["keep", "keep", "keep", "auto", "jpeg", "png", "webp"]),
    scale: random.pick([1, 1, 1, 0.5, 0.25, 0.125, 0.01, 0.999, random.fraction() || 1]),
    background: random.pick(["#ffffff", "#000000", "#12ab9f"]),
    maxPixels,
  };
}

export async function judgeWhole(bytes: Uint8Array, options: CompressOptions, trial: Trial): Promise<Verdict> {
  const probed = await trial.run(() => probe(bytes));
  const problem = probed.kind === "image" ? null : problemOfFailure(probed);
  if (problem !== null) return { outcome: probed.kind, problem, peakBytes: 0 };
  const result = await trial.run(() => compress(bytes, options));
  if (result.kind !== "compressed") return verdictOn(result);
  return { outcome: result.kind, problem: await problemOfResult(result, bytes.length), peakBytes: 0 };
}

async function problemOfResult(result: CompressedImage, sourceBytes: number): Promise<string | null> {
  const { bytes, format, width, height } = result;
  if (bytes.length >= sourceBytes) return "the output is not smaller";
  if (readOutput(bytes)?.format !== format) return `the output is no ${format} in our own eyes`;
  const asStored = await problemOfFile(bytes, { width, height });
  if (asStored === null || format !== "avif") return asStored;
  // libheif turns what its file says is to be turned.
  return await problemOfFile(bytes, { width: height, height: width });
}
