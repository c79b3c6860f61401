// Runs on a platform that fails by its seed: the chaos worker in `wrangler dev`, one run after the other.
import { setTimeout as sleep } from "node:timers/promises";
import { checkJob, checkNothingLeft } from "./check.ts";
import { Client } from "./client.ts";
import type { Json } from "./client.ts";
import { openInternet } from "./internet.ts";
import type { Internet } from "./internet.ts";
import { countImages, planJobs } from "./jobs.ts";
import { play } from "./play.ts";
import type { Run } from "./report.ts";
import { startChaosStack } from "./stack.ts";
import type { ChaosStack } from "./stack.ts";
import { privateDetail } from "./weather.ts";

/** The seeds from `from` on and before `to`, on one stack. What is left when all is deleted is held against the last. */
export async function runStorms(from: number, to: number, report: (run: Run) => void): Promise<Run[]> {
  const internet = await openInternet();
  const stack = await startChaosStack({
    entry: "test/chaos/worker.ts",
    vars: {
      ALLOW_PRIVATE_HOSTS: internet.host,
      // By the fast clock: 2 s, 1.5 s and 3 s of ours.
      WATCH_AFTER_SECONDS: "80",
      HEADERS_TIMEOUT_MS: "60000",
      DOWNLOAD_TIMEOUT_MS: "120000",
    },
  });
  const runs: Run[] = [];
  try {
    for (let seed = from; seed < to; seed++) {
      const run = await Promise.race([runOne(stack, internet, seed), stack.crashed]);
      runs.push(run);
      report(run);
    }
    const last = runs.at(-1);
    const left = await clearUp(stack);
    if (last !== undefined && left.length > 0) {
      const sentences = left.map((sentence) => `after all runs, ${sentence}`);
      last.wrong.push(...sentences);
      for (const sentence of sentences) console.log(`  WRONG ${sentence}`);
    }
    return runs;
  } catch (error) {
    console.error(stack.logTail());
    throw error;
  } finally {
    await stack.stop();
    await internet.close();
    stack.remove();
  }
}

async function runOne(stack: ChaosStack, internet: Internet, seed: number): Promise<Run> {
  const started = Date.now();
  const client = new Client(stack.origin, (text) => text.includes(privateDetail));
  const plans = planJobs(seed);
  await client.json(`/chaos/begin?seed=${seed}`);
  const played = await Promise.all(plans.map((plan) => play(client, internet.host, plan)));
  const faults: Record<string, number> = await client.json("/chaos/calm");
  await untilIdle(client);

  const wrong = [...client.wrong];
  for (const job of played) {
    if (!job.isDeleted) wrong.push(...(await checkJob(client, internet, job)));
    else if ((await client.request(`/v1/jobs/${job.id}`)).status !== 404) wrong.push(`job ${job.id} is still there`);
  }
  // One upload, one job, however often it was sent.
  const all: Json = await client.json("/chaos/all");
  const known = new Set(played.map(({ id }) => id));
  for (const id of all.jobs) if (!known.has(id)) wrong.push(`job ${id} is nobody's`);
  for (const { id, isDeleted } of played) if (!isDeleted) await client.request(`/v1/jobs/${id}`, { method: "DELETE" });
  return {
    seed,
    jobs: plans.length,
    images: plans.reduce((sum, plan) => sum + countImages(plan), 0),
    faults,
    seconds: (Date.now() - started) / 1000,
    wrong,
  };
}

/** No batch under way, nothing on the queue, and that for a moment. */
async function untilIdle(client: Client): Promise<void> {
  const started = Date.now();
  for (let calm = 0; calm < 3;) {
    const { batches, backlog }: Json = await client.json("/chaos/busy");
    calm = batches === 0 && backlog === 0 ? calm + 1 : 0;
    if (Date.now() - started > 60_000) return;
    await sleep(100);
  }
}

/** Every job is deleted by now; uploads that broke off are given up after ten minutes, which are 15 s here. */
async function clearUp(stack: ChaosStack): Promise<string[]> {
  const client = new Client(stack.origin, () => false);
  const started = Date.now();
  for (;;) {
    const left = await checkNothingLeft(client);
    if (left.length === 0 || Date.now() - started > 90_000) return left;
    if (Date.now() - started > 20_000) await client.json("/chaos/sweep");
    await sleep(2_000);
  }
}
