import { expect, test } from "vitest";
import { platform, service } from "./figures.ts";
import { simulate } from "./simulation.ts";

const plan = { queues: 1, databases: 1, batch: 10 };
const load = { imagesPerSecond: 100, imagesPerJob: 1_000, seconds: 120, seed: 7 };

/** What one database can do, when it does nothing else. */
const databaseLimit = 1_000 / (service.insertMsPerImage + (service.d1ReadMs + service.d1WriteMs) / plan.batch);

test("the same load and seed give the same run, another seed another", () => {
  expect(simulate(plan, load)).toEqual(simulate(plan, load));
  expect(simulate(plan, { ...load, seed: 8 }).offered).not.toBe(simulate(plan, load).offered);
});

test("every image is settled or waits", () => {
  const { offered, settled, waiting } = simulate(plan, { ...load, imagesPerSecond: 5_000 });

  expect(settled + waiting).toBe(offered);
  expect(settled).toBeGreaterThan(0);
  expect(waiting).toBeGreaterThan(0);
});

test("a light load is through at once, and nothing is busy", () => {
  const run = simulate(plan, load);

  expect(run.settled / run.offered).toBeGreaterThan(0.95);
  expect(run.jobSeconds?.p95).toBeLessThan(10);
  expect(Math.max(run.busy.database, run.busy.consumers, run.busy.queue)).toBeLessThan(0.3);
});

test("a heavy load is held up by the database, which gives what it can", () => {
  const run = simulate({ ...plan, queues: 4 }, { ...load, imagesPerSecond: 5_000 });

  expect(run.busy.database).toBeGreaterThan(0.99);
  expect(run.imagesPerSecond).toBeLessThanOrEqual(databaseLimit * 1.1);
  expect(run.busy.consumers).toBeLessThanOrEqual(1);
});

test("with four databases it is through, and no part is busier than it can be", () => {
  const run = simulate({ ...plan, queues: 4, databases: 4 }, { ...load, imagesPerSecond: 3_000 });

  expect(run.settled / run.offered).toBeGreaterThan(0.9);
  for (const share of Object.values(run.busy)) {
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThanOrEqual(1);
  }
});

test("a queue sends no more than the platform lets it", () => {
  const run = simulate({ queues: 1, databases: 50, batch: 100 }, { ...load, imagesPerSecond: 20_000, seconds: 30 });

  expect(run.busy.queue).toBeGreaterThan(0.95);
  expect(run.imagesPerSecond).toBeLessThanOrEqual(platform.queueMessagesPerSecond);
});
