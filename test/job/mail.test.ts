import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import { writeLetter } from "../../src/job/mail.ts";
import type { EndLetter } from "../../src/job/mail.ts";
import { listDeliveries } from "../../src/store/deliveries.ts";
import { acceptWith, losingQueue, recordedOutcome, replaceBindings, runAlarmAfter } from "../support/coordinators.ts";
import { catalogue, coordinatorOf, csvForm, getJob, request, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { callAs, newKey } from "../support/keys.ts";
import { mailbox } from "../support/mailbox.ts";
import { until } from "../support/until.ts";

const shop = "https://shop.example";
const ann = "ann@shop.example";
const bob = "bob@shop.example";
const csv = catalogue([`${shop}/a.jpg`, `${shop}/b.jpg`]);

/** A job of two images, one good and one `http_404`, that ends and writes to these. */
async function endWithMail(box: ReturnType<typeof mailbox>, recipients: string[], hook: string | null = null) {
  const job = await acceptWith({ IMAGE_QUEUE: losingQueue(), EMAIL: box }, csv, hook, "v1", recipients);
  await until(async () => (await getJob(job.id)).state === "processing");
  await env.DB.prepare("update images set outcome = 'failed', failure = ?2 where job_id = ?1 and position = 2")
    .bind(job.id, JSON.stringify({ kind: "http_status", status: 404, retryAfterSeconds: null }))
    .run();
  await coordinatorOf(job.id).report([recordedOutcome(1), recordedOutcome(2, { outcome: "failed" })]);
  await waitForEnd(job.id);
  return job;
}

const deliveriesOf = (jobId: string) => listDeliveries(env.DB, jobId);

describe("the mail at a job's end", () => {
  test("tells totals, failures by code and links, in text and HTML, with the output CSV as bytes", async () => {
    const box = mailbox();

    const job = await endWithMail(box, [ann]);

    const [mail] = await until(() => (box.mails.length > 0 ? box.mails : null));
    expect(mail).toMatchObject({
      from: { name: "Halftone", email: "halftone@halftone.example" },
      to: ann,
      subject: "Your catalogue is ready, but 1 of 2 images failed (Halftone)",
      headers: { "X-Halftone-Delivery": `mail_${job.id}_1_1` },
    });
    for (const form of [mail?.text, mail?.html]) {
      expect(form).toContain("http_404");
      expect(form).toContain(`https://halftone.example/v1/jobs/${job.id}/output.csv`);
      expect(form).toContain(`/images?outcome=failed`);
    }
    const [attachment] = mail?.attachments ?? [];
    expect(attachment).toMatchObject({ filename: `output-${job.id}.csv`, type: "text/csv", disposition: "attachment" });
    expect(attachment?.content).toBeInstanceOf(Uint8Array);
    const output = await (await request(`/v1/jobs/${job.id}/output.csv`)).text();
    expect(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesOf(attachment?.content))).toBe(
      output,
    );
  });

  test("goes to each address once, whatever becomes of the others", async () => {
    const box = mailbox({ [ann]: ["E_RECIPIENT_SUPPRESSED"] });

    const job = await endWithMail(box, [ann, bob]);

    await until(async () => (await deliveriesOf(job.id)).length === 2);
    await runAlarmAfter(coordinatorOf(job.id), 600);
    expect(box.mails.map((mail) => mail.to)).toEqual([bob]);
    expect(await deliveriesOf(job.id)).toMatchObject([
      { target: ann, state: "failed", attempts: [{ error: "E_RECIPIENT_SUPPRESSED" }], nextAttemptAt: null },
      { target: bob, state: "delivered", attempts: [{ error: null }], nextAttemptAt: null },
    ]);
  });

  test("is tried again where the service says later", async () => {
    const box = mailbox({ [ann]: ["E_RATE_LIMIT_EXCEEDED", "E_DAILY_LIMIT_EXCEEDED"] });

    const job = await endWithMail(box, [ann]);
    await until(async () => (await deliveriesOf(job.id)).length === 1);
    await runAlarmAfter(coordinatorOf(job.id), 6);
    await runAlarmAfter(coordinatorOf(job.id), 6 + 331);
    await runAlarmAfter(coordinatorOf(job.id), 6 + 331 + 9_000);

    expect(box.mails).toHaveLength(1);
    const [delivery] = await deliveriesOf(job.id);
    expect(delivery).toMatchObject({ state: "delivered" });
    expect(delivery?.attempts.map(({ error }) => error)).toEqual([
      "E_RATE_LIMIT_EXCEEDED",
      "E_DAILY_LIMIT_EXCEEDED",
      null,
    ]);
  });

  test("is not tried again where nobody knows whether it went out, until its owner asks for it", async () => {
    const box = mailbox({ [ann]: [null] });

    const job = await endWithMail(box, [ann]);
    await until(async () => (await deliveriesOf(job.id)).length === 1);
    await runAlarmAfter(coordinatorOf(job.id), 90_000);
    const before = box.mails.length;
    await request(`/v1/jobs/${job.id}/deliveries/mail_${job.id}_1_1/redeliver`, { method: "POST" });

    await until(() => box.mails.length === 1);
    expect(before).toBe(0);
    await vi.waitFor(async () =>
      expect(await deliveriesOf(job.id)).toMatchObject([
        { state: "delivered", attempts: [{ error: "unknown" }, { error: null }] },
      ]),
    );
  });

  test.each([
    [3 * 1024 * 1024, 1],
    [3 * 1024 * 1024 + 1, 0],
  ])("of an output of %i bytes carries %i attachments", async (bytes, attachments) => {
    const box = mailbox();
    const sized = {
      get: (key: string) => env.FILE_BUCKET.get(key),
      put: (key: string, _: Blob, options: R2PutOptions) => env.FILE_BUCKET.put(key, new Uint8Array(bytes), options),
    };
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue(), EMAIL: box, FILE_BUCKET: sized }, csv, null, "v1", [
      ann,
    ]);
    await coordinatorOf(job.id).report([recordedOutcome(1), recordedOutcome(2)]);

    const [mail] = await until(() => (box.mails.length > 0 ? box.mails : null));

    expect(mail?.attachments ?? []).toHaveLength(attachments);
    expect(mail?.text).toContain(attachments === 1 ? "is attached" : "too large to attach");
  });

  test("comes from a job that failed, and from one that was cancelled", async () => {
    const failed = mailbox();
    const cancelled = mailbox();
    const one = await acceptWith({ IMAGE_QUEUE: losingQueue(), EMAIL: failed }, csv, null, "v1", [ann]);
    const two = await acceptWith({ IMAGE_QUEUE: losingQueue(), EMAIL: cancelled }, csv, null, "v1", [ann]);

    await coordinatorOf(one.id).report([1, 2].map((position) => recordedOutcome(position, { outcome: "failed" })));
    await request(`/v1/jobs/${two.id}/cancel`, { method: "POST" });

    await until(() => failed.mails.length + cancelled.mails.length === 2);
    expect(failed.mails[0]?.subject).toBe("Your catalogue failed: not one of 2 images succeeded (Halftone)");
    expect(cancelled.mails[0]?.subject).toBe("Your catalogue was cancelled (Halftone)");
  });

  test("waits, and holds up no webhook, where the deployment has lost its sender", async () => {
    const box = mailbox();
    const hook = "https://receiver.example/hook?box=no-sender";
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, csv, hook, "v1", [ann]);
    await until(async () => (await getJob(job.id)).state === "processing");
    await replaceBindings(coordinatorOf(job.id), { EMAIL: box });
    await runInDurableObject(coordinatorOf(job.id), (instance) =>
      Reflect.set(instance, "config", { ...readConfig(env), mailFrom: null }),
    );

    await coordinatorOf(job.id).report([recordedOutcome(1), recordedOutcome(2)]);

    await until(async () => (await deliveriesOf(job.id)).length === 2);
    expect(await deliveriesOf(job.id)).toMatchObject([
      { state: "pending", attempts: [{ error: "no_sender" }] },
      { state: "delivered" },
    ]);
    expect(box.mails).toEqual([]);
  });
});

describe("a webhook whose schedule is used up", () => {
  test("is told of by mail, once and without its secrets", async () => {
    const box = mailbox();
    const hook = "https://receiver.example/hook?box=used-up&fail=99&token=sesame";
    const job = await endWithMail(box, [ann], hook);
    await until(async () => (await deliveriesOf(job.id)).length === 2);

    let seconds = 0;
    for (let attempt = 0; attempt < 11; attempt++) await runAlarmAfter(coordinatorOf(job.id), (seconds += 100_000));

    const [, notice, ...more] = box.mails;
    expect(more).toEqual([]);
    expect(notice?.subject).toBe("Your webhook could not be delivered (Halftone)");
    for (const form of [notice?.text, notice?.html]) {
      expect(form).toContain("receiver.example");
      expect(form).toContain("10 times");
      expect(form).toContain("status 500");
      expect(form).not.toContain("sesame");
    }
    const deliveries = await deliveriesOf(job.id);
    expect(deliveries.map(({ id, state }) => [id, state])).toEqual([
      [`mail_${job.id}_1_1`, "delivered"],
      [`mail_${job.id}_1_webhook_1`, "delivered"],
      [`msg_${job.id}_1`, "failed"],
    ]);
    expect(deliveries[2]?.attempts).toHaveLength(10);
  });
});

describe("an upload with `email`", () => {
  test("is refused with a reason where the deployment has no sender", async () => {
    const { key } = await newKey();
    const body = csvForm(csv, { email: ann });

    const answer = await callAs(key, "/v1/jobs", { method: "POST", body }, { MAIL_FROM: "" });

    expect(answer.status).toBe(400);
    const problem: Json = await answer.json();
    expect(problem).toMatchObject({ code: "invalid_option" });
    expect(problem.detail).toContain("MAIL_FROM");
  });

  test("never has its addresses in the log", async () => {
    const lines: unknown[] = [];
    for (const level of ["log", "error", "warn"] as const) {
      vi.spyOn(console, level).mockImplementation((...words: unknown[]) => void lines.push(...words));
    }
    try {
      const box = mailbox({ [ann]: ["E_RECIPIENT_SUPPRESSED"], [bob]: [null] });
      const job = await endWithMail(box, [ann, bob]);
      await until(async () => (await deliveriesOf(job.id)).length === 2);
      await request("/v1/jobs", { method: "POST", body: csvForm(csv, { email: "ann@@shop.example" }) });
    } finally {
      vi.restoreAllMocks();
    }

    const log = lines.map(String).join("\n");
    expect(log).toContain("delivery_attempted");
    expect(log).not.toMatch(/ann@|bob@/);
  });
});

describe("writeLetter", () => {
  test("escapes what the uploader chose", () => {
    const link = 'https://halftone.example/"><script>';
    const letter = {
      about: "end",
      event: "job.completed",
      job: {
        id: "1",
        products: 1,
        images_total: 1,
        images_succeeded: 1,
        images_failed: 0,
        bytes_in: 2_000_000,
        bytes_out: 1_000,
        saved_percent: 99.9,
        expires_at: "2026-12-21T00:00:00.000Z",
      },
      failures: [],
      links: { job: link, outputCsv: link, failedImages: link },
    } satisfies EndLetter;

    const { subject, text, html } = writeLetter(letter, true);

    expect(subject).toBe("Your catalogue is ready: 1 image (Halftone)");
    expect(text).toContain("2.0 MB");
    expect(text).toContain("kept until 2026-12-21");
    expect(html).not.toContain("<script>");
  });
});

function bytesOf(content: unknown): Uint8Array {
  return content instanceof Uint8Array ? content : new Uint8Array();
}
