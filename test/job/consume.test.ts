import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import worker from "../../src/index.ts";
import { consumeDeadLetters, consumeImages } from "../../src/job/consume.ts";
import { recordAndReport } from "../../src/job/report.ts";
import { failedOutcome } from "../../src/job/process.ts";
import { acceptWith, envWith, losingQueue, runAlarmAfter } from "../support/coordinators.ts";
import { catalogue, coordinatorOf, getImages, getJob, request, waitForEnd } from "../support/jobs.ts";
import { until } from "../support/until.ts";

const shop = "https://shop.example";

/** A job whose messages nobody sends: the test delivers them itself. */
async function acceptQuietly(...urls: string[]) {
  const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue(urls));
  await until(async () => (await getJob(job.id)).state === "processing");
  return job;
}

function batchOf(jobId: string, positions: number[], attempts = 1) {
  return createMessageBatch(
    "images",
    positions.map((position, index) => ({
      id: `${position}-${index}`,
      timestamp: new Date(),
      attempts,
      body: { job: jobId, position },
    })),
  );
}

async function deliver(batch: MessageBatch, using: Env = env) {
  const context = createExecutionContext();
  // The queue's own result does not tell delays.
  const delays: (number | undefined)[] = [];
  for (const message of batch.messages) {
    const retry = message.retry.bind(message);
    message.retry = (options) => {
      delays.push(options?.delaySeconds);
      retry(options);
    };
  }
  await consumeImages(batch, using);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, context);
  return { acked: explicitAcks, retried: retryMessages, delays };
}

describe("a message", () => {
  test("twice, in one batch and again later, changes nothing", async () => {
    const job = await acceptQuietly(`${shop}/photo.jpg`, `${shop}/missing.jpg`);

    const first = await deliver(batchOf(job.id, [1, 1]));
    const stored = await env.IMAGE_BUCKET.head(`image/${job.id}-1.jpg`);
    const second = await deliver(batchOf(job.id, [1]));

    expect([first.retried, second.retried]).toEqual([[], []]);
    expect(await getJob(job.id)).toMatchObject({ images_processed: 1, images_succeeded: 1 });
    const again = await env.IMAGE_BUCKET.head(`image/${job.id}-1.jpg`);
    expect(again?.uploaded).toEqual(stored?.uploaded);
  });

  test("whose outcome was recorded but never reported is reported, not processed again", async () => {
    const job = await acceptQuietly(`${shop}/photo.jpg`, `${shop}/missing.jpg`);
    await env.DB.prepare(
      'update images set outcome = \'failed\', failure = \'{"kind":"corrupt","reason":"x"}\' where job_id = ? and position = 1',
    )
      .bind(job.id)
      .run();

    await deliver(batchOf(job.id, [1]));

    expect(await getJob(job.id)).toMatchObject({ images_processed: 1, images_failed: 1 });
    expect(await env.IMAGE_BUCKET.head(`image/${job.id}-1.jpg`)).toBeNull();
  });

  test("of a cancelled job is dropped, and nothing is stored", async () => {
    const job = await acceptQuietly(`${shop}/photo.jpg`);
    await request(`/v1/jobs/${job.id}/cancel`, { method: "POST" });

    const { acked } = await deliver(batchOf(job.id, [1]));

    expect(acked).toHaveLength(1);
    expect((await getImages(job.id))[0]).toMatchObject({ outcome: null, output: null });
    expect(await env.IMAGE_BUCKET.head(`image/${job.id}-1.jpg`)).toBeNull();
  });

  test("of a job that nobody knows is dropped", async () => {
    const { acked, retried } = await deliver(batchOf(crypto.randomUUID(), [1]));

    expect([acked.length, retried.length]).toEqual([1, 0]);
  });

  test("that comes again to a cancelled job takes away what its first delivery stored", async () => {
    const job = await acceptQuietly(`${shop}/photo.jpg`, `${shop}/photo.jpg?seed=2`);
    await deliver(batchOf(job.id, [1]));
    await request(`/v1/jobs/${job.id}/cancel`, { method: "POST" });
    await waitForEnd(job.id);
    await env.IMAGE_BUCKET.put(`image/${job.id}-2.jpg`, "stored by a consumer that died");

    await deliver(batchOf(job.id, [1, 2], 2));

    expect(await env.IMAGE_BUCKET.head(`image/${job.id}-1.jpg`)).not.toBeNull();
    expect(await env.IMAGE_BUCKET.head(`image/${job.id}-2.jpg`)).toBeNull();
  });

  test("that comes again to a deleted job takes away what its first delivery stored", async () => {
    const id = crypto.randomUUID();
    await env.IMAGE_BUCKET.put(`image/${id}-1.webp`, "stored by a consumer that died");

    const { acked } = await deliver(batchOf(id, [1], 2));

    expect(acked).toHaveLength(1);
    expect(await env.IMAGE_BUCKET.head(`image/${id}-1.webp`)).toBeNull();
  });

  test.each([null, "text", {}, { job: 1, position: 1 }, { job: "a", position: 1.5 }])(
    "that cannot be read is dropped: %j",
    async (body) => {
      const batch = createMessageBatch("images", [{ id: "x", timestamp: new Date(), attempts: 1, body }]);

      expect(await deliver(batch)).toMatchObject({ acked: ["x"], retried: [] });
    },
  );

  test.each([
    [1, 10],
    [2, 60],
    [3, 300],
  ])("whose source fails for the moment at try %i comes again after %i s", async (tries, delaySeconds) => {
    const job = await acceptQuietly(`${shop}/busy.jpg`);
    for (let earlier = 1; earlier < tries; earlier++) await deliver(batchOf(job.id, [1], earlier));

    const { acked, delays } = await deliver(batchOf(job.id, [1], tries));

    expect(acked).toEqual([]);
    expect(delays).toEqual([delaySeconds]);
  });

  test("whose deliveries our own outages used up still has all its tries at the source", async () => {
    const job = await acceptQuietly(`${shop}/busy.jpg`);

    const { acked, delays } = await deliver(batchOf(job.id, [1], 9));

    expect(acked).toEqual([]);
    expect(delays).toEqual([10]);
  });

  test("that is put off does not count as lost while it waits", async () => {
    const job = await acceptQuietly(`${shop}/busy.jpg`);
    for (const attempt of [1, 2, 3]) await deliver(batchOf(job.id, [1], attempt));

    for (const seconds of [301, 590]) await runAlarmAfter(coordinatorOf(job.id), seconds);
    expect(await getJob(job.id)).toMatchObject({ state: "processing", images_processed: 0 });
    for (const seconds of [605, 910, 1215]) await runAlarmAfter(coordinatorOf(job.id), seconds);

    expect(await waitForEnd(job.id)).toMatchObject({ state: "failed" });
    expect((await getImages(job.id))[0]).toMatchObject({ code: "lost" });
  });

  test("whose source fails for the moment at the last try is failed", async () => {
    const job = await acceptQuietly(`${shop}/busy.jpg`);

    for (const attempt of [1, 2, 3, 4]) await deliver(batchOf(job.id, [1], attempt));

    expect((await getImages(job.id))[0]).toMatchObject({ outcome: "failed", code: "http_503", attempts: 4 });
  });
});

describe("a batch", () => {
  test("of no messages is nothing", async () => {
    await expect(worker.queue(createMessageBatch("images", []), env)).resolves.toBeUndefined();
    await expect(worker.queue(createMessageBatch("images-dead", []), env)).resolves.toBeUndefined();
  });

  test.each([
    ["the record cannot be read", { DB: { prepare: outOfReach } }],
    ["the outcome cannot be written", { DB: databaseWithoutUpdates() }],
    ["the image cannot be stored", { IMAGE_BUCKET: bucketWithoutPut() }],
    ["the coordinator cannot be reached", { COORDINATOR: { getByName: () => ({ report: outOfReach }) } }],
  ])("comes again when %s, and then counts once", async (_, broken) => {
    const job = await acceptQuietly(`${shop}/photo.jpg`, `${shop}/missing.jpg`);

    const failed = await deliver(batchOf(job.id, [1]), envWith(broken));
    const repeated = await deliver(batchOf(job.id, [1], 2));

    expect(failed).toMatchObject({ acked: [], delays: [5] });
    expect(repeated.retried).toEqual([]);
    expect(await getJob(job.id)).toMatchObject({ images_processed: 1, images_succeeded: 1 });
  });

  test.each([
    [1, [[1, 2, 3]]],
    [2, [[1], [2], [3]]],
    [3, [[3], [2], [1]]],
  ])("at attempt %i is recorded as %j", async (attempts, expected) => {
    const job = await acceptQuietly(`${shop}/1.jpg`, `${shop}/2.jpg`, `${shop}/3.jpg`);
    const reported: number[][] = [];
    const watched = envWith({
      COORDINATOR: {
        getByName: () => ({
          postpone: async () => {},
          report: async (outcomes: { position: number }[]) => {
            if (outcomes.length > 0) reported.push(outcomes.map((outcome) => outcome.position));
          },
        }),
      },
    });

    await deliver(batchOf(job.id, [1, 2, 3], attempts), watched);

    expect(reported).toEqual(expected);
  });
});

describe("a dead letter", () => {
  test("is reported as failed, so that its job ends", async () => {
    const job = await acceptQuietly(`${shop}/photo.jpg`);
    const batch = batchOf(job.id, [1], 11);

    await consumeDeadLetters(batch, env);

    const { explicitAcks } = await getQueueResult(batch, createExecutionContext());
    expect(explicitAcks).toHaveLength(1);
    expect(await waitForEnd(job.id)).toMatchObject({ state: "failed", images_failed: 1 });
    expect((await getImages(job.id))[0]).toMatchObject({ outcome: "failed", code: "internal", attempts: 11 });
  });

  test("of an image that has an outcome leaves it", async () => {
    const job = await acceptQuietly(`${shop}/photo.jpg`);
    await deliver(batchOf(job.id, [1]));

    await consumeDeadLetters(batchOf(job.id, [1], 11), env);

    expect(await waitForEnd(job.id)).toMatchObject({ state: "completed", images_succeeded: 1, images_failed: 0 });
  });

  test("comes again while the record is out of reach", async () => {
    const batch = batchOf(crypto.randomUUID(), [1], 11);

    await consumeDeadLetters(batch, envWith({ DB: { prepare: outOfReach } }));

    const { retryMessages } = await getQueueResult(batch, createExecutionContext());
    expect(retryMessages).toHaveLength(1);
  });
});

describe("recordAndReport", () => {
  test("deletes the object of an outcome that lost against the recorded one", async () => {
    const job = await acceptQuietly(`${shop}/photo.jpg`);
    const image = { jobId: job.id, position: 1, attempts: 1 };
    await recordAndReport(env, [failedOutcome(image, { kind: "lost" })]);
    await env.IMAGE_BUCKET.put(`image/${job.id}-1.jpg`, "late");

    await recordAndReport(env, [
      { ...failedOutcome(image, { kind: "lost" }), outcome: "compressed", failure: null, extension: "jpg" },
    ]);

    expect(await env.IMAGE_BUCKET.head(`image/${job.id}-1.jpg`)).toBeNull();
    expect((await getImages(job.id))[0]).toMatchObject({ outcome: "failed", code: "lost", output: null });
  });

  test("takes a batch of two jobs to both coordinators", async () => {
    const jobs = [await acceptQuietly(`${shop}/a.jpg`), await acceptQuietly(`${shop}/b.jpg`)];

    await recordAndReport(
      env,
      jobs.map((job) => failedOutcome({ jobId: job.id, position: 1, attempts: 1 }, { kind: "internal" })),
    );

    for (const job of jobs) {
      expect(await waitForEnd(job.id)).toMatchObject({ images_failed: 1 });
      expect(await coordinatorOf(job.id).snapshot()).toBeNull();
    }
  });
});

function outOfReach(): never {
  throw new Error("Network connection lost.");
}

function databaseWithoutUpdates() {
  return {
    prepare: (sql: string) => (sql.startsWith("update") ? outOfReach() : env.DB.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) => env.DB.batch(statements),
  };
}

function bucketWithoutPut() {
  return { get: (key: string) => env.IMAGE_BUCKET.get(key), put: outOfReach };
}
