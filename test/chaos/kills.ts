// The product itself in `wrangler dev`, killed at random moments of a job of 500 images and started again on the same state.
// Everything on the queue and in flight is lost each time.
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom } from "../support/random.ts";
import { checkJob, checkNothingLeft } from "./check.ts";
import { Client } from "./client.ts";
import { openInternet } from "./internet.ts";
import type { Internet } from "./internet.ts";
import { countImages } from "./jobs.ts";
import type { PlannedJob } from "./jobs.ts";
import { upload, waitForEnd } from "./play.ts";
import type { PlayedJob } from "./play.ts";
import type { Run } from "./report.ts";
import { startChaosStack } from "./stack.ts";
import type { ChaosStack } from "./stack.ts";

const images = 500;
/** No waits of minutes between tries here: the clock is the world's. */
const kinds = ["jpeg", "jpeg", "jpeg", "png", "webp", "small", "gone", "page"] as const;

/** One state for all: each run comes upon what the ones before it left. */
export async function runKills(from: number, to: number, report: (run: Run) => void): Promise<Run[]> {
  const internet = await openInternet();
  const runs: { run: Run; played: PlayedJob }[] = [];
  let stack = await start(internet);
  try {
    for (let seed = from; seed < to; seed++) {
      const started = Date.now();
      const random = createRandom(seed * 31_337);
      const plan = planJob(seed);
      const id = await upload(new Client(stack.origin, () => false), internet.host, plan);
      const kills = random.integer(1, 3);
      for (let kill = 0; kill < kills; kill++) {
        await sleep(random.integer(100, 3_500));
        await stack.kill();
        stack = await start(internet, stack.stateFolder);
      }
      const played: PlayedJob = { plan, id, isDeleted: false, wrong: [] };
      await Promise.race([waitForEnd(new Client(stack.origin, () => false), played), stack.crashed]);
      const seconds = (Date.now() - started) / 1000;
      const run = { seed, jobs: 1, images: countImages(plan), faults: { kill: kills }, seconds, wrong: [] };
      runs.push({ run, played });
      report(run);
    }
    await stack.stop();
    // The same state, with a look behind the API.
    stack = await start(internet, stack.stateFolder, "test/chaos/worker.ts");
    const client = new Client(stack.origin, () => false);
    for (const { run, played } of runs) {
      run.wrong.push(...(await checkJob(client, internet, played)));
      await client.request(`/v1/jobs/${played.id}`, { method: "DELETE" });
    }
    await sleep(5_000);
    runs.at(-1)?.run.wrong.push(...(await checkNothingLeft(client)));
    return runs.map(({ run }) => run);
  } finally {
    await stack.stop();
    await internet.close();
    stack.remove();
  }
}

function start(
  internet: Internet,
  stateFolder?: string,
  entry: "src/index.ts" | "test/chaos/worker.ts" = "src/index.ts",
): Promise<ChaosStack> {
  return startChaosStack({
    entry,
    vars: { ALLOW_PRIVATE_HOSTS: internet.host, WATCH_AFTER_SECONDS: "3", DOWNLOAD_ATTEMPTS: "1" },
    ...(stateFolder !== undefined && { stateFolder }),
  });
}

function planJob(seed: number): PlannedJob {
  const random = createRandom(seed * 271 + 9);
  const products = Array.from({ length: images / 2 }, (_, row) =>
    [1, 2].map((image) => `${random.pick(kinds)}/${row * 2 + image}`),
  );
  return { name: `kill-${seed}`, products, hookFailures: 0, mail: false, act: "nothing", actAfterMs: 0 };
}
