import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { nextAttemptAt, scheduleSeconds } from "../../src/job/delivery.ts";
import { listDeliveries } from "../../src/store/deliveries.ts";
import { acceptWith, losingQueue, recordedOutcome, runAlarmAfter } from "../support/coordinators.ts";
import { catalogue, coordinatorOf, csvForm, request, submit, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { until } from "../support/until.ts";

describe("nextAttemptAt", () => {
  const quiet = { retryAfterSeconds: null };

  test("makes ten attempts in 75.6 hours", () => {
    const waits = scheduleSeconds.map((_, attempts) => waitAfter(attempts, quiet, 0.5));

    expect(waits).toEqual([0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    expect(nextAttemptAt(10, quiet, 0.5)).toBeNull();
  });

  test("spreads each wait by a tenth either way", () => {
    expect([waitAfter(2, quiet, 0), waitAfter(2, quiet, 1)]).toEqual([270, 330]);
  });

  test("waits as long as the receiver asks, but not less than planned and not beyond a day", () => {
    expect(waitAfter(1, { retryAfterSeconds: 60 }, 0.5)).toBe(60);
    expect(waitAfter(2, { retryAfterSeconds: 60 }, 0.5)).toBe(300);
    expect(waitAfter(1, { retryAfterSeconds: 9_999_999 }, 0.5)).toBe(86_400);
  });
});

describe("a webhook", () => {
  test("whose receiver fails twice arrives with the third attempt, the same in id and body", async () => {
    const csv = catalogue(["https://shop.example/photo.jpg"]);
    const { id } = await submit(csv, { webhook_url: "https://receiver.example/hook?box=twice&fail=2" });
    await waitForEnd(id);
    await until(async () => (await listDeliveries(env.DB, id)).length === 1);

    await runAlarmAfter(coordinatorOf(id), 6);
    await runAlarmAfter(coordinatorOf(id), 6 + 331);
    await runAlarmAfter(coordinatorOf(id), 6 + 331 + 9_000);

    const received: Json[] = await (await fetch("https://receiver.example/received?box=twice")).json();
    expect(received).toHaveLength(3);
    expect(new Set(received.map((one) => one.id)).size).toBe(1);
    expect(new Set(received.map((one) => one.body)).size).toBe(1);
    expect(await listDeliveries(env.DB, id)).toMatchObject([
      { state: "delivered", attempts: [{ status: 500 }, { status: 500 }, { status: 204 }], nextAttemptAt: null },
    ]);
  });

  test("whose receiver is gone is not tried again", async () => {
    const csv = catalogue(["https://shop.example/photo.jpg"]);
    const { id } = await submit(csv, { webhook_url: "https://receiver.example/hook?box=gone&fail=9&status=410" });
    await waitForEnd(id);

    const [delivery] = await until(async () => {
      const all = await listDeliveries(env.DB, id);
      return all.length > 0 ? all : null;
    });

    expect(delivery).toMatchObject({ state: "failed", attempts: [{ status: 410 }], nextAttemptAt: null });
  });
});

// Ten attempts are the whole schedule; "once" is all that a receiver gets that wants no more, or that took the message.
describe("a receiver that fails in its own way", () => {
  const always = { attempts: 10, state: "failed" };

  test.each([
    ["refuses the connection", "manner=refused", always, { status: null, error: "connection_failed" }],
    ["resets it", "manner=reset", always, { status: null, error: "connection_failed" }],
    ["never answers", "manner=slow", always, { status: null, error: "timeout" }],
    ["answers 500", "fail=99", always, { status: 500, error: null, response: "failed" }],
    ["answers 429 and says when", "fail=99&status=429&retry-after=99999", always, { status: 429 }],
    ["answers 410", "fail=99&status=410", { attempts: 1, state: "failed" }, { status: 410 }],
    ["redirects", "manner=redirect", always, { status: 307, error: "redirect" }],
    ["sends a body without end", "manner=endless", { attempts: 1, state: "delivered" }, { status: 200 }],
    ["ends the connection in the middle", "manner=broken-close", always, { status: null, error: "connection_failed" }],
  ])("%s (%s) gets %j", async (_name, query, { attempts, state }, ended) => {
    const hook = `https://receiver.example/hook?box=${crypto.randomUUID()}&${query}`;
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue(["https://shop.example/a.jpg"]), hook);
    const coordinator = coordinatorOf(job.id);
    await runInDurableObject(coordinator, (instance) =>
      Reflect.set(instance, "config", { ...readConfig(env), webhookTimeoutMs: 150 }),
    );
    await coordinator.report([recordedOutcome(1)]);
    await waitForEnd(job.id);
    await until(async () => (await listDeliveries(env.DB, job.id)).length === 1);

    // Each time a day later than the longest wait, so that whatever is due is due.
    for (let round = 1; round <= 11; round++) await runAlarmAfter(coordinator, round * 200_000);

    const [delivery] = await listDeliveries(env.DB, job.id);
    expect(delivery).toMatchObject({ state, nextAttemptAt: null });
    expect(delivery?.attempts).toHaveLength(attempts);
    for (const attempt of delivery?.attempts ?? []) expect(attempt).toMatchObject(ended);
    expect((delivery?.attempts ?? []).every(({ response }) => (response ?? "").length <= 1024)).toBe(true);
  });
});

describe("the events of a webhook", () => {
  test("are those that were asked for", async () => {
    const csv = catalogue(["https://shop.example/missing.jpg"]);
    const box = (name: string) => `https://receiver.example/hook?box=events-${name}`;
    const wanted = await submit(csv, { webhook_url: box("wanted"), webhook_events: "job.completed, failed" });
    const unwanted = await submit(csv, { webhook_url: box("unwanted"), events: "job.completed" });
    await Promise.all([wanted, unwanted].map(({ id }) => waitForEnd(id)));

    await until(async () => (await listDeliveries(env.DB, wanted.id)).length === 1);

    expect(wanted.options.webhook_events).toEqual(["job.completed", "job.failed"]);
    expect(await listDeliveries(env.DB, wanted.id)).toMatchObject([{ event: "job.failed" }]);
    expect(await listDeliveries(env.DB, unwanted.id)).toEqual([]);
  });

  test.each(["job.ended", "completed,nonsense", ","])("cannot be %s", async (events) => {
    const body = csvForm(catalogue(["https://shop.example/a.jpg"]), { webhook_events: events });

    const answer = await request("/v1/jobs", { method: "POST", body });

    expect([answer.status, (await answer.json<Json>()).code]).toEqual([400, "invalid_option"]);
  });
});

function waitAfter(attempts: number, result: { retryAfterSeconds: number | null }, random: number): number {
  return Math.round(((nextAttemptAt(attempts, result, random) ?? Number.NaN) - Date.now()) / 1000);
}
