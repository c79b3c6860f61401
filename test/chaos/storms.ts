// Runs on a platform that fails by its seed: the chaos worker in `wrangler dev`, one run after the other.
import { setTimeout as sleep } from "node:timers/promises";
import { checkJob, untilNothingLeft } from "./check.ts";
import { Client } from "./client.ts";
import type { Json } from "./client.ts";
import { allowed, openInternet } from "./internet.ts";
import type { Internet } from "./internet.ts";
import { countImages, mustBeReused, planRun } from "./jobs.ts";
import type { PlannedJob } from "./jobs.ts";
import { play } from "./play.ts";
import type { Cues } from "./play.ts";
import { brokenRun } from "./report.ts";
import type { Run } from "./report.ts";
import { startChaosStack } from "./stack.ts";
import type { ChaosStack } from "./stack.ts";
import { privateDetail } from "./weather.ts";

/** A fresh stack now and then: a run that is repeated alone begins with one. */
const runsPerStack = 50;

/**
 * The next seeds, until none is left or the stack has had its share. What is left when all is deleted is held against the
 * last; a run that breaks off ends the stack, whose state says nothing any more.
 * @param take the next seed; null where all are taken.
 */
export async function runStorms(take: () => number | null, report: (run: Run) => void): Promise<Run[]> {
  const internet = await openInternet();
  const stack = await startChaosStack({
    entry: "test/chaos/worker.ts",
    vars: {
      ALLOW_PRIVATE_HOSTS: allowed(internet),
      // By the fast clock: 2 s, 1.5 s and 3 s of ours.
      WATCH_AFTER_SECONDS: "80",
      HEADERS_TIMEOUT_MS: "60000",
      DOWNLOAD_TIMEOUT_MS: "120000",
    },
  });
  const runs: Run[] = [];
  try {
    let isWell = true;
    for (let taken = 0; isWell && taken < runsPerStack; taken++) {
      const seed = take();
      if (seed === null) break;
      const run = await Promise.race([runOne(stack, internet, seed), stack.crashed]).catch((error: unknown) =>
        brokenRun(seed, error, stack.logTail()),
      );
      isWell = run.jobs > 0;
      runs.push(run);
      report(run);
    }
    const last = runs.at(-1);
    const left = isWell
      ? await clearUp(stack).catch((error: unknown) => [`nothing can be seen: ${String(error)}`])
      : [];
    if (last !== undefined && left.length > 0) {
      const sentences = left.map((sentence) => `after all runs of its stack, ${sentence}`);
      last.wrong.push(...sentences);
      for (const sentence of sentences) console.log(`  WRONG ${sentence}`);
    }
    return runs;
  } finally {
    await stack.stop();
    await internet.close();
    stack.remove();
  }
}

async function runOne(stack: ChaosStack, internet: Internet, seed: number): Promise<Run> {
  const started = Date.now();
  const client = new Client(stack.origin, (text) => text.includes(privateDetail));
  const { jobs, change } = planRun(seed);
  await client.json(`/chaos/begin?seed=${seed}`);
  const changing = typeof change === "number" ? setTimeout(() => internet.change(`${seed}`), change) : null;
  const cues = cuesOf(jobs, () => void (change === "between" && internet.change(`${seed}`)));
  const played = await Promise.all(jobs.map((plan, index) => play(client, internet, plan, cues(index))));
  if (changing !== null) clearTimeout(changing);
  const faults: Record<string, number> = await client.json("/chaos/calm");
  await untilIdle(client);

  const wrong = [...client.wrong];
  let reused = 0;
  for (const job of played) {
    if (!job.isDeleted) {
      const checked = await checkJob(client, internet, job, mustBeReused(jobs, job.plan));
      wrong.push(...checked.wrong);
      reused += checked.reused;
    } else if ((await client.request(`/v1/jobs/${job.id}`)).status !== 404) wrong.push(`job ${job.id} is still there`);
  }
  // One upload, one job, however often it was sent; and nothing is remembered that is not there.
  const all: Json = await client.json("/chaos/all");
  const known = new Set(played.map(({ id }) => id));
  for (const id of all.jobs) if (!known.has(id)) wrong.push(`job ${id} is nobody's`);
  for (const url of all.lostSources) wrong.push(`the image that was last made of ${url} is not there`);
  await Promise.all(
    played.map(async ({ id, isDeleted }) => isDeleted || client.request(`/v1/jobs/${id}`, { method: "DELETE" })),
  );
  return {
    seed,
    jobs: jobs.length,
    images: jobs.reduce((sum, plan) => sum + countImages(plan), 0),
    reused,
    faults,
    seconds: (Date.now() - started) / 1000,
    wrong,
  };
}

/** What the callers of a run wait for of each other. */
function cuesOf(jobs: readonly PlannedJob[], onFirstEnd: () => void): (index: number) => Cues {
  const uploaded = jobs.map(() => Promise.withResolvers<void>());
  const ended = jobs.map(() => Promise.withResolvers<void>());
  return (index) => {
    const { follows } = jobs[index] ?? { follows: null };
    const followers = uploaded.filter((_, other) => {
      const theirs = jobs[other]?.follows;
      return theirs?.job === index && theirs.when === "after";
    });
    return {
      mayBegin:
        follows?.when === "after" ? Promise.resolve(ended[follows.job]?.promise).then(onFirstEnd) : Promise.resolve(),
      isFollowed: Promise.race(followers.map(({ promise }) => promise)),
      uploaded: () => uploaded[index]?.resolve(),
      ended: () => ended[index]?.resolve(),
    };
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
  return untilNothingLeft(client, 90_000, async () => {
    if (Date.now() - started > 20_000) await client.json("/chaos/sweep");
  });
}
