// The product itself in `wrangler dev`, killed at random moments of a job of 500 images and started again on the same state.
// Everything on the queue and in flight is lost each time.
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom } from "../support/random.ts";
import { checkJob, untilNothingLeft } from "./check.ts";
import { Client } from "./client.ts";
import { allowed, openInternet } from "./internet.ts";
import type { Internet } from "./internet.ts";
import { countImages } from "./jobs.ts";
import type { PlannedJob } from "./jobs.ts";
import { plainOptions } from "./options.ts";
import { upload, waitForEnd } from "./play.ts";
import type { PlayedJob } from "./play.ts";
import { brokenRun } from "./report.ts";
import type { Run } from "./report.ts";
import { startChaosStack } from "./stack.ts";
import type { ChaosStack } from "./stack.ts";

const images = 500;
/** Runs on one state: each comes upon what the ones before it left. */
const runsPerState = 5;
/** No waits of minutes between tries here: the clock is the world's. */
const kinds = ["jpeg", "jpeg", "tagged", "tagged", "dated", "png", "webp", "gif", "small", "gone", "page"] as const;

/** The next seeds, until none is left or the state has had its share. @param take the next seed; null where all are taken. */
export async function runKills(take: () => number | null, report: (run: Run) => void): Promise<Run[]> {
  const internet = await openInternet();
  const ended: { run: Run; played: PlayedJob }[] = [];
  const broken: Run[] = [];
  let stack: ChaosStack | null = null;
  let seed: number | null = null;
  try {
    stack = await start(internet);
    for (let taken = 0; taken < runsPerState; taken++) {
      seed = take();
      if (seed === null) break;
      const started = Date.now();
      const random = createRandom(seed * 31_337);
      const plan = planJob(seed);
      const id = await upload(new Client(stack.origin, () => false), internet, plan);
      const kills = random.integer(1, 3);
      for (let kill = 0; kill < kills; kill++) {
        await sleep(random.integer(100, 3_500));
        await stack.kill();
        stack = await start(internet, stack.stateFolder);
      }
      const played: PlayedJob = { plan, id, isDeleted: false, change: { before: false, after: false }, wrong: [] };
      await Promise.race([waitForEnd(new Client(stack.origin, () => false), played), stack.crashed]);
      const seconds = (Date.now() - started) / 1000;
      const run = { seed, jobs: 1, images: countImages(plan), reused: 0, faults: { kill: kills }, seconds, wrong: [] };
      ended.push({ run, played });
    }
    await stack.stop();
    // The same state, with a look behind the API.
    stack = await start(internet, stack.stateFolder, "test/chaos/worker.ts");
    const client = new Client(stack.origin, () => false);
    for (const { run, played } of ended) {
      const checked = await checkJob(client, internet, played, new Set());
      run.wrong.push(...checked.wrong);
      run.reused = checked.reused;
    }
    await Promise.all(ended.map(({ played }) => client.request(`/v1/jobs/${played.id}`, { method: "DELETE" })));
    ended.at(-1)?.run.wrong.push(...(await untilNothingLeft(client, 20_000)));
  } catch (error) {
    // Nothing more can be said of those that had ended either.
    const tail = stack?.logTail() ?? "";
    for (const { run } of ended) run.wrong.push(`could not be checked: ${String(error)}`);
    if (!ended.some(({ run }) => run.seed === seed) && seed !== null) broken.push(brokenRun(seed, error, tail));
    if (seed === null && ended.length === 0) throw error;
  } finally {
    await stack?.stop();
    await internet.close();
    stack?.remove();
  }
  const runs = [...ended.map(({ run }) => run), ...broken];
  for (const run of runs) report(run);
  return runs;
}

function start(
  internet: Internet,
  stateFolder?: string,
  entry: "src/index.ts" | "test/chaos/worker.ts" = "src/index.ts",
): Promise<ChaosStack> {
  return startChaosStack({
    entry,
    vars: { ALLOW_PRIVATE_HOSTS: allowed(internet), WATCH_AFTER_SECONDS: "3", DOWNLOAD_ATTEMPTS: "1" },
    ...(stateFolder !== undefined && { stateFolder }),
  });
}

/** Half of its images are those of every such job. */
function planJob(seed: number): PlannedJob {
  const random = createRandom(seed * 271 + 9);
  const common = createRandom(1);
  const products = Array.from({ length: images / 2 }, (_, row) => [
    `${common.pick(kinds)}/0-${row}`,
    `${random.pick(kinds)}/${seed}-${row}`,
  ]);
  return {
    name: `kill-${seed}`,
    run: "kills",
    products,
    options: { ...plainOptions, format: random.pick(["keep", "keep", "keep", "webp"]) },
    follows: null,
    hookFailures: 0,
    mail: false,
    act: "nothing",
    actAfterMs: 0,
  };
}
