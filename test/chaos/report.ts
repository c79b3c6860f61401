// What came of the runs: a line each, a summary of all, and the page in docs.
import { cpus } from "node:os";
import { join } from "node:path";
import { publishSection } from "../bench/publish.ts";
import { commit, versionOf } from "../bench/versions.ts";
import { projectFolder } from "../../scripts/wrangler.ts";
import { forecast } from "./weather.ts";

export interface Run {
  seed: number;
  jobs: number;
  images: number;
  faults: Record<string, number>;
  seconds: number;
  /** What did not hold, as sentences. */
  wrong: string[];
}

export function printRun({ seed, jobs, images, faults, seconds, wrong }: Run, isVerbose: boolean): void {
  const isKill = "kill" in faults;
  const { trouble, death } = forecast(seed);
  const weather = Object.entries({ ...trouble, death }).flatMap(([part, share]) =>
    share > 0 ? [`${part} ${share}`] : [],
  );
  console.log(
    `${isKill ? "kill-seed" : "seed"} ${seed}: ${jobs} jobs, ${images} images, ${total(faults)} faults in ` +
      `${seconds.toFixed(1)} s${isKill ? "" : ` (${weather.join(", ") || "fair weather"})`} ` +
      (wrong.length === 0 ? "held" : "DID NOT HOLD"),
  );
  if (isVerbose || wrong.length > 0) console.log(`  ${JSON.stringify(faults)}`);
  for (const sentence of wrong) console.log(`  WRONG ${sentence}`);
}

export function summaryOf(storms: readonly Run[], kills: readonly Run[], seconds: number): string[] {
  const all = [...storms, ...kills];
  const bad = all.filter(({ wrong }) => wrong.length > 0);
  const numbers = [
    `${all.length} runs (${kills.length} with kills), ${sum(all, ({ jobs }) => jobs)} jobs`,
    `${sum(all, ({ images }) => images)} images, ${sum(all, ({ faults }) => total(faults))} faults`,
    `${Math.round(seconds)} s: ${bad.length === 0 ? "every invariant held" : `${bad.length} RUNS DID NOT HOLD`}`,
  ];
  return [
    numbers.join(", "),
    ...bad.flatMap(({ seed, wrong }) => wrong.map((sentence) => `seed ${seed}: ${sentence}`)),
  ];
}

const page = join(projectFolder, "docs", "chaos.md");

export function publishRuns(storms: readonly Run[], kills: readonly Run[], seconds: number): void {
  const faults = new Map<string, number>();
  for (const run of [...storms, ...kills]) {
    for (const [fault, count] of Object.entries(run.faults)) faults.set(fault, (faults.get(fault) ?? 0) + count);
  }
  const kinds = [...faults].sort(([, a], [, b]) => b - a);
  const seeds = (runs: readonly Run[]) => `${runs[0]?.seed ?? "-"} to ${runs.at(-1)?.seed ?? "-"}`;
  publishSection(
    [
      "## The last full run",
      "",
      `\`npm run chaos\` on ${new Date().toISOString().slice(0, 10)} at commit ${commit}, wrangler ${versionOf("wrangler")}, Node ${process.versions.node}, ${cpus().length} cores:`,
      "",
      ...summaryOf(storms, kills, seconds).map((line) => `> ${line}`),
      "",
      `Seeds ${seeds(storms)}; with kills ${seeds(kills)}.`,
      "",
      "| fault | times |",
      "|---|---|",
      ...kinds.map(([fault, count]) => `| ${fault} | ${count} |`),
      "",
    ].join("\n"),
    page,
  );
}

function sum<Item>(items: readonly Item[], amount: (item: Item) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}

function total(faults: Record<string, number>): number {
  return Object.values(faults).reduce((all, count) => all + count, 0);
}
