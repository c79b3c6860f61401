import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { acceptWith, losingQueue, recordedOutcome } from "../support/coordinators.ts";
import { catalogue, coordinatorOf, getImages, getJob, request, submit, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { until } from "../support/until.ts";

const shop = "https://shop.example";
const receiver = "https://receiver.example";

async function receivedBy(box: string): Promise<Json[]> {
  return (await fetch(`${receiver}/received?box=${box}`)).json();
}

function post(path: string) {
  return request(path, { method: "POST" });
}

describe("POST /v1/jobs/{id}/retry", () => {
  test("sends only the failed images through again, and the job ends again, with a webhook of its own", async () => {
    const box = crypto.randomUUID();
    const flaky = `${shop}/recovers.jpg?box=${box}`;
    const { id } = await submit(catalogue([`${shop}/photo.jpg`, flaky, flaky, `${shop}/missing.jpg`]), {
      webhook_url: `${receiver}/hook?box=${box}`,
    });
    expect(await waitForEnd(id)).toMatchObject({ outcome: "partial", images_succeeded: 1, images_failed: 3 });
    const untouched = await env.IMAGE_BUCKET.head(`image/${id}-1.jpg`);

    const answers = await Promise.all([post(`/v1/jobs/${id}/retry`), post(`/v1/jobs/${id}/retry`)]);
    const again = await waitForEnd(id);

    expect(answers.map((answer) => answer.status)).toEqual([202, 202]);
    expect(await answers[0]?.json()).toMatchObject({ state: "processing", outcome: null, completed_at: null });
    expect(again).toMatchObject({ state: "completed", images_total: 4, images_succeeded: 3, images_failed: 1 });
    expect((await getImages(id)).map((image) => image.outcome)).toEqual(["compressed", "compressed", "failed"]);
    expect((await env.IMAGE_BUCKET.head(`image/${id}-1.jpg`))?.uploaded).toEqual(untouched?.uploaded);
    const output = await (await request(`/v1/jobs/${id}/output.csv`)).text();
    expect(output).toContain(`-2.jpg`);
    await until(async () => (await receivedBy(box)).length === 2);
    expect((await receivedBy(box)).map((hook) => hook.id)).toEqual([`msg_${id}_1`, `msg_${id}_2`]);
  });

  test("of a job without failures, or one that runs, changes nothing", async () => {
    const { id } = await submit(catalogue([`${shop}/photo.jpg`]));
    const running = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`]));
    const ended = await waitForEnd(id);

    const answer = await post(`/v1/jobs/${id}/retry`);

    expect([answer.status, (await post(`/v1/jobs/${running.id}/retry`)).status]).toEqual([202, 202]);
    expect(await answer.json()).toEqual(ended);
    expect(await getJob(running.id)).toMatchObject({ completed_at: null, images_processed: 0 });
  });

  test("of a cancelled job is refused", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`]));
    await post(`/v1/jobs/${job.id}/cancel`);
    await waitForEnd(job.id);

    const answer = await post(`/v1/jobs/${job.id}/retry`);

    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: "job_cancelled" });
  });
});

describe("DELETE /v1/jobs/{id}", () => {
  test("takes away the files, the rows and what the coordinator knew", async () => {
    const { id } = await submit(catalogue([`${shop}/photo.jpg`, `${shop}/missing.jpg`]), {
      webhook_url: `${receiver}/hook?box=deleted`,
    });
    await waitForEnd(id);

    const answer = await request(`/v1/jobs/${id}`, { method: "DELETE" });

    expect(answer.status).toBe(204);
    expect((await request(`/v1/jobs/${id}`)).status).toBe(404);
    expect((await request(`/v1/jobs/${id}`, { method: "DELETE" })).status).toBe(404);
    await until(async () => (await env.FILE_BUCKET.head(`output/${id}.csv`)) === null);
    await until(() =>
      runInDurableObject(coordinatorOf(id), async (_, state) => (await state.storage.list()).size === 0),
    );
    for (const key of [`input/${id}.csv`, `products/${id}.ndjson`]) expect(await env.FILE_BUCKET.head(key)).toBeNull();
    expect((await env.IMAGE_BUCKET.list({ prefix: `image/${id}` })).objects).toEqual([]);
    for (const table of ["images", "deliveries"]) {
      const { results } = await env.DB.prepare(`select * from ${table} where job_id = ?`).bind(id).all();
      expect(results).toEqual([]);
    }
  });

  test("stops a job that runs; what comes in late leaves nothing behind", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`]));

    await request(`/v1/jobs/${job.id}`, { method: "DELETE" });
    await coordinatorOf(job.id).report([recordedOutcome(1)]);

    await until(async () => (await env.FILE_BUCKET.head(`input/${job.id}.csv`)) === null);
    expect((await request(`/v1/jobs/${job.id}`)).status).toBe(404);
  });
});

describe("GET /v1/jobs", () => {
  test("lists the newest first, in pages and by state", async () => {
    const ids: string[] = [];
    for (const path of ["photo.jpg", "missing.jpg", "photo.jpg?2"]) {
      const { id } = await submit(catalogue([`${shop}/${path}`]));
      await waitForEnd(id);
      ids.unshift(id);
    }
    const page = async (query: string) => (await request(`/v1/jobs?${query}`)).json<Json>();

    const first = await page("limit=2");
    const second = await page(`limit=2&cursor=${first.next_cursor}`);
    const failed = await page("state=failed&limit=1");

    expect(first.jobs.map((job: Json) => job.id)).toEqual(ids.slice(0, 2));
    expect(second.jobs[0].id).toBe(ids[2]);
    expect(failed.jobs[0].id).toBe(ids[1]);
  });

  test.each(["limit=0", "limit=101", "cursor=x", "state=good"])("refuses %s", async (query) => {
    expect((await request(`/v1/jobs?${query}`)).status).toBe(400);
  });
});

describe("deliveries", () => {
  test("are listed with every attempt, and made again on request", async () => {
    const { id } = await submit(catalogue([`${shop}/photo.jpg`]), { webhook_url: `${receiver}/hook?box=again` });
    await waitForEnd(id);
    const list = async () => (await (await request(`/v1/jobs/${id}/deliveries`)).json<Json>()).deliveries;
    const [delivery] = await until(async () => ((await list()).length > 0 ? list() : null));

    const answer = await post(`/v1/jobs/${id}/deliveries/${delivery.id}/redeliver`);

    expect(delivery).toMatchObject({
      event: "job.completed",
      state: "delivered",
      next_attempt_at: null,
      attempts: [{ status: 204, error: null }],
    });
    expect(answer.status).toBe(202);
    await until(async () => (await receivedBy("again")).length === 2);
    expect(new Set((await receivedBy("again")).map((hook) => hook.id)).size).toBe(1);
    expect((await post(`/v1/jobs/${id}/deliveries/msg_other/redeliver`)).status).toBe(404);
  });
});

describe("polling a job", () => {
  test("costs a 304 while nothing has changed", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/a.jpg`, `${shop}/b.jpg`]));
    await until(async () => (await getJob(job.id)).state === "processing");
    const etag = (await request(`/v1/jobs/${job.id}`)).headers.get("etag") ?? "";
    const ask = () => request(`/v1/jobs/${job.id}`, { headers: { "if-none-match": etag } });

    const unchanged = await ask();
    await coordinatorOf(job.id).report([recordedOutcome(1)]);
    const changed = await ask();

    expect(etag).toMatch(/^W\/"/);
    expect([unchanged.status, changed.status]).toEqual([304, 200]);
  });
});
