// The section of the whole stack.
import { circumstances } from "../circumstances.ts";
import { growthExponent } from "../statistics.ts";
import type { Counts } from "./counting-worker.ts";

/** One job, or one run of what does the same work. */
export interface Run {
  seconds: number;
  cpuMs: number;
  /** Of all outputs. */
  bytes: number;
}

export interface PipelineResult {
  name: string;
  images: number;
  /** A photo, on average. */
  megapixels: number;
  bytesIn: number;
  ours: Run;
  sharp: Run;
  mozjpeg: Run;
  /** The same calls of the platform with nothing of Halftone between them. */
  floor: Run;
  /** CPU of our engine alone, an image. */
  codecMs: number;
}

export type GrowthPoint = Run & { images: number };

export interface PipelineReport {
  results: readonly PipelineResult[];
  growth: readonly GrowthPoint[];
  counts: { images: number; counts: Counts };
  isReal: boolean;
  rounds: number;
  seconds: number;
}

export function writePipelineReport({ results, growth, counts, isReal, rounds, seconds }: PipelineReport): string {
  return [
    "## The whole stack",
    "",
    ...circumstances(seconds),
    "",
    `Halftone in \`wrangler dev\`: the Worker and the simulators of D1, R2, the queue and the coordinator share one thread. Beside it a`,
    "plain script with sharp that does the same for each image: fetch, encode, keep the source where that is smaller, write the file,",
    "record the outcome in SQLite; ten at a time, one thread that encodes while Node's own fetches and writes. Both fetch the same",
    `${isReal ? "photos" : "**made-up pictures**"} from the same server on this machine and take turns; medians of ${rounds} rounds. sharp's mozjpeg is what makes files`,
    "as small as ours. CPU ms are of the whole of workerd and of the script, an image; beside a peer, more than 1x is faster than it.",
    "",
    "| | images | MP, KB each | ours: images/s | CPU ms | KB | sharp: images/s | CPU ms | KB | sharp mozjpeg: images/s | CPU ms | KB | ours beside sharp: by the clock, in CPU | beside mozjpeg |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ...results.map(speedRow),
    "",
    "### Where the CPU time of an image goes",
    "",
    "Codec: our engine alone on the same files, in Node, in the same run. Not codec: the rest; goal: at most 8 ms. Platform: what workerd",
    "takes for the calls that an image makes (message, download, R2 put, its share of two D1 batches and a coordinator call) with",
    "nothing of Halftone between them (`floor-worker.ts`), so the simulators and the download. Ours: what is then left.",
    "",
    "| | CPU ms an image | codec | not codec | of it platform | ours |",
    "|---|---|---|---|---|---|",
    ...results.map(cpuRow),
    "",
    ...countTable(counts),
    "",
    ...growthLines(growth),
    "",
  ].join("\n");
}

function speedRow({ name, images, megapixels, bytesIn, ours, sharp, mozjpeg }: PipelineResult): string {
  const shown = ({ seconds, cpuMs, bytes }: Run) => [
    (images / seconds).toFixed(1),
    (cpuMs / images).toFixed(1),
    (bytes / images / 1000).toFixed(0),
  ];
  const beside = (peer: Run) =>
    `**${(peer.seconds / ours.seconds).toFixed(2)}x, ${(peer.cpuMs / ours.cpuMs).toFixed(2)}x**`;
  const source = `${megapixels.toFixed(2)}, ${(bytesIn / 1000).toFixed(0)}`;
  const cells = [name, images, source, ...[ours, sharp, mozjpeg].flatMap(shown), beside(sharp), beside(mozjpeg)];
  return `| ${cells.join(" | ")} |`;
}

function cpuRow({ name, images, ours, floor, codecMs }: PipelineResult): string {
  const all = ours.cpuMs / images;
  const platform = floor.cpuMs / images;
  const cells = [all, codecMs, all - codecMs, platform, all - codecMs - platform].map((ms) => ms.toFixed(1));
  return `| ${[name, ...cells.with(2, `**${cells[2]}**`)].join(" | ")} |`;
}

function countTable({ images, counts }: PipelineReport["counts"]): string[] {
  const each = (count: number) => (count / images).toFixed(3);
  return [
    `### Calls of the platform, for an image of a job of ${images}`,
    "",
    "From the upload to the end of the job, both included; a queue's operations are Cloudflare's: write, read and delete, one each a message.",
    "",
    "| D1 round trips | statements | rows read | rows written | coordinator calls | queue operations | queue sends | batches | R2 puts | other R2 calls |",
    "|---|---|---|---|---|---|---|---|---|---|",
    `| ${[
      counts.d1Calls,
      counts.statements,
      counts.rowsRead,
      counts.rowsWritten,
      counts.coordinatorCalls,
      counts.messagesSent + 2 * counts.messagesHandled,
      counts.sendCalls,
      counts.batches,
      counts.r2Puts,
      counts.r2Others,
    ]
      .map(each)
      .join(" | ")} |`,
  ];
}

function growthLines(growth: PipelineReport["growth"]): string[] {
  const points = (pick: (point: { cpuMs: number; seconds: number }) => number) =>
    growthExponent(growth.map((point) => ({ size: point.images, cost: pick(point) }))).toFixed(2);
  return [
    "### Growth",
    "",
    "| images in the job | seconds | CPU s |",
    "|---|---|---|",
    ...growth.map(
      ({ images, cpuMs, seconds }) => `| ${images} | ${seconds.toFixed(1)} | ${(cpuMs / 1000).toFixed(1)} |`,
    ),
    "",
    `Time grows with the power **${points(({ seconds }) => seconds)}** of the number of images, CPU time with **${points(({ cpuMs }) => cpuMs)}**.`,
  ];
}
