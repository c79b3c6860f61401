// The outermost net, cast every quarter of an hour: wakes jobs that stand still, takes away those whose time is over, and
// clears what uploads left behind that never became a job.
//
// Every part goes in steps of a hundred and makes at most ten a run, which is far from the platform's bounds for one
// invocation; the next run goes on where this one stopped. What a step has done stays done, and doing it again does no
// harm. The coordinators do the work, each in its own alarm: the sweeper only tells them.

import type { Config } from "../config.ts";
import { deleteDeliveriesWithoutJob } from "../store/deliveries.ts";
import { deleteExpiredKeys } from "../store/idempotency.ts";
import { listImageJobs } from "../store/images.ts";
import { deleteJobs, listExpired, listUnended, withoutJob } from "../store/jobs.ts";
import { listInputs } from "../store/objects.ts";
import { readMark, writeMark } from "../store/sweep-marks.ts";
import type { Coordinator } from "./coordinator.ts";
import { logEvent, logFailure } from "./log.ts";

export const keysPerStep = 100;
export const stepsPerRun = 10;

/** An upload takes seconds, and its coordinator gives it up after ten minutes. */
const unfinishedAfterMs = 86_400_000;

export interface Swept {
  /** Jobs that neither ended nor were heard of for a while. */
  woken: number;
  expired: number;
  /** Uploads that never became a job. */
  cleared: number;
  steps: number;
}

const parts = [wakeStalled, expireJobs, clearImageRows, clearFiles, clearDeliveries, clearIdempotencyKeys];

/** @throws the first failure, after every part has had its turn. */
export async function sweep(env: Env, config: Config, now: number): Promise<Swept> {
  const swept: Swept = { woken: 0, expired: 0, cleared: 0, steps: 0 };
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      await part(env, config, now, swept);
    } catch (error) {
      logFailure("sweep_failed", error, { part: part.name });
      failures.push(error);
    }
  }
  logEvent("swept", { ...swept });
  if (failures.length > 0) throw failures[0];
  return swept;
}

/** A row is touched when its job starts and ends: one that is older than its coordinator's patience is asked after. */
async function wakeStalled(env: Env, config: Config, now: number, swept: Swept): Promise<void> {
  const before = now - config.watchAfterSeconds * 1000;
  await walk(env.DB, "unended jobs", swept, {
    list: (page) => listUnended(env.DB, before, page),
    keyOf: (jobId) => jobId,
    visit: async (jobIds) => {
      const told = await tellEach(env, jobIds, (coordinator, jobId) => coordinator.revisit(jobId));
      swept.woken += told.length;
    },
  });
}

async function expireJobs(env: Env, _config: Config, now: number, swept: Swept): Promise<void> {
  for (let step = 0; step < stepsPerRun; step++) {
    const jobIds = await listExpired(env.DB, now, keysPerStep);
    if (jobIds.length === 0) return;
    swept.steps += 1;
    const told = await tellEach(env, jobIds, (coordinator, jobId) => coordinator.discard(jobId));
    // As the coordinator would do: from here on nobody sees the job, and the next step sees others.
    await deleteJobs(env.DB, told);
    swept.expired += told.length;
    if (jobIds.length < keysPerStep || told.length === 0) return;
  }
}

/** Image rows of an upload that broke off. Whether it is still under way is for its coordinator to say. */
async function clearImageRows(env: Env, _config: Config, _now: number, swept: Swept): Promise<void> {
  await walk(env.DB, "image rows", swept, {
    list: (page) => listImageJobs(env.DB, page),
    keyOf: (jobId) => jobId,
    visit: (jobIds) => clearWithoutJob(env, jobIds, swept),
  });
}

/** Files of an upload that broke off, or that came in after their job was taken away. */
async function clearFiles(env: Env, _config: Config, now: number, swept: Swept): Promise<void> {
  await walk(env.DB, "input files", swept, {
    list: (page) => listInputs(env.FILE_BUCKET, page),
    keyOf: (input) => input.jobId,
    visit: async (inputs) => {
      const old = inputs.filter(({ uploadedAt }) => uploadedAt < now - unfinishedAfterMs);
      await clearWithoutJob(
        env,
        old.map(({ jobId }) => jobId),
        swept,
      );
    },
  });
}

async function clearDeliveries(env: Env, _config: Config, _now: number, swept: Swept): Promise<void> {
  await deleteInSteps(swept, (limit) => deleteDeliveriesWithoutJob(env.DB, limit));
}

async function clearIdempotencyKeys(env: Env, _config: Config, now: number, swept: Swept): Promise<void> {
  await deleteInSteps(swept, (limit) => deleteExpiredKeys(env.DB, now, limit));
}

/** @param deleteSome answers how many it has deleted. */
async function deleteInSteps(swept: Swept, deleteSome: (limit: number) => Promise<number>): Promise<void> {
  for (let step = 0; step < stepsPerRun; step++) {
    swept.steps += 1;
    if ((await deleteSome(keysPerStep)) < keysPerStep) return;
  }
}

async function clearWithoutJob(env: Env, jobIds: readonly string[], swept: Swept): Promise<void> {
  const orphans = await withoutJob(env.DB, jobIds);
  const told = await tellEach(env, orphans, (coordinator, jobId) => coordinator.revisit(jobId));
  swept.cleared += told.length;
}

interface Walk<Item> {
  /** The items behind a key, in the order of their keys. */
  list: (page: { after: string; limit: number }) => Promise<Item[]>;
  keyOf: (item: Item) => string;
  visit: (items: Item[]) => Promise<void>;
}

/** Goes on where the last run stopped, for some steps, and begins anew once it has come to the end. */
async function walk<Item>(
  db: D1Database,
  name: string,
  swept: Swept,
  { list, keyOf, visit }: Walk<Item>,
): Promise<void> {
  let mark = await readMark(db, name);
  for (let step = 0; step < stepsPerRun; step++) {
    const items = await list({ after: mark, limit: keysPerStep });
    swept.steps += 1;
    if (items.length > 0) await visit(items);
    const last = items.at(-1);
    const next = last === undefined || items.length < keysPerStep ? "" : keyOf(last);
    if (next !== mark) await writeMark(db, name, next);
    mark = next;
    if (mark === "") return;
  }
}

/** Calls the coordinator of each job; answers those that could be reached. The others are there the next time. */
async function tellEach(
  env: Env,
  jobIds: readonly string[],
  tell: (coordinator: DurableObjectStub<Coordinator>, jobId: string) => Promise<void>,
): Promise<string[]> {
  const told = await Promise.all(
    jobIds.map(async (jobId) => {
      try {
        await tell(env.COORDINATOR.getByName(jobId), jobId);
        return [jobId];
      } catch (error) {
        logFailure("sweep_call_failed", error, { job: jobId });
        return [];
      }
    }),
  );
  return told.flat();
}
