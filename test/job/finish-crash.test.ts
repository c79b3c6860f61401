// A coordinator that dies between any two steps of finishing, before or after each.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { listDeliveries } from "../../src/store/deliveries.ts";
import { acceptWith, losingQueue, recordedOutcome, runAlarmAfter } from "../support/coordinators.ts";
import { surround } from "../support/crashes.ts";
import type { Crash, World } from "../support/crashes.ts";
import { catalogue, coordinatorOf, getJob } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { until } from "../support/until.ts";

const outcomes = [recordedOutcome(1), recordedOutcome(2, { outcome: "failed" })];

/** Lets a job end, with a crash on the way, and runs alarms until there are no more. */
async function finishWith(crash: Crash | null) {
  const box = crypto.randomUUID();
  const world: World = { acts: [], mails: [] };
  const job = await acceptWith(
    { IMAGE_QUEUE: losingQueue() },
    catalogue(["https://shop.example/a.jpg", "https://shop.example/b.jpg"]),
    `https://receiver.example/hook?box=${box}`,
    "v1",
    ["ann@shop.example"],
  );
  const coordinator = () => coordinatorOf(job.id);
  await until(async () => (await getJob(job.id)).state === "processing");
  await surround(coordinator(), world, crash);
  // Counted, and nothing further: the alarm is run below, by hand.
  const reported = coordinator()
    .report(outcomes)
    .catch(() => {});
  await reported;
  for (let round = 0; round < 4; round++) {
    try {
      await runAlarmAfter(coordinator(), round * 10);
    } catch {
      // It has crashed; the platform would run its alarm again.
    }
    await surround(coordinator(), world, null);
    await coordinator().start();
  }
  await until(async () => (await listDeliveries(env.DB, job.id)).length === 2);
  const received: Json[] = await (await fetch(`https://receiver.example/received?box=${box}`)).json();
  return { job, world, received, deliveries: await listDeliveries(env.DB, job.id), ended: await getJob(job.id) };
}

const whole = await (async () => (await finishWith(null)).world.acts)();
const crashes = whole.flatMap((act, at): [string, Crash][] => [
  [`before step ${at + 1}, ${act}`, { at, when: "before" }],
  [`after step ${at + 1}, ${act}`, { at, when: "after" }],
]);

describe("finishing", () => {
  test("writes a CSV, records the end, calls the webhook and sends a mail", () => {
    expect(whole).toContain("FILE_BUCKET.put output");
    expect(whole).toContain("fetch");
    expect(whole).toContain("EMAIL.send");
    expect(whole.length).toBeGreaterThan(8);
  });

  test.each(crashes)("after a crash %s, leaves one CSV, one webhook id and no mail twice", async (_name, crash) => {
    const { job, world, received, deliveries, ended } = await finishWith(crash);

    expect(ended).toMatchObject({ state: "completed", outcome: "partial", images_succeeded: 1, images_failed: 1 });
    expect(
      (await env.FILE_BUCKET.list({ prefix: "output/" })).objects.filter(({ key }) => key.includes(job.id)),
    ).toHaveLength(1);
    expect(new Set(received.map((hook) => hook.id))).toEqual(new Set([`msg_${job.id}_1`]));
    expect(new Set(received.map((hook) => hook.body)).size).toBe(1);
    expect(deliveries.map(({ id }) => id)).toEqual([`mail_${job.id}_1_1`, `msg_${job.id}_1`]);
    expect(deliveries[1]?.state).toBe("delivered");
    // One mail, but where the crash hides whether it went out: then none is sent that might be the second.
    const isUnclear = whole[crash.at] === "EMAIL.send";
    expect(world.mails).toHaveLength(isUnclear && crash.when === "before" ? 0 : 1);
    expect(deliveries[0]).toMatchObject(
      isUnclear
        ? { state: "failed", attempts: [{ error: "interrupted" }] }
        : { state: "delivered", attempts: [{ error: null }] },
    );
  });
});
