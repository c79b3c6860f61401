// The parts that every image goes through, each alone and through the functions that do it in production: rows a second
// into D1, batches a second out of and into it, reports a second to one coordinator, jobs a second.
import { env } from "cloudflare:workers";
import { afterAll, expect, test } from "vitest";
import { failedOutcome } from "../../src/job/process.ts";
import { codecsVersion } from "../../src/codecs/version.ts";
import { insertImages, loadWork, recordOutcomes } from "../../src/store/images.ts";
import type { ImageOutcome } from "../../src/store/images.ts";
import { acceptWith, losingQueue, recordedOutcome } from "../support/coordinators.ts";
import { catalogue, coordinatorOf, getJob } from "../support/jobs.ts";
import { newMeter } from "../support/meter.ts";
import { until } from "../support/until.ts";

const batch = 10;
const images = 10_000;
const results: string[] = [];

async function measure(name: string, count: number, unit: string, work: (db: D1Database) => Promise<unknown>) {
  const { usage, env: metered } = newMeter();
  const began = Date.now();
  await work(metered.DB);
  const ms = Date.now() - began;
  const sql = usage.d1Calls === 0 ? "" : `, of it ${(usage.d1Ms / count).toFixed(3)} ms in SQLite`;
  results.push(
    `${name}: ${Math.round((count / ms) * 1000)} ${unit} a second (${(ms / count).toFixed(3)} ms each${sql})`,
  );
}

function sourceOf(position: number) {
  return { position, url: `https://shop.example/catalogue/2026/autumn/product-${position}/front-view.jpg`, uses: 1 };
}

function compressed(jobId: string, position: number): ImageOutcome {
  return {
    ...failedOutcome({ jobId, position, attempts: 1 }, { kind: "internal" }),
    outcome: "compressed",
    failure: null,
    extension: "jpg",
    format: "jpeg",
    width: 1_600,
    height: 1_200,
    bytesIn: 400_000,
    bytesOut: 120_000,
  };
}

const batches = Array.from({ length: images / batch }, (_, at) =>
  Array.from({ length: batch }, (_, index) => at * batch + index + 1),
);

test("rows into D1, and batches through it", async () => {
  const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue(["https://shop.example/0.jpg"]));
  await until(async () => (await getJob(job.id)).state === "processing");
  await env.DB.prepare("delete from images where job_id = ?").bind(job.id).run();
  const sources = Array.from({ length: images }, (_, at) => sourceOf(at + 1));
  const sizeOf = async () => (await env.DB.prepare("select 1").run()).meta.size_after;
  const before = await sizeOf();

  await measure("insertImages", images, "rows", (db) => insertImages(db, job.id, sources));
  await measure("loadWork of 10", batches.length, "batches", async (db) => {
    for (const positions of batches) {
      await loadWork(
        db,
        positions.map((position) => ({ job: job.id, position })),
        codecsVersion,
      );
    }
  });
  await measure("recordOutcomes of 10", batches.length, "batches", async (db) => {
    for (const positions of batches) {
      await recordOutcomes(
        db,
        positions.map((position) => compressed(job.id, position)),
      );
    }
  });
  results.push(`D1 keeps ${Math.round(((await sizeOf()) - before) / images)} bytes an image`);

  expect(await env.DB.prepare("select count(*) as n from images where outcome = 'compressed'").first("n")).toBe(images);
});

test("reports to one coordinator", async () => {
  const urls = Array.from({ length: 5_000 }, (_, at) => [sourceOf(at).url]);
  const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue(...urls));
  const coordinator = coordinatorOf(job.id);
  await until(async () => (await getJob(job.id)).state === "processing");

  // All but the last, so that the end is not in it.
  const reports = batches.slice(0, 499);
  await measure("reports of 10 to one coordinator", reports.length, "reports", async () => {
    for (let at = 0; at < reports.length; at += 8) {
      const wave = reports.slice(at, at + 8);
      await Promise.all(
        wave.map((positions) => coordinator.report(positions.map((position) => recordedOutcome(position)))),
      );
    }
  });

  expect((await getJob(job.id)).images_processed).toBe(4_990);
});

test("jobs taken in", async () => {
  const urls = Array.from({ length: 100 }, (_, at) => [sourceOf(at).url]);
  const csv = catalogue(...urls);
  const jobs = 50;

  await measure("acceptJob with 100 images", jobs, "jobs", async () => {
    for (let at = 0; at < jobs; at += 5) {
      await Promise.all(Array.from({ length: 5 }, () => acceptWith({ IMAGE_QUEUE: losingQueue() }, csv)));
    }
  });

  expect(await env.DB.prepare("select count(*) as n from jobs").first("n")).toBeGreaterThanOrEqual(jobs);
});

afterAll(() => {
  console.log(`\n${results.join("\n")}\n`);
});
