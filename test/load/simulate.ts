// `npm run simulate`: writes the section "Simulated" of docs/scaling.md.
import { join } from "node:path";
import { publishSection } from "../bench/publish.ts";
import { platform, service } from "./figures.ts";
import { simulate } from "./simulation.ts";
import type { Plan, Run } from "./simulation.ts";

/** A million images a day, of which a busy hour brings three times its share. */
const peakPerSecond = (3 * 1_000_000) / 86_400;
const seconds = 300;

const today: Plan = { queues: 1, databases: 1, batch: platform.batch };
const runs: [scale: number, name: string, plan: Plan][] = [
  [1, "as it is", today],
  [10, "as it is", today],
  [100, "as it is", today],
  [100, "batches of 25", { ...today, batch: 25 }],
  [100, "4 queues", { ...today, queues: 4 }],
  [100, "4 queues, 4 databases", { ...today, queues: 4, databases: 4 }],
  [1_000, "4 queues, 4 databases", { ...today, queues: 4, databases: 4 }],
  [1_000, "32 queues, 4 databases", { ...today, queues: 32, databases: 4 }],
  [1_000, "32 queues, 32 databases", { ...today, queues: 32, databases: 32 }],
];

const rows = runs.map(([scale, name, plan]) => {
  const load = { imagesPerSecond: peakPerSecond * scale, imagesPerJob: 1_000, seconds, seed: 1 };
  return row(scale, name, load.imagesPerSecond, simulate(plan, load));
});

const section = `## Simulated

By \`npm run simulate\`, event by event, ${seconds / 60} minutes of the busiest hour; 1x is a million images a day, whose busiest hour brings three
times its share, in jobs of 1,000. D1 takes ${service.d1ReadMs} ms for a batch's read and ${service.d1WriteMs} ms for its write, a coordinator ${service.reportMs} ms for a report,
a download ${service.downloadMs} ms on average (assumed), ${service.downloadsAtOnce} of a batch at once, an image ${service.cpuMsPerImage} ms of CPU. Not in it: the ramp-up of consumers, failures,
the speed of R2. "Falls behind": more than a twentieth of what came in was not through.

| scale | set up | images a second: come | settled | job of 1,000: median, p95 | busy: D1 | consumers | queue | a coordinator | longest wait for D1 | |
|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---|
${rows.join("\n")}
`;
publishSection(section, join(import.meta.dirname, "..", "..", "docs", "scaling.md"));

function row(scale: number, name: string, perSecond: number, run: Run): string {
  const { busy, jobSeconds } = run;
  const parts: [string, number][] = [
    ["D1", busy.database],
    ["consumers", busy.consumers],
    ["queue", busy.queue],
  ];
  const [tightest] = parts.toSorted(([, a], [, b]) => b - a);
  // What is on its way through at the end is no backlog.
  const isBehind = run.settled < 0.95 * run.offered;
  const times =
    jobSeconds === null ? "none through" : `${jobSeconds.median.toFixed(0)} s, ${jobSeconds.p95.toFixed(0)} s`;
  const cells = [
    `${scale}x`,
    name,
    perSecond.toFixed(0),
    run.imagesPerSecond.toFixed(0),
    times,
    ...[busy.database, busy.consumers, busy.queue, busy.coordinator].map((share) => `${Math.round(share * 100)} %`),
    `${(run.databaseWaitMs / 1_000).toFixed(1)} s`,
    isBehind ? `**falls behind: ${tightest?.[0]}**` : `holds; tightest: ${tightest?.[0]}`,
  ];
  return `| ${cells.join(" | ")} |`;
}
