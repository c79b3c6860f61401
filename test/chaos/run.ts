// `npm run chaos`: jobs on a platform that fails, and every invariant checked after each run. A run is named by its seed:
// `--seed 42` repeats it. Options: --runs 20, --from 1, --kills 3 (runs in which `wrangler dev` is killed and started
// again), --seed N, --kill-seed N, --stacks 1 (at a time), --verbose, --report (writes the summary into docs/chaos.md).
import { runKills } from "./kills.ts";
import { printRun, publishRuns, summaryOf } from "./report.ts";
import type { Run } from "./report.ts";
import { runStorms } from "./storms.ts";

/** A fresh stack now and then: a run that is repeated alone begins with one. */
const runsPerStack = 25;

const isVerbose = process.argv.includes("--verbose");
const show = (run: Run) => printRun(run, isVerbose);
const started = Date.now();

const storms: Run[] = [];
const [firstStorm, endStorm] = seedsOf("--seed", "--runs", 20);
let next = firstStorm;
await Promise.all(Array.from({ length: numberAfter("--stacks") ?? 1 }, () => takeStorms()));
storms.sort((a, b) => a.seed - b.seed);
const [firstKill, endKill] = seedsOf("--kill-seed", "--kills", 3);
const kills = firstKill < endKill ? await runKills(firstKill, endKill, show) : [];

const seconds = (Date.now() - started) / 1000;
for (const line of summaryOf(storms, kills, seconds)) console.log(line);
if (process.argv.includes("--report")) publishRuns(storms, kills, seconds);
process.exitCode = [...storms, ...kills].every(({ wrong }) => wrong.length === 0) ? 0 : 1;

/** One stack after the other, until all seeds are taken. */
async function takeStorms(): Promise<void> {
  while (next < endStorm) {
    const from = next;
    next = Math.min(endStorm, from + runsPerStack);
    storms.push(...(await runStorms(from, next, show)));
  }
}

/** First seed and the one behind the last; none where another kind of run is asked for by its seed. */
function seedsOf(single: string, count: string, fallback: number): [from: number, to: number] {
  const seed = numberAfter(single);
  if (seed !== null) return [seed, seed + 1];
  const isOther = ["--seed", "--kill-seed"].some((option) => process.argv.includes(option));
  const from = numberAfter("--from") ?? 1;
  return [from, from + (isOther ? 0 : (numberAfter(count) ?? fallback))];
}

function numberAfter(option: string): number | null {
  const index = process.argv.indexOf(option);
  return index < 0 ? null : Number(process.argv[index + 1]);
}
