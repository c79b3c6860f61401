import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { newProgress } from "../../src/job/progress.ts";
import { recordAndReport } from "../../src/job/report.ts";
import { listDeliveries } from "../../src/store/deliveries.ts";
import { findJob, markCancelled, markRetried, recordEnd } from "../../src/store/jobs.ts";
import { insertImages, recordOutcomes } from "../../src/store/images.ts";
import { acceptWith, losingQueue, recordedOutcome, replaceBindings, runAlarmAfter } from "../support/coordinators.ts";
import { catalogue, coordinatorOf, getImages, getJob, request, submit, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { until } from "../support/until.ts";

const shop = "https://shop.example";
const watchSeconds = 301;

describe("dispatch", () => {
  test("sends every position once, in order, as room comes free", async () => {
    const queue = losingQueue();
    const urls = Array.from({ length: 250 }, (_, index) => `${shop}/${index}.jpg`);
    const job = await acceptWith({ IMAGE_QUEUE: queue }, catalogue(urls));
    const coordinator = coordinatorOf(job.id);

    await until(() => queue.sent.length === 100);
    await coordinator.report(Array.from({ length: 100 }, (_, index) => recordedOutcome(index + 1)));
    await until(() => queue.sent.length === 200);
    await coordinator.report(Array.from({ length: 100 }, (_, index) => recordedOutcome(index + 101)));
    await until(() => queue.sent.length === 250);

    expect(queue.sent).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  });

  test("goes on where it stood after the queue was overloaded and the object evicted", async () => {
    const queue = losingQueue();
    let overloads = 0;
    const overloaded = {
      ...queue,
      sendBatch: async () => {
        overloads += 1;
        throw new Error("Queue is overloaded. Please back off.");
      },
    };
    const job = await acceptWith({ IMAGE_QUEUE: overloaded }, catalogue([`${shop}/a.jpg`, `${shop}/b.jpg`]));
    const coordinator = coordinatorOf(job.id);
    await until(() => overloads === 1);

    await evictDurableObject(coordinator);
    await replaceBindings(coordinator, { IMAGE_QUEUE: queue });
    await runAlarmAfter(coordinator, 3);

    expect(queue.sent).toEqual([1, 2]);
  });
});

describe("report", () => {
  test("twice changes nothing", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`, `${shop}/b.jpg`]));
    const coordinator = coordinatorOf(job.id);

    await coordinator.report([recordedOutcome(1)]);
    await coordinator.report([recordedOutcome(1, { outcome: "failed" }), recordedOutcome(1)]);

    expect(await getJob(job.id)).toMatchObject({ images_processed: 1, images_succeeded: 1, images_failed: 0 });
  });

  test("after the end changes nothing", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`]));
    const coordinator = coordinatorOf(job.id);
    await coordinator.report([recordedOutcome(1)]);
    const ended = await waitForEnd(job.id);

    await coordinator.report([recordedOutcome(1, { outcome: "failed" })]);

    expect(await getJob(job.id)).toEqual(ended);
  });
});

describe("watch", () => {
  test("dispatches again what stays silent, and the job ends well", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/photo.jpg`, `${shop}/logo.png`]));
    const coordinator = coordinatorOf(job.id);
    await until(async () => (await getJob(job.id)).state === "processing");
    await replaceBindings(coordinator, {});

    await runAlarmAfter(coordinator, watchSeconds);

    expect(await waitForEnd(job.id)).toMatchObject({ state: "completed", images_succeeded: 2 });
  });

  test("leaves a job alone before its time", async () => {
    const queue = losingQueue();
    const job = await acceptWith({ IMAGE_QUEUE: queue }, catalogue([`${shop}/a.jpg`]));
    await until(() => queue.sent.length === 1);

    await runAlarmAfter(coordinatorOf(job.id), watchSeconds - 10);

    expect(queue.sent).toEqual([1]);
  });

  test("waits on while the queue is merely long", async () => {
    const queue = losingQueue();
    const long = {
      ...queue,
      metrics: async () => ({ backlogCount: 9_000, backlogBytes: 1, oldestMessageTimestamp: new Date(1) }),
    };
    const job = await acceptWith({ IMAGE_QUEUE: long }, catalogue([`${shop}/a.jpg`]));
    await until(() => queue.sent.length === 1);

    for (const round of [1, 2, 3, 4]) await runAlarmAfter(coordinatorOf(job.id), round * watchSeconds);

    expect(queue.sent).toEqual([1]);
    expect(await getJob(job.id)).toMatchObject({ state: "processing" });
  });

  test("gives up what is silent after the last round, counted by its uses", async () => {
    const queue = losingQueue();
    const twice = `${shop}/a.jpg`;
    const job = await acceptWith({ IMAGE_QUEUE: queue }, catalogue([twice, `${shop}/b.jpg`], [twice]));
    await until(() => queue.sent.length === 2);

    for (const round of [1, 2, 3]) await runAlarmAfter(coordinatorOf(job.id), round * watchSeconds);

    expect(await waitForEnd(job.id)).toMatchObject({ state: "failed", images_total: 3, images_failed: 3 });
    expect(queue.sent).toEqual([1, 2, 1, 2, 1, 2]);
    expect((await getImages(job.id)).map((image) => image.code)).toEqual(["lost", "lost"]);
  });

  test("counts as the record says when an image was recorded but never reported", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`]));
    await env.DB.prepare("update images set outcome = 'kept_original', bytes_in = 7, bytes_out = 7 where job_id = ?")
      .bind(job.id)
      .run();

    for (const round of [1, 2, 3, 4]) await runAlarmAfter(coordinatorOf(job.id), round * watchSeconds);

    expect(await waitForEnd(job.id)).toMatchObject({ state: "completed", images_succeeded: 1, bytes_in: 7 });
  });
});

describe("cancel", () => {
  test("keeps what is done, drops the rest, tells the webhook, and repeats", async () => {
    const hook = "https://receiver.example/hook?box=cancelled";
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`, `${shop}/b.jpg`]), hook);
    await recordAndReport(env, [outcomeOf(job.id, 1)]);

    const answers = await Promise.all([1, 2].map(() => request(`/v1/jobs/${job.id}/cancel`, { method: "POST" })));

    expect(answers.map((answer) => answer.status)).toEqual([202, 202]);
    expect(await waitForEnd(job.id)).toMatchObject({ state: "cancelled", outcome: "partial", images_processed: 1 });
    const received = await until(async () => {
      const all: Json[] = await (await fetch("https://receiver.example/received?box=cancelled")).json();
      return all.length > 0 ? all : null;
    });
    expect(received.map((one) => JSON.parse(one.body).type)).toEqual(["job.cancelled"]);
  });

  test("that the record takes without an answer holds all the same", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`, `${shop}/b.jpg`]));
    const coordinator = coordinatorOf(job.id);
    await until(async () => (await getJob(job.id)).state === "processing");
    await replaceBindings(coordinator, { DB: databaseThatFailsOn('update "jobs" set "state" = ?, "updated_at"') });

    const broken = await request(`/v1/jobs/${job.id}/cancel`, { method: "POST" });
    await replaceBindings(coordinator, {});
    await markCancelled(env.DB, job.id, Date.now());
    await runAlarmAfter(coordinator, 10);

    expect(broken.status).toBe(500);
    expect(await waitForEnd(job.id)).toMatchObject({ state: "cancelled", images_processed: 0 });
  });

  test("counts an image that was recorded but not reported in time", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`, `${shop}/b.jpg`]));
    await until(async () => (await getJob(job.id)).state === "processing");
    await recordOutcomes(env.DB, [outcomeOf(job.id, 2)]);

    await request(`/v1/jobs/${job.id}/cancel`, { method: "POST" });

    const counts = { images_processed: 1, images_succeeded: 1, bytes_in: 10, bytes_out: 5 };
    expect(await waitForEnd(job.id)).toMatchObject({ state: "cancelled", ...counts });
  });

  test("deletes what was stored and never recorded", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`, `${shop}/b.jpg`]));
    for (const position of [1, 2]) await env.IMAGE_BUCKET.put(`image/${job.id}-${position}.jpg`, "picture");
    await recordAndReport(env, [outcomeOf(job.id, 1)]);

    await request(`/v1/jobs/${job.id}/cancel`, { method: "POST" });
    await waitForEnd(job.id);

    const { objects } = await env.IMAGE_BUCKET.list({ prefix: `image/${job.id}` });
    expect(objects.map(({ key }) => key)).toEqual([`image/${job.id}-1.jpg`]);
  });

  test("leaves the counts in sight until they are written", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`, `${shop}/b.jpg`]));
    const coordinator = coordinatorOf(job.id);
    await until(async () => (await getJob(job.id)).state === "processing");
    await recordAndReport(env, [outcomeOf(job.id, 1)]);
    await replaceBindings(coordinator, { FILE_BUCKET: bucketThatCannotPut() });

    await request(`/v1/jobs/${job.id}/cancel`, { method: "POST" });
    await runAlarmAfter(coordinator, 0);

    const stopping = await getJob(job.id);
    expect(stopping).toMatchObject({ state: "cancelled", completed_at: null, images_processed: 1 });
    await replaceBindings(coordinator, {});
    await runAlarmAfter(coordinator, 10);
    expect(await waitForEnd(job.id)).toMatchObject({ state: "cancelled", images_processed: 1 });
  });
});

describe("finish", () => {
  test.each([
    ["the output CSV is written", { FILE_BUCKET: bucketThatCannotPut() }],
    ["the totals are recorded", { DB: databaseThatFailsOn('update "jobs" set "state" = ?, "outcome"') }],
    ["the webhook is recorded", { DB: databaseThatFailsOn('insert into "deliveries"') }],
  ])("goes on after a failure before %s, and announces the end once", async (step, broken) => {
    const box = `finish-${step.replaceAll(" ", "-")}`;
    const job = await acceptWith(
      { IMAGE_QUEUE: losingQueue() },
      catalogue([`${shop}/a.jpg`]),
      `https://receiver.example/hook?box=${box}`,
    );
    const coordinator = coordinatorOf(job.id);
    await until(async () => (await getJob(job.id)).state === "processing");
    await replaceBindings(coordinator, broken);
    await coordinator.report([recordedOutcome(1)]);
    await runAlarmAfter(coordinator, 0);

    await evictDurableObject(coordinator);
    await runAlarmAfter(coordinator, 10);
    const ended = await waitForEnd(job.id);
    await runAlarmAfter(coordinator, 10);

    expect(ended).toMatchObject({ state: "completed", images_succeeded: 1 });
    const received: Json[] = await (await fetch(`https://receiver.example/received?box=${box}`)).json();
    expect(received.map((one) => one.id)).toEqual([`msg_${job.id}_1`]);
    expect(await listDeliveries(env.DB, job.id)).toMatchObject([{ state: "delivered", attempts: [{ status: 204 }] }]);
  });
});

describe("a retry", () => {
  test("whose mark on the record comes late leaves the job that ended anew", async () => {
    const { id } = await submit(catalogue([`${shop}/missing.jpg`]));
    await waitForEnd(id);
    const before = (await findJob(env.DB, id))?.completedAt ?? 0;
    const end = {
      state: "failed",
      outcome: "none",
      imagesSucceeded: 0,
      imagesFailed: 1,
      imagesReused: 0,
      bytesIn: 0,
      bytesOut: 0,
    } as const;
    await recordEnd(env.DB, id, { ...end, completedAt: before + 5_000, expiresAt: before + 10_000 });

    await markRetried(env.DB, id, before, before + 6_000);

    expect(await findJob(env.DB, id)).toMatchObject({ state: "failed", completedAt: before + 5_000 });
  });
});

describe("an upload that broke off", () => {
  test("before its job row was written is cleared away", async () => {
    const id = crypto.randomUUID();
    const coordinator = coordinatorOf(id);
    await coordinator.prepare({ jobId: id, origin: "", imageBaseUrl: "", images: 1, imagesTotal: 1 });
    await insertImages(env.DB, id, [{ position: 1, url: `${shop}/a.jpg`, uses: 1 }]);

    await runAlarmAfter(coordinator, 601);

    const { results } = await env.DB.prepare("select * from images where job_id = ?").bind(id).all();
    expect(results).toEqual([]);
    expect(await coordinator.start()).toBe(false);
  });

  test("after its job row was written is started all the same", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/photo.jpg`]));
    const id = crypto.randomUUID();
    const coordinator = coordinatorOf(id);
    await coordinator.prepare({ jobId: id, origin: "", imageBaseUrl: "", images: 1, imagesTotal: 1 });
    await env.DB.prepare("insert into images (job_id, position, url, uses) values (?, 1, ?, 1)")
      .bind(id, `${shop}/photo.jpg`)
      .run();
    const file = await env.FILE_BUCKET.get(`products/${job.id}.ndjson`);
    await env.FILE_BUCKET.put(`products/${id}.ndjson`, (await file?.text()) ?? "");
    const columns =
      "dialect, state, options, origin, image_base_url, products, images, images_total, warnings, created_at, updated_at";
    await env.DB.prepare(
      `insert into jobs (id, ${columns}) select ?, ${columns.replace("state", "'queued'")} from jobs where id = ?`,
    )
      .bind(id, job.id)
      .run();

    await runAlarmAfter(coordinator, 16);

    expect(await waitForEnd(id)).toMatchObject({ state: "completed" });
  });
});

test("the state of a job of 50,000 images fits one stored value", async () => {
  const id = crypto.randomUUID();

  const bytes = await runInDurableObject(coordinatorOf(id), (_instance, state) => {
    state.storage.kv.put("state", newProgress(50_000, 50_000));
    return state.storage.sql.databaseSize;
  });

  expect(bytes).toBeLessThan(100_000);
});

test("a job that is unknown to its coordinator is left as it is", async () => {
  const { id } = await submit(catalogue([`${shop}/photo.jpg`]));
  await waitForEnd(id);
  expect(await findJob(env.DB, id)).toMatchObject({ state: "completed" });
  expect(await coordinatorOf(crypto.randomUUID()).snapshot()).toBeNull();
});

/** Of an image that is stored. */
function outcomeOf(jobId: string, position: number) {
  return recordedOutcome(position, { jobId, extension: "jpg" });
}

function bucketThatCannotPut() {
  return {
    get: (key: string) => env.FILE_BUCKET.get(key),
    put: () => Promise.reject(new Error("R2 is out of reach")),
  };
}

function databaseThatFailsOn(beginning: string) {
  return {
    prepare(sql: string) {
      if (sql.startsWith(beginning)) throw new Error("Network connection lost.");
      return env.DB.prepare(sql);
    },
  };
}
