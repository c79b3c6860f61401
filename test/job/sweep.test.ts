import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import worker from "../../src/index.ts";
import { sweep } from "../../src/job/sweep.ts";
import { insertImages } from "../../src/store/images.ts";
import {
  acceptWith,
  envWith,
  losingQueue,
  recordedOutcome,
  replaceBindings,
  runAlarmAfter,
} from "../support/coordinators.ts";
import { catalogue, coordinatorOf, getImages, getJob, request, submit, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { until } from "../support/until.ts";

const shop = "https://shop.example";
const config = readConfig(env);
const minuteMs = 60_000;
const dayMs = 86_400_000;

function sweepAfter(ms: number) {
  return sweep(env, config, Date.now() + ms);
}

/** A job whose images are on a queue that delivers none, past its start. */
async function acceptSilent(paths: string[], webhookUrl: string | null = null) {
  const queue = losingQueue();
  const job = await acceptWith({ IMAGE_QUEUE: queue }, catalogue(paths.map((path) => `${shop}/${path}`)), webhookUrl);
  await until(async () => (await getJob(job.id)).state === "processing" && queue.sent.length === paths.length);
  return { job, coordinator: coordinatorOf(job.id) };
}

describe("a job that stands still", () => {
  test("because its alarm is lost ends after the sweep", async () => {
    const { job, coordinator } = await acceptSilent(["photo.jpg"]);
    await replaceBindings(coordinator, {});
    await runInDurableObject(coordinator, async (instance, state) => {
      // As if it had been silent for as long as the sweeper thinks.
      const remembered = state.storage.kv.get<Json>("state");
      Object.assign(Reflect.get(instance, "state"), { ...remembered, lastNewsAt: 0, quietUntil: 0 });
      await state.storage.deleteAlarm();
    });

    await sweepAfter(6 * minuteMs);

    expect(await waitForEnd(job.id)).toMatchObject({ state: "completed", images_succeeded: 1 });
  });

  test("because its coordinator has lost everything goes on from the record, and ends", async () => {
    const { job, coordinator } = await acceptSilent(["photo.jpg", "gone.jpg", "logo.png"]);
    await env.DB.prepare(
      "update images set outcome = 'kept_original', bytes_in = 7, bytes_out = 7 where job_id = ? and position = 2",
    )
      .bind(job.id)
      .run();
    await loseMemory(job.id);
    expect(await coordinator.snapshot()).toBeNull();

    await sweepAfter(6 * minuteMs);

    expect(await waitForEnd(job.id)).toMatchObject({ state: "completed", images_succeeded: 3, images_failed: 0 });
    expect((await getImages(job.id)).map((image) => image.outcome)).toEqual([
      "compressed",
      "kept_original",
      "compressed",
    ]);
  });

  test("because the database was taken back to before its end is taken up from the record, and ends anew", async () => {
    const box = crypto.randomUUID();
    const hook = `https://receiver.example/hook?box=${box}`;
    const { id } = await submit(catalogue([`${shop}/photo.jpg`, `${shop}/logo.png`]), { webhook_url: hook });
    await waitForEnd(id);
    const received = async (): Promise<Json[]> =>
      (await fetch(`https://receiver.example/received?box=${box}`)).json<Json[]>();
    await until(async () => (await received()).length === 1);
    await env.DB.batch(
      [
        "update jobs set state = 'processing', outcome = null, completed_at = null, expires_at = null where id = ?",
        "update images set outcome = null, extension = null where position = 2 and job_id = ?",
        "delete from deliveries where job_id = ?",
      ].map((sql) => env.DB.prepare(sql).bind(id)),
    );

    await sweepAfter(6 * minuteMs);

    expect(await waitForEnd(id)).toMatchObject({ state: "completed", images_succeeded: 2, images_processed: 2 });
    expect((await getImages(id)).map((image) => image.outcome)).toEqual(["compressed", "compressed"]);
    await until(async () => (await received()).length === 2);
    expect((await received()).map((message) => message.id)).toEqual([`msg_${id}_1`, `msg_${id}_2`]);
  });

  test("because the database was taken back to before its upload is cleared away", async () => {
    const { id } = await submit(catalogue([`${shop}/photo.jpg`]));
    await waitForEnd(id);
    await env.DB.batch(
      ["delete from jobs where id = ?", "delete from images where job_id = ?"].map((sql) =>
        env.DB.prepare(sql).bind(id),
      ),
    );

    await sweepAfter(2 * dayMs);

    await until(async () => (await env.FILE_BUCKET.head(`input/${id}.csv`)) === null);
    await until(async () => (await env.IMAGE_BUCKET.list({ prefix: `image/${id}` })).objects.length === 0);
    expect((await request(`/v1/jobs/${id}`)).status).toBe(404);
  });

  test("because its coordinator lost everything after a cancel ends as cancelled", async () => {
    const { job, coordinator } = await acceptSilent(["photo.jpg"]);
    await replaceBindings(coordinator, { FILE_BUCKET: { get: () => Promise.reject(new Error("R2 is out of reach")) } });
    await coordinator.cancel();
    await runAlarmAfter(coordinator, 0);
    await loseMemory(job.id);

    await sweepAfter(6 * minuteMs);

    expect(await waitForEnd(job.id)).toMatchObject({ state: "cancelled" });
  });

  test("in its second run is announced under an id of that run", async () => {
    const hook = "https://receiver.example/hook?box=second-run";
    const { id } = await submit(catalogue([`${shop}/missing.jpg`]), { webhook_url: hook });
    await waitForEnd(id);
    const deliveries = async () => (await (await request(`/v1/jobs/${id}/deliveries`)).json<Json>()).deliveries;
    await until(async () => (await deliveries())[0]?.state === "delivered");
    await replaceBindings(coordinatorOf(id), { IMAGE_QUEUE: losingQueue() });
    await request(`/v1/jobs/${id}/retry`, { method: "POST" });
    await until(async () => (await getImages(id))[0]?.outcome === null);
    await loseMemory(id);

    await sweepAfter(6 * minuteMs);
    await waitForEnd(id);

    await until(async () => (await deliveries()).length === 2);
    expect((await deliveries()).map((one: Json) => one.id)).toEqual([`msg_${id}_1`, `msg_${id}_2`]);
  });
});

test("a job that was heard of a moment ago is left alone", async () => {
  const { job, coordinator } = await acceptSilent(["photo.jpg"]);
  await coordinator.report([recordedOutcome(7)]);
  await runInDurableObject(coordinator, (_, state) => state.storage.deleteAlarm());

  await sweepAfter(0);

  expect(await runInDurableObject(coordinator, (_, state) => state.storage.getAlarm())).toBeNull();
  await request(`/v1/jobs/${job.id}`, { method: "DELETE" });
});

describe("a job whose time is over", () => {
  test("says when that is from its end on, and is taken away then and not before", async () => {
    const { id, ...accepted } = await submit(catalogue([`${shop}/photo.jpg`, `${shop}/missing.jpg`]));
    const ended = await waitForEnd(id);
    const lifetime = Date.parse(ended.expires_at) - Date.parse(ended.completed_at);

    await sweepAfter(lifetime - minuteMs);
    const before = (await request(`/v1/jobs/${id}`)).status;
    await sweepAfter(lifetime + minuteMs);

    expect(accepted.expires_at).toBeNull();
    expect(lifetime).toBe(30 * dayMs);
    expect(before).toBe(200);
    expect((await request(`/v1/jobs/${id}`)).status).toBe(404);
    await until(async () => (await env.FILE_BUCKET.head(`output/${id}.csv`)) === null);
    await until(async () => (await imageRows(id)) === 0);
    expect((await env.IMAGE_BUCKET.list({ prefix: `image/${id}` })).objects).toEqual([]);
  });

  test("is not taken away while a retry runs", async () => {
    const { id } = await submit(catalogue([`${shop}/missing.jpg`]));
    await waitForEnd(id);
    await replaceBindings(coordinatorOf(id), { IMAGE_QUEUE: losingQueue() });
    await request(`/v1/jobs/${id}/retry`, { method: "POST" });

    await sweepAfter(31 * dayMs);

    expect(await getJob(id)).toMatchObject({ state: "processing", expires_at: null });
    await request(`/v1/jobs/${id}`, { method: "DELETE" });
  });

  test("goes with a thousand others in ten steps, and the rest with the next run", async () => {
    const { id } = await submit(catalogue([`${shop}/missing.jpg`]));
    await waitForEnd(id);
    await env.DB.prepare("delete from jobs where id <> ?").bind(id).run();
    const ids = Array.from({ length: 1_050 }, () => crypto.randomUUID());
    const columns =
      "dialect, state, options, origin, image_base_url, products, images, images_total, warnings, created_at, updated_at, completed_at";
    await env.DB.prepare(
      `insert into jobs (id, ${columns}, expires_at)
       select value, ${columns}, 1000 + key from json_each(?1), jobs where jobs.id = ?2`,
    )
      .bind(JSON.stringify(ids), id)
      .run();
    const told: string[] = [];
    const counting = envWith({
      COORDINATOR: {
        getByName: (name: string) => ({ discard: async () => void told.push(name), revisit: async () => {} }),
      },
    });
    const jobs = async () =>
      (await env.DB.prepare("select count(*) as left from jobs").first<{ left: number }>())?.left;

    const first = await sweep(counting, config, Date.now());
    const left = await jobs();
    const second = await sweep(counting, config, Date.now());

    expect([first.expired, left, second.expired, await jobs()]).toEqual([1_000, 51, 50, 1]);
    expect(first.steps - second.steps).toBe(9);
    expect(told).toEqual(ids);
  });
});

describe("an upload that never became a job", () => {
  test("is cleared away with its rows and files, though its coordinator knows nothing of it", async () => {
    const id = crypto.randomUUID();
    await insertImages(env.DB, id, [{ position: 1, url: `${shop}/a.jpg`, uses: 1 }]);
    await env.FILE_BUCKET.put(`input/${id}.csv`, "S. No.");

    await sweepAfter(0);

    await vi.waitFor(async () => {
      expect(await imageRows(id)).toBe(0);
      expect(await env.FILE_BUCKET.head(`input/${id}.csv`)).toBeNull();
    });
  });

  test("is cleared away after a day when it left nothing but a file", async () => {
    const id = crypto.randomUUID();
    await env.FILE_BUCKET.put(`input/${id}.csv`, "S. No.");

    await sweepAfter(dayMs - minuteMs);
    const before = await env.FILE_BUCKET.head(`input/${id}.csv`);
    await sweepAfter(dayMs + minuteMs);

    expect(before).not.toBeNull();
    await until(async () => (await env.FILE_BUCKET.head(`input/${id}.csv`)) === null);
  });

  test("is left alone while it is under way", async () => {
    const id = crypto.randomUUID();
    await coordinatorOf(id).prepare({ jobId: id, origin: "", imageBaseUrl: "", images: 1, imagesTotal: 1 });
    await insertImages(env.DB, id, [{ position: 1, url: `${shop}/a.jpg`, uses: 1 }]);

    await sweepAfter(0);
    await runDurableObjectAlarm(coordinatorOf(id));

    expect(await imageRows(id)).toBe(1);
    expect(await coordinatorOf(id).start()).toBe(true);
  });
});

test("a walk goes on where the run before it stopped, and begins anew at its end", async () => {
  const ids = Array.from({ length: 1_001 }, (_, index) => `job-${String(index).padStart(4, "0")}`);
  await env.DB.prepare("delete from images").run();
  await env.DB.prepare("insert into images (job_id, position, url, uses) select value, 1, '', 1 from json_each(?)")
    .bind(JSON.stringify(ids))
    .run();
  const told: string[] = [];
  const counting = envWith({
    COORDINATOR: { getByName: (name: string) => ({ revisit: async () => void told.push(name) }) },
  });

  const rounds: number[] = [];
  for (let round = 0; round < 3; round++) {
    told.length = 0;
    await sweep(counting, config, Date.now());
    rounds.push(told.filter((name) => name.startsWith("job-")).length);
  }
  await env.DB.batch([env.DB.prepare("delete from images"), env.DB.prepare("delete from sweep_marks")]);

  expect(rounds).toEqual([1_000, 1, 1_000]);
});

test("the cron is what sweeps", async () => {
  const id = crypto.randomUUID();
  await insertImages(env.DB, id, [{ position: 1, url: `${shop}/a.jpg`, uses: 1 }]);

  await worker.scheduled({ scheduledTime: Date.now(), cron: "*/15 * * * *", noRetry: () => {} }, env);

  await vi.waitFor(async () => expect(await imageRows(id)).toBe(0));
});

async function imageRows(jobId: string): Promise<number> {
  const row = await env.DB.prepare("select count(*) as rows from images where job_id = ?")
    .bind(jobId)
    .first<{ rows: number }>();
  return row?.rows ?? Number.NaN;
}

/** As if the coordinator's storage had never been. */
async function loseMemory(jobId: string): Promise<void> {
  await runInDurableObject(coordinatorOf(jobId), (_, state) => state.storage.deleteAll());
  await evictDurableObject(coordinatorOf(jobId));
}
