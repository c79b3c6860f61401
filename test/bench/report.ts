// The report as Markdown: the table of targets, then every photo, then where we lose.
import sharp from "sharp";
import type { EngineName } from "./engines.ts";
import { machine, whereAndWhen } from "./machine.ts";
import type { PhotoMeasurement } from "./measure-photo.ts";
import { geometricMean } from "./statistics.ts";
import { bytesRatio, cpuRatio } from "./summary.ts";
import { printValue, verdictOf, type Measured } from "./targets.ts";
import { versionOf } from "./versions.ts";
import type { WorkerdTiming } from "./workerd-cpu.ts";

export interface ReportInput {
  photos: readonly PhotoMeasurement[];
  measured: readonly Measured[];
  workerd: readonly WorkerdTiming[] | null;
  /** What the photos are, in a sentence. */
  origin: string;
  seconds: number;
}

export function writeReport(input: ReportInput): string {
  return [
    "## Codecs: JPEG to JPEG",
    "",
    ...circumstances(input),
    "",
    ...targetTable(input.measured),
    "",
    ...photoTable(input.photos),
    "",
    ...curveTable(input.photos),
    "",
    ...workerdLines(input),
    "### Where we lose",
    "",
    ...losses(input),
    "",
  ].join("\n");
}

function circumstances({ origin, photos, seconds }: ReportInput): string[] {
  const versions = [
    `Node ${process.versions.node}`,
    `sharp ${versionOf("sharp")} (libvips ${sharp.versions.vips}, mozjpeg ${sharp.versions["mozjpeg"] ?? "unknown"})`,
    `@jsquash/jpeg ${versionOf("@jsquash/jpeg")}`,
  ].join(", ");
  return [
    whereAndWhen(seconds),
    `${machine()} ${versions}.`,
    "",
    `Photos: ${photos.length}. ${origin}`,
    "All engines take turns on each file in one process, one thread each; figures are medians, means over photos are geometric.",
    "CPU is the time of the process, all its threads, user and system; wall time is given where it can be compared.",
    "A photo that was progressive was made baseline without loss for the first columns; the progressive twin is that file made progressive without loss.",
    "SSIMULACRA2 2.1, SSIM (luma) and PSNR (RGB) are our own code, checked against the reference program, and look at the photo as it came; of photos over 1.5 MP at 16 tiles of 256 x 256 from an even grid. Checked on five photos, such a score lies 0.3 to 3.3 above the whole photo's, alike for both engines: their difference changed by at most 0.2.",
    "Bytes at equal score: our bytes where our curve (log bytes over score) meets the peer's score, divided by the peer's bytes.",
    ...djpegLine(photos),
    "KB are 1000 bytes, MB are 1000 KB.",
  ];
}

function djpegLine(photos: readonly PhotoMeasurement[]): string[] {
  const judged = photos.filter(({ djpegSays }) => djpegSays !== null);
  if (judged.length === 0) return [];
  const complaints = judged.filter(({ djpegSays }) => djpegSays !== "");
  if (complaints.length === 0) return [`djpeg reads all our outputs of ${judged.length} photos without a warning.`];
  return complaints.map(({ name, djpegSays }) => `**djpeg on ${name}: ${djpegSays}**`);
}

function targetTable(measured: readonly Measured[]): string[] {
  return [
    "| | floor | goal | measured | verdict | remark |",
    "|---|---|---|---|---|---|",
    ...measured.map((row) => {
      const { target, value, remark } = row;
      const [floor, goal, now] = [target.floor, target.goal, value].map((x) => printValue(x, target.unit));
      return `| ${target.name} | ${floor} | ${goal} | **${now}** | ${verdictOf(row)} | ${remark} |`;
    }),
  ];
}

function perMegapixel(photo: PhotoMeasurement, engine: EngineName): string {
  const timing = photo.times.get(engine);
  return timing === undefined ? "-" : (timing.cpuMs / photo.megapixels).toFixed(1);
}

function wall(photo: PhotoMeasurement): string {
  const timing = photo.times.get("halftone");
  return timing === undefined ? "-" : (timing.wallMs / photo.megapixels).toFixed(1);
}

function kilobytes(photo: PhotoMeasurement, engine: EngineName): string {
  const timing = photo.times.get(engine);
  if (timing === undefined) return "-";
  const value = (timing.encoded.bytes.length / 1000 / photo.megapixels).toFixed(1);
  return timing.encoded.isReencoded ? value : `${value} (kept)`;
}

function memory(photo: PhotoMeasurement, engine: EngineName): string {
  const bytes = photo.times.get(engine)?.encoded.wasmBytes ?? null;
  return bytes === null ? "-" : (bytes / 1e6).toFixed(1);
}

function progressive(photo: PhotoMeasurement): string {
  const ours = photo.progressive?.times.get("halftone");
  const theirs = photo.progressive?.times.get("sharp");
  if (ours === undefined || theirs === undefined) return "- | -";
  return [ours, theirs].map(({ cpuMs }) => (cpuMs / photo.megapixels).toFixed(1)).join(" | ");
}

function photoTable(photos: readonly PhotoMeasurement[]): string[] {
  return [
    "### Each photo at q50",
    "",
    "CPU in ms per megapixel, output in KB per megapixel, wasm memory in MB at its highest (jSquash's grows over the run).",
    "",
    "| photo | MP | sampling | input KB/MP | CPU: ours (wall) | sharp | mozjpeg | jSquash | beside sharp | progressive: ours | sharp | KB/MP: ours | sharp | mozjpeg | wasm: ours | jSquash |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ...photos.map((photo) =>
      [
        `| ${shortName(photo.name)} | ${photo.megapixels.toFixed(1)} | ${photo.sampling}`,
        (photo.sourceBytes / 1000 / photo.megapixels).toFixed(0),
        `${perMegapixel(photo, "halftone")} (${wall(photo)})`,
        ...(["sharp", "sharp mozjpeg", "jSquash"] as const).map((engine) => perMegapixel(photo, engine)),
        printValue(cpuRatio(photo.times, "sharp"), "x"),
        progressive(photo),
        ...(["halftone", "sharp", "sharp mozjpeg"] as const).map((engine) => kilobytes(photo, engine)),
        memory(photo, "halftone"),
        `${memory(photo, "jSquash")} |`,
      ].join(" | "),
    ),
  ];
}

function cell(value: number | null): string {
  return value === null ? "-" : value.toFixed(3);
}

function scores(photo: PhotoMeasurement, engine: EngineName): string {
  const point = photo.curves.get(engine)?.find(({ quality }) => quality === 50);
  return point === undefined
    ? "-"
    : `${point.ssimulacra2.toFixed(1)} / ${point.ssim.toFixed(4)} / ${point.psnr.toFixed(2)}`;
}

function curveTable(photos: readonly PhotoMeasurement[]): string[] {
  const withCurves = photos.filter(({ curves }) => curves.size > 0);
  if (withCurves.length === 0) return [];
  const columns = [
    ["sharp mozjpeg", 50, "ssimulacra2"],
    ["sharp mozjpeg", 70, "ssimulacra2"],
    ["sharp mozjpeg", 50, "ssim"],
    ["sharp mozjpeg", 50, "psnr"],
    ["sharp", 50, "ssimulacra2"],
  ] as const;
  const means = columns.map(([peer, quality, metric]) => {
    const values = withCurves
      .map((photo) => bytesRatio(photo, peer, quality, metric))
      .filter((value) => value !== null);
    return cell(geometricMean(values));
  });
  return [
    "### Bytes at equal quality, and scores at q50",
    "",
    "Ours divided by the peer's, at the score that the peer reaches at the quality named. Scores: SSIMULACRA2 / SSIM / PSNR.",
    "",
    "| photo | mozjpeg q50, SSIMULACRA2 | mozjpeg q70, SSIMULACRA2 | mozjpeg q50, SSIM | mozjpeg q50, PSNR | sharp q50, SSIMULACRA2 | scores: ours q50 | mozjpeg q50 | sharp q50 |",
    "|---|---|---|---|---|---|---|---|---|",
    ...withCurves.map((photo) =>
      [
        `| ${shortName(photo.name)}`,
        ...columns.map(([peer, quality, metric]) => cell(bytesRatio(photo, peer, quality, metric))),
        scores(photo, "halftone"),
        scores(photo, "sharp mozjpeg"),
        `${scores(photo, "sharp")} |`,
      ].join(" | "),
    ),
    `| **geometric mean** | ${means.map((mean) => `**${mean}**`).join(" | ")} | ${meanScores(withCurves, "halftone")} | ${meanScores(withCurves, "sharp mozjpeg")} | ${meanScores(withCurves, "sharp")} |`,
  ];
}

function meanScores(photos: readonly PhotoMeasurement[], engine: EngineName): string {
  const points = photos.flatMap((photo) => photo.curves.get(engine)?.filter(({ quality }) => quality === 50) ?? []);
  return [
    average(points.map(({ ssimulacra2 }) => ssimulacra2)).toFixed(2),
    average(points.map(({ ssim }) => ssim)).toFixed(4),
    average(points.map(({ psnr }) => psnr)).toFixed(2),
  ].join(" / ");
}

function average(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function printMean(values: number[]): string {
  return `${geometricMean(values).toFixed(2)}x`;
}

function workerdLines({ workerd, photos }: ReportInput): string[] {
  if (workerd === null) return [];
  const rows = workerd.flatMap(({ name, cpuMs }) => {
    const photo = photos.find((candidate) => candidate.name === name);
    const inNode = photo?.times.get("halftone")?.cpuMs;
    const theirs = photo?.times.get("sharp")?.cpuMs;
    if (photo === undefined || inNode === undefined || theirs === undefined) return [];
    return [{ photo, cpuMs, inNode, theirs }];
  });
  return [
    "### Inside workerd",
    "",
    "CPU of the workerd process under `wrangler dev`, read from /proc, in ms per megapixel; Node in the same run beside it. Ticks of 10 ms over 6 to 12 images: small photos are rough.",
    "",
    "| photo | workerd | Node | workerd beside Node | workerd beside sharp |",
    "|---|---|---|---|---|",
    ...rows.map(
      ({ photo, cpuMs, inNode, theirs }) =>
        `| ${shortName(photo.name)} | ${(cpuMs / photo.megapixels).toFixed(1)} | ${(inNode / photo.megapixels).toFixed(1)} | ${(cpuMs / inNode).toFixed(2)}x | ${(cpuMs / theirs).toFixed(2)}x |`,
    ),
    `| **geometric mean** | | | **${printMean(rows.map(({ cpuMs, inNode }) => cpuMs / inNode))}** | **${printMean(rows.map(({ cpuMs, theirs }) => cpuMs / theirs))}** |`,
    "",
  ];
}

function losses({ photos, measured }: ReportInput): string[] {
  const list = (text: string, valueOf: (photo: PhotoMeasurement) => number | null): string[] => {
    const lost = photos
      .flatMap((photo) => {
        const value = valueOf(photo);
        return value !== null && value > 1 ? [{ name: shortName(photo.name), value }] : [];
      })
      .sort((a, b) => b.value - a.value);
    if (lost.length === 0) return [];
    return [`- ${text}: ${lost.map(({ name, value }) => `${name} ${value.toFixed(2)}x`).join(", ")}.`];
  };
  const missed = measured.filter((row) => verdictOf(row) === "**missed**").map(({ target }) => target.name);
  const lines = [
    ...(missed.length > 0 ? [`- Floors missed: ${missed.join("; ")}.`] : []),
    ...list("More CPU than sharp (libjpeg-turbo)", (photo) => cpuRatio(photo.times, "sharp")),
    ...list("More CPU than sharp on progressive input", (photo) =>
      photo.progressive === null ? null : cpuRatio(photo.progressive.times, "sharp"),
    ),
    ...list("More bytes than mozjpeg q50 at equal SSIMULACRA2", (photo) =>
      bytesRatio(photo, "sharp mozjpeg", 50, "ssimulacra2"),
    ),
    ...list("More bytes than mozjpeg q50 at equal SSIM", (photo) => bytesRatio(photo, "sharp mozjpeg", 50, "ssim")),
    ...list("More bytes than mozjpeg q50 at equal PSNR", (photo) => bytesRatio(photo, "sharp mozjpeg", 50, "psnr")),
  ];
  return lines.length > 0 ? lines : ["Nowhere on these photos."];
}

function shortName(name: string): string {
  return name.replace(/_?by_.*$/, "").replaceAll("_", " ");
}
