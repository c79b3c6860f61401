// The section about what it takes to accept a catalogue, in three sizes. Option: --rounds 3.
import { setTimeout as sleep } from "node:timers/promises";
import { valueOf } from "./arguments.ts";
import { circumstances } from "./circumstances.ts";
import { catalogueOf, startMeasuredStack, submit, waitForEnd } from "./pipeline/stack.ts";
import type { MeasuredStack } from "./pipeline/stack.ts";
import { growthExponent, median } from "./statistics.ts";
import { resetPeak, workerdUsage } from "./workerd-usage.ts";

const sizes = [1_000, 10_000, 30_000] as const;
const rounds = Number(valueOf("--rounds") ?? 3);

interface Accepted {
  images: number;
  csvBytes: number;
  ms: number;
  cpuMs: number;
  /** What the process held at most beyond what it held before. */
  peakBytes: number;
}

export async function measureAccept(): Promise<string> {
  const started = Date.now();
  const stack = await startMeasuredStack("src/index.ts", []);
  const accepted: Accepted[] = [];
  try {
    await accept(stack, 1_000, 0);
    for (const images of sizes) {
      const all: Accepted[] = [];
      for (let round = 1; round <= rounds; round++) all.push(await accept(stack, images, round));
      const middle = (pick: (one: Accepted) => number) => median(all.map(pick));
      accepted.push({
        images,
        csvBytes: middle(({ csvBytes }) => csvBytes),
        ms: middle(({ ms }) => ms),
        cpuMs: middle(({ cpuMs }) => cpuMs),
        peakBytes: middle(({ peakBytes }) => peakBytes),
      });
      console.log(JSON.stringify(accepted.at(-1)));
    }
  } finally {
    await stack.close();
  }
  return writeReport(accepted, (Date.now() - started) / 1000);
}

/** From the first byte of the upload to its answer. The job is cancelled at once: its images are not what is measured. */
async function accept({ origin }: MeasuredStack, images: number, round: number): Promise<Accepted> {
  // Refused without a look at the network, should one be taken off the queue.
  const path = "catalogue/2026/autumn/stoneware-mug-speckled-sage-front-view";
  const csv = catalogueOf(Array.from({ length: images }, (_, n) => `http://127.0.0.1/${path}-${n}.jpg?v=${round}`));
  resetPeak();
  const before = workerdUsage();
  const started = performance.now();
  const { id } = await submit(origin, csv);
  const ms = performance.now() - started;
  const after = workerdUsage();
  await fetch(`${origin}/v1/jobs/${id}/cancel`, { method: "POST" });
  await waitForEnd(origin, id);
  await fetch(`${origin}/v1/jobs/${id}`, { method: "DELETE" });
  await sleep(2_000);
  return {
    images,
    csvBytes: Buffer.byteLength(csv),
    ms,
    cpuMs: after.cpuMs - before.cpuMs,
    peakBytes: after.peakBytes - before.residentBytes,
  };
}

function writeReport(accepted: readonly Accepted[], seconds: number): string {
  const power = (pick: (one: Accepted) => number) =>
    growthExponent(accepted.map((one) => ({ size: one.images, cost: pick(one) }))).toFixed(2);
  return [
    "## Accepting a catalogue",
    "",
    ...circumstances(seconds),
    "",
    "From the first byte of the upload to the answer that names the job: read, validated, recorded in D1 and R2, its coordinator",
    `started. Three images a row, in \`wrangler dev\` with its simulators of D1 and R2 in the same process; medians of ${rounds} rounds.`,
    "Memory is what workerd held at most (VmHWM) beyond what it held before, simulators included: an upper bound of the isolate's part.",
    "",
    "| images | CSV | ms | CPU ms | memory | µs an image |",
    "|---|---|---|---|---|---|",
    ...accepted.map(
      ({ images, csvBytes, ms, cpuMs, peakBytes }) =>
        `| ${images.toLocaleString("en-US")} | ${(csvBytes / 1e6).toFixed(2)} MB | **${ms.toFixed(0)}** | ${cpuMs.toFixed(0)} | ${(peakBytes / 1e6).toFixed(0)} MB | ${((ms / images) * 1000).toFixed(0)} |`,
    ),
    "",
    `Time grows with the power **${power(({ ms }) => ms)}** of the number of images, CPU time with **${power(({ cpuMs }) => cpuMs)}**.`,
    "",
  ].join("\n");
}
