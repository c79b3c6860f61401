// From the figures of each photo to the rows of the table.
import type { EngineName } from "./engines.ts";
import type { PhotoMeasurement } from "./measure-photo.ts";
import type { QualityPoint } from "./measure-quality.ts";
import type { Timing } from "./measure-time.ts";
import { bytesAtScore, geometricMean, median } from "./statistics.ts";
import { targets, type Measured } from "./targets.ts";

export interface HugeMeasurement {
  sourceBytes: number;
  outputBytes: number;
  wasmBytes: number;
  cpuMs: number;
}

type Metric = "ssimulacra2" | "ssim" | "psnr";

export function summarise(photos: readonly PhotoMeasurement[], huge: HugeMeasurement | null): Measured[] {
  const beside = (peer: EngineName): Ratio[] => ratios(photos, (photo) => cpuRatio(photo.times, peer));
  const sharpRatios = beside("sharp");
  const progressive = ratios(photos, (photo) =>
    photo.progressive ? cpuRatio(photo.progressive.times, "sharp") : null,
  );
  const bytes = ratios(photos, (photo) => bytesRatio(photo, "sharp mozjpeg", 50, "ssimulacra2"));
  const beyond = huge === null ? null : huge.wasmBytes + huge.outputBytes;
  return [
    meanOf(targets.cpuSharp, sharpRatios),
    worstOf(targets.cpuSharpWorst, sharpRatios),
    meanOf(targets.cpuMozjpeg, beside("sharp mozjpeg")),
    meanOf(targets.cpuJsquash, beside("jSquash")),
    meanOf(targets.cpuProgressive, progressive),
    meanOf(targets.bytes, bytes),
    memoryOf(targets.memory, photos, baselineTwin, [2e6, 1e6]),
    memoryOf(targets.memoryProgressive, photos, ({ progressive }) => progressive, [4e6, 2e6]),
    {
      target: targets.hugeTotal,
      value: huge === null || beyond === null ? null : (beyond + huge.sourceBytes) / 1e6,
      remark: huge === null ? "" : `input ${(huge.sourceBytes / 1e6).toFixed(1)} MB, ${Math.round(huge.cpuMs)} ms CPU`,
    },
    {
      target: targets.hugeBeyond,
      value: huge === null || beyond === null ? null : beyond / 1e6,
      remark: huge === null ? "" : `wasm ${(huge.wasmBytes / 1e6).toFixed(1)} MB, its copy of the input included`,
    },
  ];
}

interface Ratio {
  name: string;
  value: number;
}

function ratios(photos: readonly PhotoMeasurement[], valueOf: (photo: PhotoMeasurement) => number | null): Ratio[] {
  return photos.flatMap((photo) => {
    const value = valueOf(photo);
    return value === null ? [] : [{ name: photo.name, value }];
  });
}

export function cpuRatio(times: ReadonlyMap<EngineName, Timing>, peer: EngineName): number | null {
  const [ours, theirs] = [times.get("halftone"), times.get(peer)];
  return ours === undefined || theirs === undefined ? null : ours.cpuMs / theirs.cpuMs;
}

/** Our bytes beside the peer's at the score that the peer reaches with that quality. */
export function bytesRatio(photo: PhotoMeasurement, peer: EngineName, quality: number, metric: Metric): number | null {
  const point = photo.curves.get(peer)?.find((candidate) => candidate.quality === quality);
  const ours = photo.curves.get("halftone");
  if (point === undefined || ours === undefined) return null;
  const bytes = bytesAtScore(
    ours.map((candidate) => ratePoint(candidate, metric)),
    point[metric],
  );
  return bytes === null ? null : bytes / point.bytes;
}

function ratePoint(point: QualityPoint, metric: Metric): { bytes: number; score: number } {
  return { bytes: point.bytes, score: point[metric] };
}

interface Twin {
  sourceBytes: number;
  times: ReadonlyMap<EngineName, Timing>;
}

function baselineTwin({ sourceBytes, times }: PhotoMeasurement): Twin {
  return { sourceBytes, times };
}

/** Wasm memory beyond the compressed input and a flat part, which is smaller for the goal, per pixel of the worst photo. */
function memoryOf(
  target: Measured["target"],
  photos: readonly PhotoMeasurement[],
  twinOf: (photo: PhotoMeasurement) => Twin | null,
  [floorFlat, goalFlat]: [number, number],
): Measured {
  const perPixel = (flat: number): Ratio[] =>
    ratios(photos, (photo) => {
      const twin = twinOf(photo);
      const peak = twin?.times.get("halftone")?.encoded.wasmBytes ?? null;
      if (twin === null || peak === null) return null;
      return (peak - twin.sourceBytes - flat) / (photo.width * photo.height);
    });
  const goal = worstOf(target, perPixel(goalFlat)).value;
  return { ...worstOf(target, perPixel(floorFlat)), ...(goal === null ? {} : { goalValue: goal }) };
}

function meanOf(target: Measured["target"], values: Ratio[]): Measured {
  if (values.length === 0) return { target, value: null, remark: "" };
  const worst = largest(values);
  const all = values.map(({ value }) => value);
  const spread = `median ${median(all).toFixed(3)}, least ${Math.min(...all).toFixed(2)}, most ${worst.value.toFixed(2)}`;
  return { target, value: geometricMean(all), remark: `${all.length} photos: ${spread} (${worst.name})` };
}

function worstOf(target: Measured["target"], values: Ratio[]): Measured {
  if (values.length === 0) return { target, value: null, remark: "" };
  const worst = largest(values);
  return { target, value: worst.value, remark: worst.name };
}

function largest(values: Ratio[]): Ratio {
  return values.reduce((worst, ratio) => (ratio.value > worst.value ? ratio : worst));
}
