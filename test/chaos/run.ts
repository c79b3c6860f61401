// `npm run chaos`: jobs on a platform that fails, and every invariant checked after each run. A run is named by its seed:
// `--seed 42` repeats it. Options: --runs 20, --from 1, --kills 3 (runs in which `wrangler dev` is killed and started
// again), --seed N, --kill-seed N, --stacks 1 (at a time), --verbose, --report (writes what came of it into docs/chaos.md,
// whether or not all held).
import { runKills } from "./kills.ts";
import { brokenRun, printRun, publishRuns, summaryOf } from "./report.ts";
import type { Run } from "./report.ts";
import { runStorms } from "./storms.ts";

const isVerbose = process.argv.includes("--verbose");
const started = Date.now();

const storms: Run[] = [];
const kills: Run[] = [];
const takeStorm = seedsOf("--seed", "--runs", 20);
const takeKill = seedsOf("--kill-seed", "--kills", 3);
await Promise.all(Array.from({ length: numberAfter("--stacks") ?? 1 }, () => workOff()));
storms.sort((a, b) => a.seed - b.seed);
kills.sort((a, b) => a.seed - b.seed);

const runs = { storms, kills, seconds: (Date.now() - started) / 1000 };
for (const line of summaryOf(runs)) console.log(line);
if (process.argv.includes("--report")) publishRuns(runs, ["npm run chaos --", ...process.argv.slice(2)].join(" "));
process.exitCode = [...storms, ...kills].every(({ wrong }) => wrong.length === 0) ? 0 : 1;

/** One stack after the other, until all seeds are taken: first the kills, which wait more than they work. */
async function workOff(): Promise<void> {
  const showKill = (run: Run) => printRun("kill", run, isVerbose);
  const showStorm = (run: Run) => printRun("storm", run, isVerbose);
  while (takeKill.left() > 0) {
    kills.push(...(await runKills(takeKill, showKill).catch((error: unknown) => notBegun(takeKill, error, showKill))));
  }
  while (takeStorm.left() > 0) {
    storms.push(
      ...(await runStorms(takeStorm, showStorm).catch((error: unknown) => notBegun(takeStorm, error, showStorm))),
    );
  }
}

/** A stack that does not come up costs a seed, so that there is an end to it. */
function notBegun(take: Seeds, error: unknown, show: (run: Run) => void): Run[] {
  const seed = take();
  if (seed === null) return [];
  const run = brokenRun(seed, error, "");
  show(run);
  return [run];
}

interface Seeds {
  /** The next one; null where all are taken. */
  (): number | null;
  left: () => number;
}

/** None where another kind of run is asked for by its seed. */
function seedsOf(single: string, count: string, fallback: number): Seeds {
  const seed = numberAfter(single);
  const isOther = ["--seed", "--kill-seed"].some((option) => process.argv.includes(option));
  let next = seed ?? numberAfter("--from") ?? 1;
  const end = next + (seed !== null ? 1 : isOther ? 0 : (numberAfter(count) ?? fallback));
  return Object.assign(() => (next < end ? next++ : null), { left: () => end - next });
}

function numberAfter(option: string): number | null {
  const index = process.argv.indexOf(option);
  return index < 0 ? null : Number(process.argv[index + 1]);
}
