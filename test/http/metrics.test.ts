import { env } from "cloudflare:workers";
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import packageJson from "../../package.json";
import { consumeImages } from "../../src/job/consume.ts";
import { findJob } from "../../src/store/jobs.ts";
import { acceptWith, losingQueue } from "../support/coordinators.ts";
import { catalogue, getJob, request, submit, waitForEnd } from "../support/jobs.ts";
import { callAs, newKey } from "../support/keys.ts";
import { parsePrometheus } from "../support/prometheus.ts";
import { until } from "../support/until.ts";

const shop = "https://shop.example";
const token = "t".repeat(24);

async function scrape(): Promise<Map<string, number>> {
  const response = await request("/metrics");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return parsePrometheus(await response.text());
}

/** The series that have changed, and by how much. */
function changes(before: Map<string, number>, after: Map<string, number>): Record<string, number> {
  const changed = Array.from(after, ([series, value]) => [series, value - (before.get(series) ?? 0)] as const);
  return Object.fromEntries(changed.filter(([series, by]) => by !== 0 && series.includes("_total")));
}

describe("GET /metrics", () => {
  test("tells a job from its beginning to its end, and does not take it back when the job is deleted", async () => {
    const before = await scrape();
    const { id } = await submit(catalogue([`${shop}/photo.jpg`, `${shop}/missing.jpg`, `${shop}/photo.jpg`]), {
      webhook_url: `https://receiver.example/hook?box=${crypto.randomUUID()}`,
    });
    const job = await waitForEnd(id);
    const delivered = 'halftone_delivery_attempts_total{kind="webhook",result="delivered"}';
    await until(async () => (await scrape()).get(delivered) !== before.get(delivered));
    const after = await scrape();
    await request(`/v1/jobs/${id}`, { method: "DELETE" });
    await until(async () => (await env.FILE_BUCKET.head(`input/${id}.csv`)) === null);
    const deleted = await scrape();

    expect(await findJob(env.DB, id)).toBeNull();
    expect(changes(before, after)).toEqual({
      halftone_jobs_accepted_total: 1,
      'halftone_jobs_ended_total{state="completed"}': 1,
      'halftone_images_total{outcome="compressed",code=""}': 1,
      'halftone_images_total{outcome="failed",code="http_404"}': 1,
      'halftone_image_source_bytes_total{outcome="compressed"}': job.bytes_in,
      'halftone_image_output_bytes_total{outcome="compressed"}': job.bytes_out,
      [delivered]: 1,
    });
    expect(changes(after, deleted)).toEqual({});
  });

  test("counts an image once when its message repeats", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/photo.jpg`, `${shop}/b.jpg`]));
    await until(async () => (await getJob(job.id)).state === "processing");
    const before = await scrape();

    for (const positions of [[1, 1], [1]]) {
      const messages = positions.map((position, index) => ({
        id: String(index),
        timestamp: new Date(),
        attempts: 1,
        body: { job: job.id, position },
      }));
      const batch = createMessageBatch("images", messages);
      await consumeImages(batch, env);
      await getQueueResult(batch, createExecutionContext());
    }

    expect(changes(before, await scrape())).toMatchObject({ 'halftone_images_total{outcome="compressed",code=""}': 1 });
  });

  test("tells how many jobs run", async () => {
    const running = 'halftone_jobs_unended{state="processing"}';
    const before = (await scrape()).get(running) ?? 0;
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([`${shop}/photo.jpg`]));
    await until(async () => (await getJob(job.id)).state === "processing");

    expect((await scrape()).get(running)).toBe(before + 1);
  });

  test("tells the backlog of the queue and which Halftone it is", async () => {
    const series = await scrape();

    expect([...series.keys()]).toEqual(
      expect.arrayContaining(["halftone_queue_messages", "halftone_queue_bytes", "halftone_queue_oldest_age_seconds"]),
    );
    expect([...series.keys()].find((name) => name.startsWith("halftone_build_info"))).toContain(
      `version="${packageJson.version}"`,
    );
  });

  test("leaves the backlog out where the queue does not tell", async () => {
    const silent = { metrics: () => Promise.reject(new Error("no metrics")) };

    const response = await callAs(null, "/metrics", {}, { AUTH: "open", IMAGE_QUEUE: silent });

    const series = [...parsePrometheus(await response.text()).keys()];
    expect(series).toContain("halftone_jobs_accepted_total");
    expect(series.filter((name) => name.startsWith("halftone_queue"))).toEqual([]);
  });
});

describe("the numbers of all jobs", () => {
  test("are shown for METRICS_TOKEN", async () => {
    expect((await callAs(token, "/metrics", {}, { METRICS_TOKEN: token })).status).toBe(200);
  });

  test.each([
    ["no token", async () => null],
    ["an empty token", async () => ""],
    ["another token", async () => "u".repeat(24)],
    ["the token and more", async () => `${token}t`],
    ["its beginning", async () => token.slice(1)],
    ["an API key", async () => (await newKey()).key],
  ])("are refused to %s", async (_, make) => {
    const response = await callAs(await make(), "/metrics", {}, { METRICS_TOKEN: token });

    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer realm="halftone"/);
    expect(await response.json()).toMatchObject({ code: "metrics_token_needed" });
  });

  test("are shown to nobody where no token is set", async () => {
    for (const given of [null, "", token, (await newKey()).key]) {
      expect((await callAs(given, "/metrics")).status).toBe(401);
    }
  });

  test("are shown to everybody where no keys are asked for, unless a token is set", async () => {
    expect((await callAs(null, "/metrics", {}, { AUTH: "open" })).status).toBe(200);
    expect((await callAs(null, "/metrics", {}, { AUTH: "open", METRICS_TOKEN: token })).status).toBe(401);
  });

  test("open nothing else", async () => {
    expect((await callAs(token, "/v1/jobs", {}, { METRICS_TOKEN: token })).status).toBe(401);
  });
});
