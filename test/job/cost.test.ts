// What an image and a job use of everything that is billed. The price in docs/cost.md is computed from the same figures, so
// a change that makes images dearer fails here first.
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { app } from "../../src/http/app.ts";
import { consumeImages } from "../../src/job/consume.ts";
import { counted } from "../bench/cost/figures.ts";
import { catalogue, csvForm, getJob, origin } from "../support/jobs.ts";
import { meters, newMeter } from "../support/meter.ts";
import type { Usage } from "../support/meter.ts";
import { until } from "../support/until.ts";

const { perBatch } = counted;

/** From the upload to the end, and then the deletion. */
async function useOf(images: number): Promise<{ life: Usage; deletion: Usage }> {
  const meter = newMeter();
  const urls = Array.from(
    { length: images },
    (_, at) => `https://shop.example/photo.jpg?width=32&height=24&seed=${at}`,
  );
  const response = await app.request(
    `${origin}/v1/jobs`,
    { method: "POST", body: csvForm(catalogue(...urls.map((url) => [url]))) },
    meter.env,
    createExecutionContext(),
  );
  const { id } = await response.json<{ id: string }>();
  meter.usage.workerRequests += 1;
  await until(() => meter.sent.length === images);
  for (let at = 0; at < images; at += perBatch) {
    const messages = meter.sent.slice(at, at + perBatch).map((body, index) => ({
      id: String(index),
      timestamp: new Date(),
      attempts: 1,
      body,
    }));
    const batch = createMessageBatch("images", messages);
    await consumeImages(batch, meter.env);
    await getQueueResult(batch, createExecutionContext());
    meter.usage.workerRequests += 1;
  }
  await until(async () => (await getJob(id)).completed_at !== null);
  expect(await getJob(id)).toMatchObject({ state: "completed", images_failed: 0 });
  const life = { ...meter.usage };
  await meter.env.COORDINATOR.getByName(id).discard(id);
  await until(async () => (await env.IMAGE_BUCKET.list({ prefix: `image/${id}` })).objects.length === 0);
  await until(async () => (await env.DB.prepare("select 1 from images where job_id = ?").bind(id).first()) === null);
  return { life, deletion: minus(meter.usage, life) };
}

function minus(a: Usage, b: Usage, divisor = 1): Usage {
  const rest = { ...a };
  for (const meter of meters) rest[meter] = (a[meter] - b[meter]) / divisor;
  return rest;
}

function times(usage: Usage, factor: number): Usage {
  const product = { ...usage };
  for (const meter of meters) product[meter] *= factor;
  return product;
}

describe("a job", () => {
  test("uses what its price is computed from, and no more", async () => {
    // The counters have their rows from here on: what is inserted once is no use of an image.
    await useOf(10);
    const [small, large] = [await useOf(20), await useOf(100)];

    const image = minus(large.life, small.life, 80);
    const imageDeletion = minus(large.deletion, small.deletion, 80);
    const job = minus(small.life, times(image, 20));
    const jobDeletion = minus(small.deletion, times(imageDeletion, 20));
    expect(small.life.queueMessages).toBe(20);

    expectWithin(image, counted.image, 0.02);
    expectWithin(job, counted.job, 3);
    expectWithin(imageDeletion, counted.imageDeletion, 0.02);
    expectWithin(jobDeletion, counted.jobDeletion, 3);
  });
});

/**
 * At most what is stated, and not so little that the price is wrong. A job's own calls depend a little on which alarm comes
 * before which report.
 */
function expectWithin(usage: Usage, stated: Partial<Record<keyof Usage, number>>, slack: number): void {
  for (const [meter, most] of Object.entries(stated)) {
    const used = new Map<string, number>(Object.entries(usage)).get(meter);
    expect(used, meter).toBeLessThanOrEqual(most + slack);
    expect(used, meter).toBeGreaterThanOrEqual(most * 0.8 - slack);
  }
}
