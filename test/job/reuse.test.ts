import { createMessageBatch } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { consumeImages } from "../../src/job/consume.ts";
import { discardStep } from "../../src/job/discard.ts";
import { describeImage } from "../../src/job/image-summary.ts";
import { failedOutcome } from "../../src/job/process.ts";
import { rememberSource, reusableVersion } from "../../src/job/reuse.ts";
import { deleteSomeImages, findImages, insertImages } from "../../src/store/images.ts";
import { insertJob } from "../../src/store/jobs.ts";
import type { JobOptions } from "../../src/store/schema.ts";
import { envWith } from "../support/coordinators.ts";
import { catalogue, getImages, origin as imageBaseUrl, request, submit, waitForEnd } from "../support/jobs.ts";
import type { Asked, Standing } from "../support/origin.ts";

const origin = "https://origin.example";
const longAgo = "Sat, 07 Nov 2026 12:00:00 GMT";
const unconditional = { ifNoneMatch: null, ifModifiedSince: null };

/** Puts something at a path and forgets what was asked there. */
async function serve(path: string, standing: Standing): Promise<string> {
  await fetch(origin + path, { method: "PUT", body: JSON.stringify(standing) });
  return origin + path;
}

async function askedAt(path: string): Promise<Asked[]> {
  return (await fetch(`${origin}/asked?path=${path}`)).json();
}

async function runByQueue(url: string) {
  const { id } = await submit(catalogue([url]));
  const job = await waitForEnd(id);
  return { id, job, image: (await getImages(id))[0] };
}

/** Makes the record of a job and delivers its messages: its coordinator is not needed here, and there are many jobs. */
async function run(url: string, making: Making = {}, config: Record<string, string> = {}) {
  const id = await recordJob([url], making);
  await deliver(id, [1], config);
  const [image] = (await findImages(env.DB, id, [1])).map((found) => describeImage({ id, imageBaseUrl }, found));
  if (image === undefined) throw new Error("The image is missing");
  return { id, image };
}

interface Making extends Partial<JobOptions> {
  owner?: string;
}

async function recordJob(urls: string[], { owner, ...options }: Making = {}): Promise<string> {
  const id = crypto.randomUUID();
  await insertImages(
    env.DB,
    id,
    urls.map((url, index) => ({ position: index + 1, url, uses: 1 })),
  );
  await insertJob(env.DB, {
    id,
    owner: owner ?? null,
    dialect: "v1",
    state: "processing",
    options: { quality: 50, format: "keep", scale: 1, background: "#ffffff", email: [], ...options },
    origin: imageBaseUrl,
    imageBaseUrl,
    products: 1,
    images: urls.length,
    imagesTotal: urls.length,
    warnings: [],
    createdAt: 0,
    updatedAt: 0,
  });
  return id;
}

async function deliver(job: string, positions: number[], config: Record<string, unknown> = {}): Promise<void> {
  const silent = { getByName: () => ({ report: async () => {} }) };
  await consumeImages(batchOf(job, positions), envWith({ COORDINATOR: silent, ...config }));
}

function batchOf(job: string, positions: number[]) {
  const messages = positions.map((position) => ({
    id: String(position),
    timestamp: new Date(),
    attempts: 1,
    body: { job, position },
  }));
  return createMessageBatch("images", messages);
}

function keyOf(jobId: string): string {
  return `image/${jobId}-1.jpg`;
}

/** Puts other bytes of the same length in the place of an output, by which a copy of it can be told. */
async function markOutput(jobId: string): Promise<Uint8Array> {
  const stored = await env.IMAGE_BUCKET.get(keyOf(jobId));
  if (stored === null) throw new Error("There is no output");
  const marked = new Uint8Array(stored.size).fill(7);
  await env.IMAGE_BUCKET.put(keyOf(jobId), marked, { httpMetadata: stored.httpMetadata ?? {} });
  return marked;
}

async function outputOf(jobId: string): Promise<Uint8Array | undefined> {
  return (await env.IMAGE_BUCKET.get(keyOf(jobId)))?.bytes();
}

async function countSources(url: string): Promise<number> {
  const row = await env.DB.prepare("select count(*) as n from sources where url = ?").bind(url).first<{ n: number }>();
  return row?.n ?? 0;
}

describe("a source that has not changed", () => {
  test("is not sent again where it has an ETag, and its output is handed out again", async () => {
    const url = await serve("/tagged.jpg", { seed: 1, etag: '"v1"', lastModified: longAgo });

    const first = await runByQueue(url);
    const marked = await markOutput(first.id);
    const second = await runByQueue(url);

    expect(await askedAt("/tagged.jpg")).toEqual([
      { ...unconditional, status: 200 },
      { ifNoneMatch: '"v1"', ifModifiedSince: null, status: 304 },
    ]);
    expect(first.image).toMatchObject({ outcome: "compressed", reused: false });
    expect(second.image).toEqual({ ...first.image, output: expect.stringContaining(keyOf(second.id)), reused: true });
    expect(await outputOf(second.id)).toEqual(marked);
    expect([first.job.images_reused, second.job.images_reused]).toEqual([0, 1]);
    expect(second.job).toMatchObject({ state: "completed", outcome: "ok", bytes_in: first.job.bytes_in });
  });

  test("is handed out again with the headers that its output had", async () => {
    const url = await serve("/named.jpg", { seed: 1, etag: '"v1"' });
    const responses = [];
    for (const { id } of [await run(url), await run(url)]) responses.push(await request(keyOf(id)));

    const [first, second] = responses.map(({ headers }) =>
      ["content-type", "content-disposition", "cache-control", "content-length"].map((name) => headers.get(name)),
    );
    expect(second).toEqual(first);
    expect(second?.slice(0, 2)).toEqual(["image/jpeg", "inline; filename*=UTF-8''named.jpg"]);
    await Promise.all(responses.map((response) => response.arrayBuffer()));
  });

  test("is not sent again where it only has a date", async () => {
    const url = await serve("/dated.jpg", { seed: 1, lastModified: longAgo });

    await run(url);
    const second = await run(url);

    expect((await askedAt("/dated.jpg"))[1]).toEqual({ ifNoneMatch: null, ifModifiedSince: longAgo, status: 304 });
    expect(second.image.reused).toBe(true);
  });

  test.each<[string, Partial<Standing>]>([
    ["says nothing of it", {}],
    ["says it changed within this minute", { lastModified: new Date().toUTCString() }],
    ["ignores conditions", { etag: '"v1"', ignoresConditions: true }],
  ])("is sent again, but not encoded again, where its server %s", async (name, standing) => {
    const path = `/${name.replaceAll(" ", "-")}.jpg`;
    const url = await serve(path, { seed: 1, ...standing });

    const first = await run(url);
    const marked = await markOutput(first.id);
    const second = await run(url);

    expect((await askedAt(path)).map(({ status }) => status)).toEqual([200, 200]);
    expect(second.image.reused).toBe(true);
    expect(await outputOf(second.id)).toEqual(marked);
  });

  test("and came by a redirect is asked for at both ends, conditionally at the last", async () => {
    const target = await serve("/target.jpg", { seed: 1, etag: '"v1"' });
    const url = await serve("/redirected.jpg", { seed: 1, redirectTo: target });

    await run(url);
    const second = await run(url);

    expect((await askedAt("/redirected.jpg"))[1]).toEqual({ ...unconditional, status: 302 });
    expect((await askedAt("/target.jpg"))[1]).toMatchObject({ ifNoneMatch: '"v1"', status: 304 });
    expect(second.image.reused).toBe(true);
  });

  test("is kept as it is again, with the same code", async () => {
    const url = await serve("/small.jpg", { seed: 1, quality: 10, etag: '"v1"' });

    const first = await run(url);
    const second = await run(url);

    expect(first.image).toMatchObject({ outcome: "kept_original", code: "already_small" });
    expect(second.image).toMatchObject({ outcome: "kept_original", code: "already_small", reused: true });
  });

  test("is handed on from job to job, also when the first one is gone", async () => {
    const url = await serve("/handed-on.jpg", { seed: 1, etag: '"v1"' });
    const first = await run(url);
    const second = await run(url);

    expect(await discardStep(env, first.id)).toBe(true);
    const third = await run(url);

    expect((await askedAt("/handed-on.jpg")).map(({ status }) => status)).toEqual([200, 304, 304]);
    expect(await outputOf(third.id)).toEqual(await outputOf(second.id));
    expect(third.image.reused).toBe(true);
  });

  test("may be encoded twice by two jobs at once, and no harm is done", async () => {
    const url = await serve("/at-once.jpg", { seed: 1, etag: '"v1"' });

    const jobs = await Promise.all([run(url), run(url)]);

    expect(jobs.map(({ image }) => image.outcome)).toEqual(["compressed", "compressed"]);
    expect((await run(url)).image.reused).toBe(true);
  });
});

describe("a source is fetched and encoded again", () => {
  test("when it has changed, and from then on the new one is known", async () => {
    const first = await run(await serve("/changed.jpg", { seed: 1, etag: '"v1"' }));
    const url = await serve("/changed.jpg", { seed: 2, etag: '"v2"' });

    const second = await run(url);
    const third = await run(url);

    expect(await askedAt("/changed.jpg")).toMatchObject([
      { ifNoneMatch: '"v1"', status: 200 },
      { ifNoneMatch: '"v2"', status: 304 },
    ]);
    expect([second.image.reused, third.image.reused]).toEqual([false, true]);
    expect(await outputOf(second.id)).not.toEqual(await outputOf(first.id));
    expect(await outputOf(third.id)).toEqual(await outputOf(second.id));
  });

  test("when it has changed and its server tells by nothing", async () => {
    await run(await serve("/silent.jpg", { seed: 1 }));

    const second = await run(await serve("/silent.jpg", { seed: 2 }));

    expect(second.image.reused).toBe(false);
  });

  test("with other options, but not with another receiver", async () => {
    const url = await serve("/options.jpg", { seed: 1, etag: '"v1"' });
    await run(url);

    const otherQuality = await run(url, { quality: 51 });
    const otherReceiver = await run(url, { email: ["buyer@shop.example"], webhookEvents: ["job.failed"] });

    expect([otherQuality.image.reused, otherReceiver.image.reused]).toEqual([false, true]);
    expect((await askedAt("/options.jpg"))[1]).toEqual({ ...unconditional, status: 200 });
  });

  test("with other codecs", async () => {
    const url = await serve("/codecs.jpg", { seed: 1, etag: '"v1"' });
    await run(url);
    await env.DB.prepare("update sources set settings = '0' || substr(settings, 2) where url = ?").bind(url).run();

    expect((await run(url)).image.reused).toBe(false);
  });

  test("for another owner, who learns nothing of the first", async () => {
    const url = await serve("/owners.jpg", { seed: 1, etag: '"v1"' });

    const first = await run(url, { owner: "ann" });
    const other = await run(url, { owner: "bob" });
    const anonymous = await run(url);
    const again = await run(url, { owner: "ann" });

    expect([first, other, anonymous, again].map(({ image }) => image.reused)).toEqual([false, false, false, true]);
    expect((await askedAt("/owners.jpg")).map(({ status }) => status)).toEqual([200, 200, 200, 304]);
    expect(await countSources(url)).toBe(3);
  });

  test("when the job says so, for the next one to reuse", async () => {
    const url = await serve("/anew.jpg", { seed: 1, etag: '"v1"' });
    await run(url);

    const anew = await run(url, { reuse: false });
    const marked = await markOutput(anew.id);
    const next = await run(url);

    expect((await askedAt("/anew.jpg"))[1]).toEqual({ ...unconditional, status: 200 });
    expect(anew.image.reused).toBe(false);
    expect(next.image.reused).toBe(true);
    expect(await outputOf(next.id)).toEqual(marked);
  });

  test.each<[string, (key: string) => Promise<unknown>]>([
    ["is gone", (key) => env.IMAGE_BUCKET.delete(key)],
    ["is another than the one recorded", (key) => env.IMAGE_BUCKET.put(key, "short")],
  ])("when the earlier output %s", async (name, spoil) => {
    for (const etag of ['"v1"', undefined]) {
      const path = `/${name.replaceAll(" ", "-")}-${etag === undefined ? "untagged" : "tagged"}.jpg`;
      const url = await serve(path, { seed: 1, ...(etag && { etag }) });
      const first = await run(url);
      const output = await outputOf(first.id);
      await spoil(keyOf(first.id));

      const second = await run(url);

      expect(second.image).toMatchObject({ outcome: "compressed", reused: false });
      expect(await outputOf(second.id)).toEqual(output);
      expect((await askedAt(path)).map(({ status }) => status)).toEqual(
        etag === undefined ? [200, 200] : [200, 304, 200],
      );
    }
  });

  test("when its server confirms another one than was asked about", async () => {
    const url = await serve("/confused.jpg", { seed: 1, etag: '"v1"' });
    await run(url);
    await serve("/confused.jpg", { seed: 2, insistsOn304: { etag: '"v9"' } });

    const second = await run(url);

    expect((await askedAt("/confused.jpg")).map(({ status }) => status)).toEqual([304, 200]);
    expect(second.image).toMatchObject({ outcome: "compressed", reused: false });
  });

  test("when its job was deleted, which leaves nothing of it", async () => {
    const url = await serve("/deleted.jpg", { seed: 1, etag: '"v1"' });
    const { id } = await run(url);
    expect(await countSources(url)).toBe(1);

    expect(await discardStep(env, id)).toBe(true);
    expect(await countSources(url)).toBe(0);
    const second = await run(url);

    expect((await askedAt("/deleted.jpg"))[1]).toEqual({ ...unconditional, status: 200 });
    expect(second.image.reused).toBe(false);
  });
});

describe("nothing is remembered", () => {
  test("of a source that failed: a 304 that nobody asked for is a failure", async () => {
    const url = await serve("/insists.jpg", { seed: 1, insistsOn304: "always" });

    const { image } = await run(url);

    expect(image).toMatchObject({ outcome: "failed", code: "http_304", reused: false });
    expect(await countSources(url)).toBe(0);
  });

  test("and nothing asked where the deployment says so", async () => {
    const url = await serve("/off.jpg", { seed: 1, etag: '"v1"' });
    await run(url);
    const before = await env.DB.prepare("select * from sources where url = ?").bind(url).first();

    const { image } = await run(url, {}, { REUSE: "off" });

    expect((await askedAt("/off.jpg"))[1]).toEqual({ ...unconditional, status: 200 });
    expect(image).toMatchObject({ outcome: "compressed", reused: false });
    expect(await env.DB.prepare("select * from sources where url = ?").bind(url).first()).toEqual(before);
    expect(reusableVersion(readConfig(envWith({ REUSE: "off" })))).toBeNull();
  });

  test("of an outcome that depends on more than the source", () => {
    const source = { codecsVersion: 1, hash: "00", validators: null };
    const kept = (kind: "already_small" | "too_large_for_memory") => ({
      ...failedOutcome({ jobId: "a", position: 1, attempts: 1 }, { kind: "internal" }),
      outcome: "kept_original" as const,
      failure: kind === "already_small" ? { kind } : { kind, width: 1, height: 1, limitPixels: 1 },
    });

    expect(rememberSource(kept("too_large_for_memory"), source.hash, source).madeFrom).toBeUndefined();
    expect(rememberSource(kept("already_small"), source.hash, source).madeFrom).toBe(source);
    expect(rememberSource(kept("already_small"), "another's", source).madeFrom).toBeUndefined();
    expect(rememberSource(kept("already_small"), null, null).madeFrom).toBeUndefined();
  });
});

describe("the rows of a job", () => {
  test("are deleted in steps, and never those of a job that came after it", async () => {
    const urls = await Promise.all([1, 2, 3].map((seed) => serve(`/step-${seed}.jpg`, { seed, etag: `"v${seed}"` })));
    const id = await recordJob(urls);
    await deliver(id, [1, 2, 3]);
    const later = await run(urls[1] ?? "");
    const pointers = async () =>
      (
        await env.DB.prepare("select job_id as job from sources where url like ? order by url")
          .bind(`${origin}/step-%`)
          .all()
      ).results.map(({ job }) => job);
    expect(await pointers()).toEqual([id, later.id, id]);

    expect(await deleteSomeImages(env.DB, id, 2)).toBe(false);
    expect([await pointers(), (await getImages(id)).length]).toEqual([[later.id, id], 1]);
    expect(await deleteSomeImages(env.DB, id, 2)).toBe(false);
    expect(await pointers()).toEqual([later.id]);
    expect(await deleteSomeImages(env.DB, id, 2)).toBe(true);
  });
});

describe("two deliveries of one message that come upon two versions of a source", () => {
  /** A bucket before whose first put something else happens. */
  function bucketWith(meanwhile: () => Promise<void>) {
    let isFirst = true;
    return {
      get: (key: string) => env.IMAGE_BUCKET.get(key),
      head: (key: string) => env.IMAGE_BUCKET.head(key),
      delete: (keys: string[]) => env.IMAGE_BUCKET.delete(keys),
      async put(key: string, value: ReadableStream | Uint8Array, options: R2PutOptions & { onlyIf: Headers }) {
        if (isFirst) {
          isFirst = false;
          await meanwhile();
        }
        return env.IMAGE_BUCKET.put(key, value, options);
      },
    };
  }

  /** The image in the record, what is handed out, and what that should be. */
  async function lookAt(id: string) {
    const [image] = await findImages(env.DB, id, [1]);
    const again = await run(image?.url ?? "", { reuse: false });
    return { image, output: await outputOf(id), deserved: await outputOf(again.id) };
  }

  test("agree on the bytes that are handed out", async () => {
    const url = await serve("/twice.jpg", { seed: 1 });
    const id = await recordJob([url]);
    const quicker = bucketWith(async () => {
      await serve("/twice.jpg", { seed: 2 });
      await deliver(id, [1]);
    });

    await deliver(id, [1], { IMAGE_BUCKET: quicker });

    const { image, output, deserved } = await lookAt(id);
    expect(output).toEqual(deserved);
    expect(image?.bytesOut).toBe(output?.length);
  });

  test("agree on them when one of them takes an earlier output over", async () => {
    const url = await serve("/twice-known.jpg", { seed: 1, etag: '"v1"' });
    await run(url);
    const id = await recordJob([url]);
    const quicker = bucketWith(async () => {
      await serve("/twice-known.jpg", { seed: 2, etag: '"v2"' });
      await deliver(id, [1]);
    });

    await deliver(id, [1], { IMAGE_BUCKET: quicker });

    const { image, output, deserved } = await lookAt(id);
    expect(output).toEqual(deserved);
    expect(image).toMatchObject({ bytesOut: output?.length, reused: false });
  });

  test("agree on them when the first died before it was recorded, and nothing wrong is remembered", async () => {
    const url = await serve("/died.jpg", { seed: 1, etag: '"v1"' });
    const id = await recordJob([url]);
    const dying = { prepare: (sql: string) => env.DB.prepare(sql), batch: dieAtSecond() };
    await deliver(id, [1], { DB: dying });
    const stored = await outputOf(id);
    await serve("/died.jpg", { seed: 2, etag: '"v2"' });

    await deliver(id, [1]);

    expect(stored).toBeDefined();
    expect(await outputOf(id)).toEqual(stored);
    expect((await findImages(env.DB, id, [1]))[0]?.bytesOut).toBe(stored?.length);
    expect(await countSources(url)).toBe(0);
  });

  /** Loads what is to be done, and cannot record it. */
  function dieAtSecond() {
    let calls = 0;
    return (statements: D1PreparedStatement[]) => {
      calls += 1;
      return calls > 1 ? Promise.reject(new Error("D1 is away")) : env.DB.batch(statements);
    };
  }
});
