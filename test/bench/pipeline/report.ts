// The section of the whole stack.
import { circumstances } from "../circumstances.ts";
import { growthExponent } from "../statistics.ts";
import type { Counts } from "./counting-worker.ts";

export interface SharpResult {
  seconds: number;
  cpuMs: number;
  bytes: number;
}

export type StackResult = SharpResult;

export interface PipelineResult {
  name: string;
  images: number;
  /** A photo, on average. */
  megapixels: number;
  ours: StackResult;
  sharp: SharpResult;
  mozjpeg: SharpResult;
  /** CPU of our engine alone, an image. */
  codecMs: number;
}

export interface PipelineReport {
  results: readonly PipelineResult[];
  growth: readonly { images: number; cpuMs: number; seconds: number }[];
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
    `Halftone in \`wrangler dev\`: the Worker and the simulators of D1, R2, the queue and the coordinator share one thread.`,
    "Beside it a plain script with sharp: ten downloads at a time, one thread that encodes, files written to disk. Both fetch the same",
    `${isReal ? "photos" : "**made-up pictures**"} from the same server on this machine and take turns; medians of ${rounds} rounds.`,
    "Not codec: what is left of the CPU time of workerd after that of our engine alone on the same files (in Node, in the same run).",
    "It holds the download, the simulators and everything of ours; goal: at most 8 ms an image.",
    "",
    "| | images | MP each | ours: images/s | CPU ms/image | of it not codec | KB/image | sharp: images/s | CPU ms/image | KB/image | sharp mozjpeg: images/s | CPU ms/image | KB/image | ours beside sharp | beside mozjpeg |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ...results.map(row),
    "",
    ...countTable(counts),
    "",
    ...growthLines(growth),
    "",
  ].join("\n");
}

function row({ name, images, megapixels, ours, sharp, mozjpeg, codecMs }: PipelineResult): string {
  const speed = ({ seconds }: SharpResult) => (images / seconds).toFixed(1);
  const cpu = ({ cpuMs }: SharpResult) => (cpuMs / images).toFixed(1);
  const size = ({ bytes }: SharpResult) => (bytes / images / 1000).toFixed(0);
  const other = (ours.cpuMs / images - codecMs).toFixed(1);
  const cells = [
    name,
    images,
    megapixels.toFixed(1),
    `**${speed(ours)}**`,
    cpu(ours),
    `**${other}**`,
    size(ours),
    ...[sharp, mozjpeg].flatMap((peer) => [speed(peer), cpu(peer), size(peer)]),
    `**${(sharp.seconds / ours.seconds).toFixed(2)}x**`,
    `**${(mozjpeg.seconds / ours.seconds).toFixed(2)}x**`,
  ];
  return `| ${cells.join(" | ")} |`;
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
