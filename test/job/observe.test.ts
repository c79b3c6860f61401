import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import { consumeDeadLetters, consumeImages } from "../../src/job/consume.ts";
import { Laps } from "../../src/job/laps.ts";
import { observeImage } from "../../src/job/observe.ts";
import { failedOutcome } from "../../src/job/process.ts";
import { acceptWith, envWith, losingQueue, recordedOutcome } from "../support/coordinators.ts";
import { catalogue, coordinatorOf, getJob } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { until } from "../support/until.ts";

const shop = "https://shop.example";

let written: string[] = [];

beforeEach(() => {
  written = [];
  vi.spyOn(console, "log").mockImplementation((line: unknown) => void written.push(String(line)));
});
afterEach(() => vi.restoreAllMocks());

function logged(event: string): Json[] {
  return written.map((line): Json => JSON.parse(line)).filter((line) => line.event === event);
}

/** A dataset that keeps its points. */
function dataset() {
  const points: AnalyticsEngineDataPoint[] = [];
  return { points, writeDataPoint: (point: AnalyticsEngineDataPoint) => void points.push(point) };
}

async function acceptQuietly(replaced: Record<string, unknown>, urls: string[], webhookUrl: string | null = null) {
  const job = await acceptWith({ IMAGE_QUEUE: losingQueue(), ...replaced }, catalogue(urls), webhookUrl);
  await until(async () => (await getJob(job.id)).state === "processing");
  return job;
}

async function deliver(
  consume: (batch: MessageBatch, env: Env) => Promise<void>,
  using: Env,
  jobId: string,
  positions: number[],
) {
  const messages = positions.map((position) => ({
    id: String(position),
    timestamp: new Date(),
    attempts: 1,
    body: { job: jobId, position },
  }));
  const batch = createMessageBatch("images", messages);
  await consume(batch, using);
  return getQueueResult(batch, createExecutionContext());
}

describe("an image", () => {
  test("gets a line that tells where its time and bytes went, and nothing of its path or query", async () => {
    const ANALYTICS = dataset();
    const { id } = await acceptQuietly({}, [`${shop}/photo.jpg?token=hidden`]);

    await deliver(consumeImages, envWith({ LOG_IMAGES: "all", ANALYTICS }), id, [1]);

    const [line] = logged("image");
    expect(line).toMatchObject({
      job: id,
      position: 1,
      outcome: "compressed",
      code: null,
      host: "shop.example",
      format: "jpeg",
      output: "jpg",
      attempts: 1,
    });
    for (const figure of ["pixels", "bytes_in", "bytes_out"]) expect(line[figure]).toBeGreaterThan(0);
    for (const lap of ["wait_ms", "fetch_ms", "encode_ms", "store_ms"]) expect(line[lap]).toBeGreaterThanOrEqual(0);
    expect(written.join()).not.toMatch(/hidden|photo\.jpg/);
    const { pixels, bytes_in, bytes_out, wait_ms, fetch_ms, encode_ms, store_ms } = line;
    expect(ANALYTICS.points).toEqual([
      {
        indexes: [id],
        blobs: ["image", "compressed", null, "jpeg", "jpg", "shop.example"],
        doubles: [pixels, bytes_in, bytes_out, 1, wait_ms, fetch_ms, encode_ms, store_ms],
      },
    ]);
  });

  test.each([
    ["all", ["compressed", "failed"]],
    ["failed", ["failed"]],
    ["none", []],
  ])("with LOG_IMAGES=%s those with a line are %j, and each has a data point", (LOG_IMAGES, outcomes) => {
    const ANALYTICS = dataset();
    const using = envWith({ ANALYTICS });
    const config = readConfig({ LOG_IMAGES });
    const way = { url: `${shop}/a.jpg`, laps: new Laps() };

    observeImage(using, config, recordedOutcome(1), way);
    observeImage(using, config, failedOutcome({ jobId: "a", position: 2, attempts: 1 }, { kind: "lost" }), way);

    expect(logged("image").map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(ANALYTICS.points).toHaveLength(2);
  });

  test("that is put off gets a line only where every image does", async () => {
    const { id } = await acceptQuietly({}, [`${shop}/busy.jpg`]);

    await deliver(consumeImages, envWith({ LOG_IMAGES: "failed" }), id, [1]);
    expect(logged("image_put_off")).toEqual([]);
    await deliver(consumeImages, envWith({ LOG_IMAGES: "all" }), id, [1]);

    expect(logged("image_put_off")).toMatchObject([{ job: id, position: 1, code: "http_503", delay_seconds: 60 }]);
    expect(logged("image")).toEqual([]);
  });

  test("whose messages died is told as failed", async () => {
    const ANALYTICS = dataset();
    const { id } = await acceptQuietly({}, [`${shop}/photo.jpg`]);

    await deliver(consumeDeadLetters, envWith({ ANALYTICS }), id, [1]);

    expect(logged("image")).toMatchObject([{ job: id, outcome: "failed", code: "internal", host: null }]);
    expect(ANALYTICS.points[0]?.blobs?.slice(0, 3)).toEqual(["image", "failed", "internal"]);
  });

  test.each([
    ["is missing", undefined],
    [
      "fails",
      {
        writeDataPoint: () => {
          throw new Error("full");
        },
      },
    ],
  ])("is processed where the dataset %s", async (_, ANALYTICS) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { id } = await acceptQuietly({}, [`${shop}/photo.jpg`]);

    const { explicitAcks } = await deliver(consumeImages, envWith({ ANALYTICS }), id, [1]);

    expect(explicitAcks).toEqual(["1"]);
    expect(await getJob(id)).toMatchObject({ images_succeeded: 1 });
  });
});

describe("a job", () => {
  test("ends with one line and data point, and each attempt at a delivery has its own", async () => {
    const ANALYTICS = dataset();
    const webhook = `https://receiver.example/hook?box=${crypto.randomUUID()}&token=hidden`;
    const { id } = await acceptQuietly({ ANALYTICS }, [`${shop}/photo.jpg`, `${shop}/b.jpg`], webhook);

    await coordinatorOf(id).report([recordedOutcome(1), recordedOutcome(2, { outcome: "failed", uses: 1 })]);
    await until(() => logged("delivery_attempted").length > 0);

    const ended = logged("job_ended").filter(({ job }) => job === id);
    expect(ended).toMatchObject([
      {
        state: "completed",
        outcome: "partial",
        products: 1,
        images: 2,
        distinct_images: 2,
        failed: 1,
        bytes_in: 10,
        bytes_out: 5,
        messages: 2,
        rounds: 1,
        deliveries: 1,
      },
    ]);
    const { duration_ms, finish_ms } = ended[0];
    expect(finish_ms).toBeGreaterThanOrEqual(0);
    expect(logged("delivery_attempted")).toMatchObject([{ job: id, kind: "webhook", state: "delivered", status: 204 }]);
    expect(written.join()).not.toMatch(/hidden/);
    expect(ANALYTICS.points).toMatchObject([
      {
        indexes: [id],
        blobs: ["job", "completed", "partial", null],
        doubles: [2, 10, 5, 1, duration_ms, finish_ms, 2, 1],
      },
      { indexes: [id], blobs: ["delivery", "webhook", "delivered", "job.partial", null] },
    ]);
  });
});
