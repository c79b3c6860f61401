// Everything that is measured of one photo.
import sharp from "sharp";
import type { Engine, EngineName } from "./engines.ts";
import { djpegWarnings, jpegtran } from "./jpegtran.ts";
import { measureCurve, prepareOriginal, type QualityPoint } from "./measure-quality.ts";
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
  sharp: [32, 42, 50, 65],
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
  const { width, height, chromaSubsampling, isProgressive } = await sharp(photo.bytes).metadata();
  const megapixels = (width * height) / 1e6;
  const baseline = isProgressive ? (jpegtran(photo.bytes, ["-optimize"]) ?? photo.bytes) : photo.bytes;
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
  }
  const progressive = options.withProgressive ? await measureProgressive(baseline, engines, rounds) : null;
  return {
    name: photo.name,
    width,
    height,
    megapixels,
    sampling: samplingName(chromaSubsampling),
    sourceBytes: baseline.length,
    times,
    progressive,
    curves,
    djpegSays: djpegOf([times, progressive?.times]),
  };
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

function samplingName(sampling: string | undefined): string {
  return sampling ?? "grey";
}
