// Every invariant that must hold of a job at rest, seen through the API and behind it. Answers what does not hold, as
// sentences.
import { setTimeout as sleep } from "node:timers/promises";
import Papa from "papaparse";
import { checkWebhook } from "../../scripts/demo/webhook-signature.ts";
import { checkImages, checkReuse } from "./check-images.ts";
import type { Expect } from "./check-images.ts";
import type { Client, Json } from "./client.ts";
import { sha256 } from "./deserved.ts";
import type { Internet } from "./internet.ts";
import { imageUrl, readImagePath } from "./jobs.ts";
import type { PlayedJob } from "./play.ts";
import { sources } from "./sources.ts";
import { webhookSecret } from "./stack.ts";

/** @param reused addresses of images that must have been taken over from an earlier job. */
export async function checkJob(
  client: Client,
  internet: Internet,
  played: PlayedJob,
  reused: ReadonlySet<string>,
): Promise<Checked> {
  const { id, plan } = played;
  const wrong = [...played.wrong];
  const expect = (holds: boolean, sentence: string) => void (holds || wrong.push(sentence));
  const [job, { images }, look]: Json[] = await Promise.all([
    client.json(`/v1/jobs/${id}`),
    client.json(`/v1/jobs/${id}/images?limit=1000`),
    client.json(`/chaos/look?job=${id}`),
  ]);

  checkEnd(job, plan.act === "cancel", expect);
  checkCounts(job, images, expect);
  checkRecord(job, look, expect);
  await checkImages(client, played, images, expect);
  checkReuse(internet.shops, plan, images, reused, expect);
  checkSources(images, look, expect);
  await checkOutput(client, internet.shops, played, images, expect);
  checkObjects(images, look, expect);
  await checkDeliveries(client, internet, played, look, expect);
  return {
    wrong: wrong.map((sentence) => `job ${plan.name} (${id}) ${sentence}`),
    reused: images.filter((image: Json) => image.reused).length,
  };
}

export interface Checked {
  /** What does not hold, as sentences. */
  wrong: string[];
  /** Images that were taken over from an earlier job. */
  reused: number;
}

/** 1: every job ends. 2: the counts add up. */
function checkEnd(job: Json, wasCancelled: boolean, expect: Expect): void {
  const ends = wasCancelled ? ["completed", "failed", "cancelled"] : ["completed", "failed"];
  expect(ends.includes(job.state), `is ${job.state}`);
  const { images_total: total, images_processed: processed, images_succeeded: good, images_failed: bad } = job;
  expect(good + bad === processed, `counts ${good} + ${bad}, and says ${processed}`);
  expect(processed === total || job.state === "cancelled", `counts ${processed} of ${total}`);
  if (job.state !== "cancelled") expect((job.state === "completed") === good > 0, `is ${job.state} with ${good} good`);
}

/** 2: what the job counts is what its images say. */
function checkCounts(job: Json, images: Json[], expect: Expect): void {
  const sums = { uses: 0, good: 0, bad: 0, reused: 0, bytesIn: 0, bytesOut: 0 };
  for (const { outcome, uses, reused, source, bytes_in: bytesIn, bytes_out: bytesOut } of images) {
    sums.uses += uses;
    if (outcome === null) {
      expect(job.state === "cancelled", `has no outcome of ${source}`);
    } else if (outcome === "failed") {
      sums.bad += uses;
    } else {
      sums.good += uses;
      sums.reused += reused ? uses : 0;
      sums.bytesIn += bytesIn;
      sums.bytesOut += bytesOut;
    }
  }
  expect(sums.uses === job.images_total, `has ${sums.uses} uses of images, and says ${job.images_total}`);
  expect(sums.good === job.images_succeeded, `has ${sums.good} good images, and counts ${job.images_succeeded}`);
  expect(sums.bad === job.images_failed, `has ${sums.bad} failed images, and counts ${job.images_failed}`);
  expect(sums.reused === job.images_reused, `has ${sums.reused} reused images, and counts ${job.images_reused}`);
  expect(sums.bytesIn === job.bytes_in, `has ${sums.bytesIn} bytes of sources, and counts ${job.bytes_in}`);
  expect(sums.bytesOut === job.bytes_out, `has ${sums.bytesOut} bytes of outputs, and counts ${job.bytes_out}`);
}

/** What is remembered of a source for the next job is what this one's image was made from. */
function checkSources(images: Json[], look: Json, expect: Expect): void {
  const known = new Map(images.map((image) => [image.position, image]));
  for (const { position, url, hash, final_url: finalUrl, etag, last_modified: lastModified } of look.sources) {
    const image = known.get(position);
    const { kind } = readImagePath(new URL(url).pathname);
    const picture = sources[kind]?.pictures?.find((one) => sha256(one) === hash);
    expect(
      image?.source === url && image.output !== null && image.bytes_in === picture?.length,
      `remembers ${url} with ${hash}, which is not what image ${position} was made from`,
    );
    expect((finalUrl !== null) === (etag !== null || lastModified !== null), `remembers nothing to ask ${url} by`);
  }
}

/** D1 and the coordinator say the same. */
function checkRecord(job: Json, look: Json, expect: Expect): void {
  const [row, ...more] = look.jobs;
  expect(more.length === 0 && row?.state === job.state, `stands ${look.jobs.length} times in D1, as ${row?.state}`);
  const { state } = look.coordinator;
  expect(state?.phase === "ended" && state.totalsRecorded === true, `has a coordinator that is ${state?.phase}`);
  if (job.state !== "cancelled") expect(state?.progress.failed === job.images_failed, "is counted otherwise in D1");
}

/** The output CSV stands one to one with the input. */
async function checkOutput(
  client: Client,
  shops: readonly string[],
  { id, plan }: PlayedJob,
  images: Json[],
  expect: Expect,
): Promise<void> {
  const text = await (await client.request(`/v1/jobs/${id}/output.csv`)).text();
  const [header, ...rows] = Papa.parse<string[]>(text, { skipEmptyLines: true }).data;
  expect(header?.[3] === "Output Image Urls" && rows.length === plan.products.length, `has ${rows.length} output rows`);
  const outputs = new Map(images.map((image) => [image.source, image.output ?? ""]));
  for (const [index, addresses] of plan.products.entries()) {
    const expected = addresses.map((address) => outputs.get(imageUrl(shops, plan, address)) ?? "").join(",");
    expect(rows[index]?.[3] === expected, `has ${rows[index]?.[3]} in output row ${index + 1}, not ${expected}`);
  }
}

/** 4: no object lies in R2 that no image names, and none is missing. */
function checkObjects(images: Json[], look: Json, expect: Expect): void {
  const outputs = images.filter(({ output }) => output !== null);
  const named = new Set(outputs.map(({ output }) => new URL(output).pathname.slice(1)));
  const stored = new Set<string>(look.objects);
  for (const key of stored) expect(named.has(key), `has an orphan in R2: ${key}`);
  for (const key of named) expect(stored.has(key), `names what is not in R2: ${key}`);
  const kinds = look.files.map((key: string) => key.split("/")[0]).toSorted();
  expect(kinds.join() === "input,output,products", `has the files ${kinds.join()}`);
}

/** 7: a webhook at least once and under one id an end; a mail at most once. */
async function checkDeliveries(
  client: Client,
  internet: Internet,
  { id, plan }: PlayedJob,
  look: Json,
  expect: Expect,
): Promise<void> {
  const { deliveries }: Json = await client.json(`/v1/jobs/${id}/deliveries`);
  const hooks = internet.hooksOf(plan.name);
  const runs: number = look.coordinator.state?.run ?? 0;
  const ids = Array.from({ length: runs }, (_, run) => `msg_${id}_${run + 1}`);
  const received = [...new Set(hooks.map((hook) => hook.id))].toSorted();
  const expected = plan.hookFailures === null ? [] : ids.toSorted();
  expect(received.join() === expected.join(), `called its webhook as ${received.join()}, not ${expected.join()}`);
  for (const each of received) {
    const same = hooks.filter((hook) => hook.id === each);
    expect(new Set(same.map(({ body }) => body)).size === 1, `says different things under ${each}`);
    for (const hook of same) {
      const complaint = checkWebhook(webhookSecret, { ...hook, body: Buffer.from(hook.body) }, Number(hook.timestamp));
      expect(complaint === null, `signs wrongly: ${complaint}`);
    }
  }
  for (const delivery of deliveries) {
    const { id: each, kind, state, attempts } = delivery;
    if (kind === "webhook") expect(state === "delivered", `has a webhook that is ${state}`);
    else {
      const sent = look.mails[each] ?? 0;
      const isUnclear = ["interrupted", "unknown"].includes(attempts.at(-1)?.error);
      expect(sent <= 1, `sent the mail ${each} ${sent} times`);
      expect(sent === 1 || isUnclear, `did not send the mail ${each}: ${JSON.stringify(attempts)}`);
    }
  }
  const mails = deliveries.filter(({ kind }: Json) => kind === "email").length;
  expect(mails === (plan.mail ? 2 * runs : 0), `owes ${mails} mails after ${runs} ends`);
}

/** Nothing is left of a job that was deleted, nor of an upload that was never accepted. */
async function checkNothingLeft(client: Client): Promise<string[]> {
  const all: Json = await client.json("/chaos/all");
  return Object.entries(all).flatMap(([what, left]) =>
    Array.isArray(left) && left.length > 0
      ? [`${left.length} ${what} are left, among them ${JSON.stringify(left.slice(0, 3))}`]
      : [],
  );
}

/** The same once the objects that clear up had their time; `stir` is called while they still need more. */
export async function untilNothingLeft(
  client: Client,
  withinMs: number,
  stir?: () => Promise<void>,
): Promise<string[]> {
  const started = Date.now();
  for (;;) {
    const left = await checkNothingLeft(client);
    if (left.length === 0 || Date.now() - started > withinMs) return left;
    await stir?.();
    await sleep(1_000);
  }
}
