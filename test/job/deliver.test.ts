import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { nextAttemptAt, scheduleSeconds } from "../../src/job/delivery.ts";
import { listDeliveries } from "../../src/store/deliveries.ts";
import { runAlarmAfter } from "../support/coordinators.ts";
import { catalogue, coordinatorOf, submit, waitForEnd } from "../support/jobs.ts";
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

function waitAfter(attempts: number, result: { retryAfterSeconds: number | null }, random: number): number {
  return Math.round(((nextAttemptAt(attempts, result, random) ?? Number.NaN) - Date.now()) / 1000);
}
