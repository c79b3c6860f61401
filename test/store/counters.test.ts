import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { failedOutcome } from "../../src/job/process.ts";
import { countAndChange, countStatement, listCounters } from "../../src/store/counters.ts";
import { recordDelivery } from "../../src/store/deliveries.ts";
import type { DeliveryRecord } from "../../src/store/deliveries.ts";
import { recordOutcomes, resetFailedImages } from "../../src/store/images.ts";
import type { ImageOutcome } from "../../src/store/images.ts";
import { markRetried, recordEnd } from "../../src/store/jobs.ts";
import type { JobEnd } from "../../src/store/jobs.ts";
import type { CounterSubject } from "../../src/store/schema.ts";
import { acceptWith, losingQueue } from "../support/coordinators.ts";
import { catalogue, coordinatorOf, getJob } from "../support/jobs.ts";
import { until } from "../support/until.ts";

const attempt = { at: 1, durationMs: 1, status: 500, error: null, response: null };

async function acceptQuietly(images: number) {
  const urls = Array.from({ length: images }, (_, index) => `https://shop.example/${index}.jpg`);
  const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue(urls));
  await until(async () => (await getJob(job.id)).state === "processing");
  return job;
}

function compressed(jobId: string, position: number): ImageOutcome {
  return {
    ...failedOutcome({ jobId, position, attempts: 1 }, { kind: "internal" }),
    outcome: "compressed",
    failure: null,
    bytesIn: 100,
    bytesOut: 40,
  };
}

/** What is counted while `work` goes on, label by label. */
async function countedDuring(subject: CounterSubject, work: () => Promise<unknown>) {
  const read = async () =>
    new Map((await listCounters(env.DB)).filter((row) => row.subject === subject).map((row) => [row.label, row]));
  const before = await read();
  await work();
  const news = [...(await read())].map(([label, { count, bytesIn, bytesOut }]) => {
    const old = before.get(label);
    return [
      label,
      [count - (old?.count ?? 0), bytesIn - (old?.bytesIn ?? 0), bytesOut - (old?.bytesOut ?? 0)],
    ] as const;
  });
  return Object.fromEntries(news.filter(([, [count]]) => count !== 0));
}

describe("images", () => {
  test("count by outcome and code, with their bytes", async () => {
    const { id } = await acceptQuietly(4);
    const gone = { kind: "http_status", status: 404, retryAfterSeconds: null } as const;

    const counted = await countedDuring("image", () =>
      recordOutcomes(env.DB, [
        compressed(id, 1),
        compressed(id, 2),
        { ...compressed(id, 3), outcome: "kept_original", failure: { kind: "already_small" }, bytesOut: 100 },
        failedOutcome({ jobId: id, position: 4, attempts: 1 }, gone),
      ]),
    );

    expect(counted).toEqual({
      compressed: [2, 200, 80],
      "kept_original already_small": [1, 100, 100],
      "failed http_404": [1, 0, 0],
    });
  });

  test("count once when they are recorded again, with another outcome or twice in one batch", async () => {
    const { id } = await acceptQuietly(1);

    const counted = await countedDuring("image", async () => {
      await recordOutcomes(env.DB, [compressed(id, 1), compressed(id, 1)]);
      await recordOutcomes(env.DB, [compressed(id, 1)]);
      await recordOutcomes(env.DB, [failedOutcome({ jobId: id, position: 1, attempts: 1 }, { kind: "lost" })]);
    });

    expect(counted).toEqual({ compressed: [1, 100, 40] });
  });

  test("of a job that is cancelled or unknown do not count", async () => {
    const { id } = await acceptQuietly(1);
    await coordinatorOf(id).cancel();

    const counted = await countedDuring("image", () =>
      recordOutcomes(env.DB, [compressed(id, 1), compressed(crypto.randomUUID(), 1)]),
    );

    expect(counted).toEqual({});
  });

  test("count once more when a retry ends them once more", async () => {
    const { id } = await acceptQuietly(1);
    const failed = failedOutcome({ jobId: id, position: 1, attempts: 1 }, { kind: "lost" });

    const counted = await countedDuring("image", async () => {
      await recordOutcomes(env.DB, [failed]);
      await resetFailedImages(env.DB, id);
      await recordOutcomes(env.DB, [compressed(id, 1)]);
    });

    expect(counted).toEqual({ "failed lost": [1, 0, 0], compressed: [1, 100, 40] });
  });
});

describe("jobs", () => {
  const end: JobEnd = {
    state: "completed",
    outcome: "ok",
    imagesSucceeded: 1,
    imagesFailed: 0,
    imagesReused: 0,
    bytesIn: 100,
    bytesOut: 40,
    completedAt: 1_000,
    expiresAt: 2_000_000_000_000,
  };

  test("count when they are accepted", async () => {
    expect(await countedDuring("job", () => acceptQuietly(1))).toEqual({ accepted: [1, 0, 0] });
  });

  test("count once for each end, however often it is recorded", async () => {
    const { id } = await acceptQuietly(1);

    const counted = await countedDuring("job", async () => {
      await recordEnd(env.DB, id, { ...end, state: "failed" });
      await recordEnd(env.DB, id, { ...end, state: "failed" });
      await markRetried(env.DB, id, end.completedAt, 1_001);
      await recordEnd(env.DB, id, end);
      await recordEnd(env.DB, id, end);
    });

    expect(counted).toEqual({ failed: [1, 0, 0], completed: [1, 0, 0] });
  });

  test("that are unknown do not count", async () => {
    expect(await countedDuring("job", () => recordEnd(env.DB, crypto.randomUUID(), end))).toEqual({});
  });
});

describe("delivery attempts", () => {
  const delivery = async (changes: Partial<DeliveryRecord> = {}): Promise<DeliveryRecord> => ({
    jobId: (await acceptQuietly(1)).id,
    id: "msg_1",
    kind: "webhook",
    event: "job.completed",
    target: "https://receiver.example/hook",
    state: "pending",
    attempts: [attempt],
    nextAttemptAt: 5,
    ...changes,
  });

  test("count once each by how they ended, also where several are recorded together", async () => {
    const first = await delivery();

    const counted = await countedDuring("delivery", async () => {
      await recordDelivery(env.DB, first);
      await recordDelivery(env.DB, first);
      await recordDelivery(env.DB, { ...first, state: "delivered", attempts: [attempt, attempt, attempt] });
      await recordDelivery(env.DB, { ...first, state: "delivered", attempts: [attempt, attempt, attempt] });
    });

    expect(counted).toEqual({ "webhook again": [2, 0, 0], "webhook delivered": [1, 0, 0] });
  });

  test("count as given up where nothing is left to try", async () => {
    const mail = await delivery({ kind: "email", state: "failed" });

    expect(await countedDuring("delivery", () => recordDelivery(env.DB, mail))).toEqual({
      "email given_up": [1, 0, 0],
    });
  });

  test("do not count for a redelivery that was asked for and not yet made, nor without their job", async () => {
    const first = await delivery();
    await recordDelivery(env.DB, first);

    const counted = await countedDuring("delivery", async () => {
      await recordDelivery(env.DB, { ...first, state: "pending", nextAttemptAt: 9 });
      await recordDelivery(env.DB, { ...first, jobId: crypto.randomUUID() });
    });

    expect(counted).toEqual({});
  });
});

test("a change that fails is not counted", async () => {
  const { id } = await acceptQuietly(1);

  const counted = await countedDuring("job", async () => {
    const taken = { toSQL: () => ({ sql: "insert into jobs (id) values (?)", params: [id] }) };
    await expect(
      countAndChange(env.DB, countStatement(env.DB, "select 'job', 'accepted', 1, 0, 0 where true"), taken),
    ).rejects.toThrow("NOT NULL");
  });

  expect(counted).toEqual({});
});
