// The section of a format whose codec sees pixels, as Markdown: means first, then every picture, then where we lose.
import { circumstances } from "./circumstances.ts";
import type { Contested, PeerResult, PictureRow } from "./measure-pictures.ts";
import { geometricMean, median } from "./statistics.ts";

export interface PictureReport extends Contested {
  heading: string;
  /** What the pictures are and what to know of the contest, a sentence a line. */
  remarks: readonly string[];
  seconds: number;
}

export function writePictureReport({ heading, rows, kept, rounds, remarks, seconds }: PictureReport): string {
  const peers = [...new Set(rows.flatMap((row) => row.peers.map(({ name }) => name)))];
  const peak = Math.max(0, ...rows.map(({ ours }) => ours.peakBytes ?? 0));
  return [
    `## ${heading}`,
    "",
    ...circumstances(seconds),
    "",
    ...remarks,
    "All take turns on each picture in one process, one thread each, at quality 50; CPU is of the process, all its threads, of",
    `the best of ${rounds} rounds. S2 is SSIMULACRA2 beside the source, of transparent pictures on white and on black, the worse; of pictures`,
    "over 1.5 MP at 16 tiles from an even grid. Block error: what is left in the mean of 8 x 8 pixels, of 255. Bytes at",
    "equal S2 are read off our own curve from quality 20 to 80. Ratios are ours to theirs, so that less is better; means are geometric.",
    ...(peak > 0 ? [`Our wasm: ${(peak / 1e6).toFixed(1)} MB at most.`] : []),
    ...(kept.length > 0 ? [`Kept as they are, for ours is no smaller: ${kept.join(", ")}.`] : []),
    "",
    "| ours beside | pictures | CPU | worst | bytes | S2, median difference | worst | block error | bytes at equal S2 |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ...peers.flatMap((peer) => meansOf(rows, peer)),
    "",
    "### Each picture",
    "",
    `| picture | MP | source | ours: bytes | ms/MP | S2 | ${peers.map((peer) => `${peer}: bytes | CPU | S2 | bytes at its S2`).join(" | ")} |`,
    `|---${"|---:".repeat(5 + 4 * peers.length)}|`,
    ...rows.map((row) => pictureRow(row, peers)),
    "",
    "### Where we lose",
    "",
    ...peers.flatMap((peer) => losses(rows, peer)),
    "",
  ].join("\n");
}

type Pair = readonly [row: PictureRow, other: PeerResult];

function pairsWith(rows: readonly PictureRow[], peer: string): Pair[] {
  return rows.flatMap((row) => row.peers.filter(({ name }) => name === peer).map((other): Pair => [row, other]));
}

function meansOf(rows: readonly PictureRow[], peer: string): string[] {
  const isExact = ({ ours }: PictureRow) => ours.lossless === true;
  const exact = rows.filter(isExact);
  if (exact.length === 0) return [meanRow(peer, pairsWith(rows, peer))];
  const lossy = rows.filter((row) => !isExact(row));
  return [
    ...(lossy.length === 0 ? [] : [meanRow(`${peer}, lossy`, pairsWith(lossy, peer))]),
    meanRow(`${peer}, exact`, pairsWith(exact, peer)),
  ];
}

function meanRow(title: string, pairs: readonly Pair[]): string {
  const cpu = pairs.map(cpuRatio);
  const scores = pairs.map(([row, other]) => row.score.ssimulacra2 - other.score.ssimulacra2);
  const blocks = pairs
    .filter(([row, other]) => row.score.blockError > 0 && other.score.blockError > 0)
    .map(([row, other]) => row.score.blockError / other.score.blockError);
  const cells = [
    title,
    pairs.length,
    mean(cpu),
    Math.max(...cpu).toFixed(2),
    mean(pairs.map(bytesRatio)),
    median(scores).toFixed(1),
    Math.min(...scores).toFixed(1),
    mean(blocks),
    mean(pairs.flatMap((pair) => equalRatio(pair) ?? [])),
  ];
  return `| ${cells.join(" | ")} |`;
}

function pictureRow(row: PictureRow, peers: readonly string[]): string {
  const { name, megapixels, sourceBytes, ours, score } = row;
  const cells: (string | number)[] = [name, megapixels.toFixed(2), sourceBytes];
  cells.push(`${ours.bytes.length}${ours.lossless === true ? " (exact)" : ""}`);
  cells.push((ours.cpuMs / megapixels).toFixed(1), score.ssimulacra2.toFixed(1));
  for (const peer of peers) {
    const [pair] = pairsWith([row], peer);
    if (pair === undefined) cells.push("", "", "", "");
    else {
      const equal = equalRatio(pair);
      cells.push(`${pair[1].run.bytes.length} (${times(bytesRatio(pair))})`, times(cpuRatio(pair)));
      cells.push(pair[1].score.ssimulacra2.toFixed(1), equal === null ? "" : times(equal));
    }
  }
  return `| ${cells.join(" | ")} |`;
}

function losses(rows: readonly PictureRow[], peer: string): string[] {
  const lost = (measure: (pair: Pair) => number | null): string =>
    pairsWith(rows, peer)
      .flatMap((pair) => ({ name: pair[0].name, ratio: measure(pair) ?? 0 }))
      .filter(({ ratio }) => ratio > 1.005)
      .toSorted((a, b) => b.ratio - a.ratio)
      .map(({ name, ratio }) => `${name} ${times(ratio)}`)
      .join(", ");
  const isMeasured = pairsWith(rows, peer).some((pair) => equalRatio(pair) !== null);
  return [
    `- More CPU than ${peer}: ${lost(cpuRatio) || "none"}.`,
    `- More bytes than ${peer} at equal S2: ${isMeasured ? lost(equalRatio) || "none" : "not measured"}.`,
  ];
}

function cpuRatio([row, other]: Pair): number {
  return row.ours.cpuMs / other.run.cpuMs;
}

function bytesRatio([row, other]: Pair): number {
  return row.ours.bytes.length / other.run.bytes.length;
}

function equalRatio([, { equalBytes, run }]: Pair): number | null {
  return equalBytes === null ? null : equalBytes / run.bytes.length;
}

function mean(values: readonly number[]): string {
  return values.length === 0 ? "" : geometricMean(values).toFixed(2);
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}x`;
}
