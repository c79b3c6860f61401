// `npm run bench:png [-- FOLDER]`: our PNG engine beside sharp and pngquant at quality 50, on real pictures. Prints a
// row a picture and the means as Markdown. Options: --rounds 3, --only NAME, --no-curves (no bytes at equal score).

import { cpus, loadavg } from "node:os";
import { encodeOurs, encodePngquant, encodeSharp, hasPngquant, type PngEncoder, type PngRun } from "./png-engines.ts";
import { findPngs, type Picture } from "./png-pictures.ts";
import { createPngJudge, type PngJudge, type PngScore } from "./png-scores.ts";
import { bytesAtScore, geometricMean, median, type RatePoint } from "./statistics.ts";

/** Around 50, for the bytes that a peer's score would cost. */
const curve = [20, 35, 65, 80];

interface Row {
  name: string;
  megapixels: number;
  ours: PngRun;
  ourScore: PngScore;
  peers: { name: string; run: PngRun; score: PngScore; equalBytes: number | null }[];
}

const pngquant = hasPngquant();
const args = process.argv.slice(2);
await run();

async function run(): Promise<void> {
  const folder =
    args.find((arg, i) => !arg.startsWith("--") && !["--rounds", "--only"].includes(args[i - 1] ?? "")) ?? null;
  const only = valueOf("--only");
  const pictures = (await findPngs(folder)).filter(({ name }) => only === null || name.includes(only));
  if (pictures.length === 0) throw new Error("There are no PNGs: `npm run corpus` fetches some.");
  console.log(
    `${cpus()[0]?.model ?? "?"}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`,
  );
  console.log(
    "| picture | MP | source | ours: bytes | colours | S2 | block error | ms/MP | sharp: bytes | S2 | block error | CPU | bytes at its S2 | pngquant: bytes | S2 | CPU | bytes at its S2 |",
  );
  console.log(`|---${"|---:".repeat(16)}|`);
  const rows: Row[] = [];
  for (const picture of pictures) {
    const row = await measure(picture);
    if (row === null) continue;
    rows.push(row);
    console.log(rowText(picture, row));
  }
  summarise(rows);
}

async function measure({ name, bytes: source }: Picture): Promise<Row | null> {
  const ours = await fastest(encodeOurs, source);
  if (ours === null) {
    console.log(`| ${name} | | ${source.length} | kept |`);
    return null;
  }
  const judge = await createPngJudge(source);
  const ourScore = await judge(ours.bytes);
  const view = new DataView(source.buffer, source.byteOffset);
  const peers: Row["peers"] = [];
  const points =
    ours.lossless === true || args.includes("--no-curves") ? [] : await rateCurve(source, judge, ours, ourScore);
  for (const [peer, encode] of [
    ["sharp", encodeSharp],
    ...(pngquant ? [["pngquant", encodePngquant] as const] : []),
  ] as const) {
    const run = await fastest(encode, source);
    if (run === null) continue;
    const score = await judge(run.bytes);
    peers.push({
      name: peer,
      run,
      score,
      equalBytes: points.length > 0 ? bytesAtScore(points, score.ssimulacra2) : null,
    });
  }
  return { name, megapixels: (view.getUint32(16) * view.getUint32(20)) / 1e6, ours, ourScore, peers };
}

async function fastest(encode: PngEncoder, source: Uint8Array): Promise<PngRun | null> {
  let best: PngRun | null = null;
  for (let round = 0; round < Number(valueOf("--rounds") ?? 3); round++) {
    const run = await encode(source, 50);
    if (run === null) return null;
    if (best === null || run.cpuMs < best.cpuMs) best = run;
  }
  return best;
}

async function rateCurve(source: Uint8Array, judge: PngJudge, at50: PngRun, score: PngScore): Promise<RatePoint[]> {
  const points = [{ bytes: at50.bytes.length, score: score.ssimulacra2 }];
  for (const quality of curve) {
    const run = await encodeOurs(source, quality);
    if (run !== null) points.push({ bytes: run.bytes.length, score: (await judge(run.bytes)).ssimulacra2 });
  }
  return points;
}

function rowText({ bytes }: Picture, { name, megapixels, ours, ourScore, peers }: Row): string {
  const cells = [
    name,
    megapixels.toFixed(2),
    bytes.length,
    ours.bytes.length,
    `${ours.colours}${ours.lossless ? " (exact)" : ""}`,
  ];
  cells.push(ourScore.ssimulacra2.toFixed(1), ourScore.blockError.toFixed(2), (ours.cpuMs / megapixels).toFixed(0));
  for (const { name: peer, run, score, equalBytes } of peers) {
    cells.push(`${run.bytes.length} (${ratio(ours.bytes.length, run.bytes.length)})`, score.ssimulacra2.toFixed(1));
    if (peer === "sharp") cells.push(score.blockError.toFixed(2));
    cells.push(ratio(ours.cpuMs, run.cpuMs), equalBytes === null ? "" : ratio(equalBytes, run.bytes.length));
  }
  return `| ${cells.join(" | ")} |`;
}

function summarise(rows: readonly Row[]): void {
  const lossy = rows.filter(({ ours }) => ours.lossless !== true);
  const exact = rows.filter(({ ours }) => ours.lossless === true);
  console.log(
    `\n${rows.length} pictures, ${exact.length} of them exact. Our wasm: ${Math.max(...rows.map(({ ours }) => (ours.peakBytes ?? 0) / 1e6)).toFixed(1)} MB at most.\n`,
  );
  console.log(
    "| ours beside | pictures | CPU | worst | bytes | S2, median difference | worst | block error | bytes at equal S2 |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|",
  );
  for (const [title, some] of [
    ["lossy", lossy],
    ["exact", exact],
  ] as const) {
    for (const peer of ["sharp", "pngquant"]) {
      const pairs = some.flatMap((row) =>
        row.peers.filter(({ name }) => name === peer).map((other) => ({ row, other })),
      );
      if (pairs.length === 0) continue;
      const cpu = pairs.map(({ row, other }) => row.ours.cpuMs / other.run.cpuMs);
      const bytes = pairs.map(({ row, other }) => row.ours.bytes.length / other.run.bytes.length);
      const scores = pairs.map(({ row, other }) => row.ourScore.ssimulacra2 - other.score.ssimulacra2);
      const blocks = pairs.flatMap(({ row, other }) =>
        row.ourScore.blockError > 0 && other.score.blockError > 0
          ? [row.ourScore.blockError / other.score.blockError]
          : [],
      );
      const equal = pairs.flatMap(({ other }) =>
        other.equalBytes === null ? [] : [other.equalBytes / other.run.bytes.length],
      );
      const cells = [
        `${peer}, ${title}`,
        pairs.length,
        mean(cpu),
        Math.max(...cpu).toFixed(2),
        mean(bytes),
        median(scores).toFixed(1),
        Math.min(...scores).toFixed(1),
        mean(blocks),
        mean(equal),
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
}

function mean(values: readonly number[]): string {
  return values.length === 0 ? "" : geometricMean(values).toFixed(2);
}

function ratio(a: number, b: number): string {
  return `${(a / b).toFixed(2)}x`;
}

function valueOf(option: string): string | null {
  const at = args.indexOf(option);
  return at < 0 ? null : (args[at + 1] ?? null);
}
