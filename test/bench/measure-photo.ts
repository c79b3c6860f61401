// Everything that is measured of one photo.
import sharp from "sharp";
import type { Engine, EngineName } from "./engines.ts";
import { frameOf } from "./frame-of.ts";
import { djpegWarnings, jpegtran } from "./jpegtran.ts";
import { measureCurve, prepareOriginal, type Original, type QualityPoint } from "./measure-quality.ts";
import { measureTimes, type Timing } from "./measure-time.ts";
import type { Photo } from "./photos.ts";

export interface PhotoMeasurement {
  name: string;
  width: number;
  height: number;
  megapixels: number;
  sampling: string;
  /** What was timed: the photo, made baseline without loss where it was progressive. */
  sourceBytes: number;
  times: Map<EngineName, Timing>;
  /** The progressive twin, with the same coefficients where jpegtran is at hand; null where it was left out. */
  progressive: { sourceBytes: number; times: Map<EngineName, Timing> } | null;
  curves: Map<EngineName, QualityPoint[]>;
  /** What djpeg says of our outputs, "" for nothing; null without djpeg. */
  djpegSays: string | null;
}

/** Qualities whose scores lie around those of mozjpeg at 50 and 70. */
const curveQualities: Record<EngineName, readonly number[]> = {
  halftone: [38, 45, 50, 56, 65, 78],
  sharp: [50],
  "sharp mozjpeg": [50, 70],
  jSquash: [],
};

export interface MeasureOptions {
  /** Rounds of timing; big photos get fewer, jSquash three at most. */
  rounds: number;
  withCurves: boolean;
  withProgressive: boolean;
}

export async function measurePhoto(
  photo: Photo,
  engines: readonly Engine[],
  options: MeasureOptions,
): Promise<PhotoMeasurement> {
  const { width, height } = await sharp(photo.bytes).metadata();
  const frame = frameOf(photo.bytes);
  const megapixels = (width * height) / 1e6;
  const baseline = frame?.isProgressive ? (jpegtran(photo.bytes, ["-optimize"]) ?? photo.bytes) : photo.bytes;
  const rounds = (name: EngineName): number => {
    const affordable = megapixels > 12 ? Math.ceil(options.rounds / 2) : options.rounds;
    return name === "jSquash" ? Math.min(3, affordable) : affordable;
  };
  const times = await measureTimes(engines, baseline, rounds);
  const curves = new Map<EngineName, QualityPoint[]>();
  if (options.withCurves) {
    const original = await prepareOriginal(baseline);
    for (const engine of engines) {
      curves.set(engine.name, await measureCurve(engine, baseline, original, curveQualities[engine.name]));
    }
    await bracketPeers(curves, engines, baseline, original);
  }
  const progressive = options.withProgressive ? await measureProgressive(baseline, engines, rounds) : null;
  return {
    name: photo.name,
    width,
    height,
    megapixels,
    sampling: frame?.sampling ?? "unknown",
    sourceBytes: baseline.length,
    times,
    progressive,
    curves,
    djpegSays: djpegOf([times, progressive?.times]),
  };
}

/** Where our curve ends above the peer's lowest score, it is followed further down: nothing is extrapolated. */
async function bracketPeers(
  curves: Map<EngineName, QualityPoint[]>,
  engines: readonly Engine[],
  source: Uint8Array,
  original: Original,
): Promise<void> {
  const ours = engines.find(({ name }) => name === "halftone");
  const points = curves.get("halftone");
  const peers = [...(curves.get("sharp mozjpeg") ?? []), ...(curves.get("sharp") ?? [])];
  if (ours === undefined || points === undefined) return;
  for (const quality of [28, 18, 10]) {
    const isBelow = (["ssimulacra2", "ssim", "psnr"] as const).every(
      (metric) => Math.min(...points.map((point) => point[metric])) <= Math.min(...peers.map((point) => point[metric])),
    );
    if (isBelow) return;
    points.push(...(await measureCurve(ours, source, original, [quality])));
  }
}

function djpegOf(runs: readonly (ReadonlyMap<EngineName, Timing> | undefined)[]): string | null {
  const outputs = runs.flatMap((times) => times?.get("halftone")?.encoded.bytes ?? []);
  const said = outputs.map(djpegWarnings);
  return said.includes(null) ? null : said.join("");
}

async function measureProgressive(
  baseline: Uint8Array,
  engines: readonly Engine[],
  rounds: (name: EngineName) => number,
): Promise<PhotoMeasurement["progressive"]> {
  const source = jpegtran(baseline, ["-progressive"]) ?? (await reencodedProgressive(baseline));
  const beside = engines.filter(({ name }) => name === "halftone" || name === "sharp");
  return { sourceBytes: source.length, times: await measureTimes(beside, source, rounds) };
}

async function reencodedProgressive(baseline: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(baseline).jpeg({ quality: 88, progressive: true }).toBuffer());
}
