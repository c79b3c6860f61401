// What came of the runs: a line each, a summary of all, and the page in docs.
import { join } from "node:path";
import { machine } from "../bench/machine.ts";
import { publishSection } from "../bench/publish.ts";
import { commit, versionOf } from "../bench/versions.ts";
import { projectFolder } from "../../scripts/wrangler.ts";
import { forecast } from "./weather.ts";

export interface Run {
  seed: number;
  jobs: number;
  images: number;
  /** Of these, taken over from an earlier job. */
  reused: number;
  faults: Record<string, number>;
  seconds: number;
  /** What did not hold, as sentences. */
  wrong: string[];
}

/** One of which nothing more can be said than that it broke off. */
export function brokenRun(seed: number, error: unknown, logTail: string): Run {
  console.error(logTail);
  const sentence = error instanceof Error ? error.message : String(error);
  return { seed, jobs: 0, images: 0, reused: 0, faults: {}, seconds: 0, wrong: [`broke off: ${sentence}`] };
}

export function printRun(kind: "storm" | "kill", run: Run, isVerbose: boolean): void {
  const { seed, jobs, images, reused, faults, seconds, wrong } = run;
  const isKill = kind === "kill";
  const { trouble, death } = forecast(seed);
  const weather = Object.entries({ ...trouble, death }).flatMap(([part, share]) =>
    share > 0 ? [`${part} ${share}`] : [],
  );
  console.log(
    `${isKill ? "kill-seed" : "seed"} ${seed}: ${jobs} jobs, ${images} images (${reused} reused), ${total(faults)} faults in ` +
      `${seconds.toFixed(1)} s${isKill ? "" : ` (${weather.join(", ") || "fair weather"})`} ` +
      (wrong.length === 0 ? "held" : "DID NOT HOLD"),
  );
  if (isVerbose || wrong.length > 0) console.log(`  ${JSON.stringify(faults)}`);
  for (const sentence of wrong) console.log(`  WRONG ${sentence}`);
}

export interface Runs {
  storms: readonly Run[];
  kills: readonly Run[];
  seconds: number;
}

export function summaryOf({ storms, kills, seconds }: Runs): string[] {
  const all = [...storms, ...kills];
  const bad = all.filter(({ wrong }) => wrong.length > 0).length;
  const numbers = [
    `${all.length} runs (${kills.length} with kills), ${sum(all, ({ jobs }) => jobs)} jobs`,
    `${sum(all, ({ images }) => images)} images, ${sum(all, ({ reused }) => reused)} of them taken over from an earlier job`,
    `${sum(all, ({ faults }) => total(faults))} faults`,
    `${Math.round(seconds)} s: ${bad === 0 ? "every invariant held" : `${bad} RUNS DID NOT HOLD`}`,
  ];
  return [numbers.join(", "), ...complaintsOf("seed", storms), ...complaintsOf("kill-seed", kills)];
}

function complaintsOf(word: "seed" | "kill-seed", runs: readonly Run[]): string[] {
  return runs.flatMap(({ seed, wrong }) => wrong.map((sentence) => `${word} ${seed}: ${sentence}`));
}

/** Pure. The page's section, whether or not all held. @param where what it was run with. */
export function chaosSection(runs: Runs, where: string): string {
  const { storms, kills } = runs;
  const faults = new Map<string, number>();
  for (const run of [...storms, ...kills]) {
    for (const [fault, count] of Object.entries(run.faults)) faults.set(fault, (faults.get(fault) ?? 0) + count);
  }
  const [numbers = "", ...complaints] = summaryOf(runs);
  const shown = complaints.slice(0, mostComplaints);
  const hidden = complaints.length - shown.length;
  const bad = (word: string, list: readonly Run[]) =>
    list.flatMap(({ seed, wrong }) => (wrong.length > 0 ? [`\`--${word} ${seed}\``] : []));
  const failing = [...bad("seed", storms), ...bad("kill-seed", kills)];
  return [
    "## The last full run",
    "",
    where,
    "",
    `> ${numbers}.`,
    "",
    `Seeds ${range(storms)}; with kills ${range(kills)}.`,
    "",
    ...(failing.length > 0 ? [`What did not hold (${failing.join(", ")}):`, "", ...shown.map(toItem), ""] : []),
    ...(hidden > 0 ? [`And ${hidden} sentences more of the same runs.`, ""] : []),
    "| fault | times |",
    "|---|---|",
    ...[...faults].sort(([, a], [, b]) => b - a).map(([fault, count]) => `| ${fault} | ${count} |`),
    "",
  ].join("\n");
}

/** One cause mostly has many. */
const mostComplaints = 40;

/** In one line, and no table or quote of its own. */
function toItem(sentence: string): string {
  return `- ${sentence.replaceAll(/\s+/g, " ").slice(0, 400)}`;
}

function range(runs: readonly Run[]): string {
  return runs.length === 0 ? "none" : `${runs[0]?.seed} to ${runs.at(-1)?.seed}`;
}

export function publishRuns(runs: Runs, command: string): void {
  const where =
    `\`${command}\` on ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC at commit ${commit}, ` +
    `wrangler ${versionOf("wrangler")}, Node ${process.versions.node}. ${machine()}`;
  publishSection(chaosSection(runs, where), join(projectFolder, "docs", "chaos.md"));
}

function sum<Item>(items: readonly Item[], amount: (item: Item) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}

function total(faults: Record<string, number>): number {
  return Object.values(faults).reduce((all, count) => all + count, 0);
}
