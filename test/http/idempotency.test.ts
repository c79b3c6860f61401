import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { app } from "../../src/http/app.ts";
import { deleteExpiredKeys } from "../../src/store/idempotency.ts";
import { envWith } from "../support/coordinators.ts";
import { catalogue, csvForm, origin, request, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { callAs, newKey } from "../support/keys.ts";

const csv = catalogue(["https://shop.example/photo.jpg"]);
const day = 86_400_000;

function upload(key: string, body: BodyInit = csvForm(csv), query = ""): RequestInit & { url: string } {
  return { url: `${origin}/v1/jobs${query}`, method: "POST", body, headers: { "idempotency-key": key } };
}

async function send({ url, ...init }: RequestInit & { url: string }, replaced: Record<string, unknown> = {}) {
  const response = await app.request(url, init, envWith(replaced));
  return { response, status: response.status, body: await response.json<Json>() };
}

async function countJobs(): Promise<number> {
  return (await env.DB.prepare("select count(*) as n from jobs").first<{ n: number }>())?.n ?? 0;
}

/** Runs what makes jobs and answers how many came of it. */
async function jobsMadeBy(run: () => Promise<unknown>): Promise<number> {
  const before = await countJobs();
  await run();
  return (await countJobs()) - before;
}

async function age(key: string, ms: number): Promise<void> {
  await env.DB.prepare(
    "update idempotency_keys set claimed_at = claimed_at - ?2, expires_at = expires_at - ?2 where key = ?1",
  )
    .bind(key, ms)
    .run();
}

/** Leaves the key as an attempt does that died without a word. */
async function forgetAnswer(key: string): Promise<void> {
  await env.DB.prepare("update idempotency_keys set answer = null where key = ?1").bind(key).run();
}

describe("the same request with the same key", () => {
  test("gets the same answer and makes no second job, even after the job has ended", async () => {
    const first = await send(upload("same"));
    await waitForEnd(first.body.id);

    const second = await send(upload("same"));

    expect(second.status).toBe(202);
    expect(second.body).toEqual(first.body);
    for (const name of ["location", "retry-after"]) {
      expect(second.response.headers.get(name)).toBe(first.response.headers.get(name));
    }
    expect(first.response.headers.get("idempotent-replayed")).toBeNull();
    expect(second.response.headers.get("idempotent-replayed")).toBe("true");
    expect(second.response.headers.get("x-request-id")).not.toBe(first.response.headers.get("x-request-id"));
  });

  test("is known by what it says, whatever boundary its form has and in which order its fields come", async () => {
    const first = await send(upload("order", csvForm(csv, { quality: "60", on_invalid: "skip" })));

    const second = await send(upload("order", csvForm(csv, { on_invalid: "skip", quality: "60" })));

    expect(second.body.id).toBe(first.body.id);
  });

  test("at once ten times makes one job, and nobody is told of another", async () => {
    let answers: Awaited<ReturnType<typeof send>>[] = [];

    const made = await jobsMadeBy(async () => {
      answers = await Promise.all(Array.from({ length: 10 }, () => send(upload("at-once"))));
    });

    expect(made).toBe(1);
    expect(new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.id)).size).toBe(1);
    for (const { status, response, body } of answers.filter((answer) => answer.status !== 202)) {
      expect([status, body.code, response.headers.get("retry-after")]).toEqual([409, "idempotency_in_flight", "1"]);
    }
  });

  test("is answered from memory for 24 hours and no longer", async () => {
    const first = await send(upload("day"));
    await age("day", day - 60_000);
    const within = await send(upload("day"));
    await age("day", 60_001);

    const after = await send(upload("day"));
    const again = await send(upload("day"));

    expect(within.body.id).toBe(first.body.id);
    expect(after.body.id).not.toBe(first.body.id);
    expect(after.response.headers.get("idempotent-replayed")).toBeNull();
    expect(again.body.id).toBe(after.body.id);
  });
});

describe("another request with the same key", () => {
  test.each([
    ["another CSV", csvForm(catalogue(["https://shop.example/other.jpg"])), ""],
    ["another option", csvForm(csv, { quality: "51" }), ""],
    ["an option in the query", csvForm(csv), "?quality=51"],
  ])("is refused: %s", async (_, body, query) => {
    const key = crypto.randomUUID();
    await send(upload(key));

    const made = await jobsMadeBy(async () => {
      const { status, body: problem } = await send(upload(key, body, query));
      expect([status, problem.code]).toEqual([422, "idempotency_key_reused"]);
    });

    expect(made).toBe(0);
  });

  test("is refused while the first is under way, too", async () => {
    await send(upload("busy"));
    await forgetAnswer("busy");

    expect((await send(upload("busy", csvForm(csv, { quality: "51" })))).status).toBe(422);
  });

  test("of another caller is its own", async () => {
    const [one, other] = [await newKey(), await newKey()];
    const submitAs = async (key: string) =>
      (await callAs(key, "/v1/jobs", upload("shared"))).json<{ id: string }>().then(({ id }) => id);

    const [first, second, third] = [await submitAs(one.key), await submitAs(other.key), await submitAs(one.key)];

    expect(second).not.toBe(first);
    expect(third).toBe(first);
  });
});

describe("a request that was refused", () => {
  test("may be put right under its key", async () => {
    const refused = await send(upload("fixed", csvForm("nonsense")));
    const repeated = await send(upload("fixed", csvForm("nonsense")));
    const fixed = await send(upload("fixed"));

    expect([refused.status, repeated.status, fixed.status]).toEqual([422, 422, 202]);
    expect([refused.body.code, repeated.body.code]).toEqual(["missing_columns", "missing_columns"]);
  });
});

describe("a first attempt without an answer", () => {
  test("is taken to be under way for five minutes", async () => {
    await send(upload("slow"));
    await forgetAnswer("slow");
    await age("slow", 5 * 60_000 - 10_000);

    const { status, body, response } = await send(upload("slow"));

    expect([status, body.code, response.headers.get("retry-after")]).toEqual([409, "idempotency_in_flight", "1"]);
  });

  test("that made its job is answered for after that", async () => {
    const first = await send(upload("died-late"));
    await forgetAnswer("died-late");
    await age("died-late", 5 * 60_000);

    const second = await send(upload("died-late"));
    const third = await send(upload("died-late"));

    expect([second.status, second.body.id]).toEqual([202, first.body.id]);
    expect(second.response.headers.get("idempotent-replayed")).toBe("true");
    expect(third.body).toEqual(second.body);
  });

  test("that made none is done again after that, once", async () => {
    const first = await send(upload("died-early"));
    await env.DB.prepare("delete from jobs where id = ?1").bind(first.body.id).run();
    await forgetAnswer("died-early");
    await age("died-early", 5 * 60_000);

    const made = await jobsMadeBy(() => Promise.all([1, 2, 3].map(() => send(upload("died-early")))));

    expect(made).toBe(1);
  });

  test("that broke off is done again at once", async () => {
    const broken = {
      put: async () => {
        throw new Error("R2 is down");
      },
    };
    const failed = await send(upload("broken"), { FILE_BUCKET: broken });

    const second = await send(upload("broken"));

    expect([failed.status, second.status]).toEqual([500, 202]);
    expect(second.response.headers.get("idempotent-replayed")).toBeNull();
  });

  test("that broke off behind its job finds it at once", async () => {
    let calls = 0;
    const namespace = {
      getByName(name: string) {
        const stub = env.COORDINATOR.getByName(name);
        return {
          prepare: (job: Parameters<typeof stub.prepare>[0]) => stub.prepare(job),
          start: () => stub.start(),
          snapshot: () => {
            calls += 1;
            throw new Error("gone");
          },
        };
      },
    };
    const failed = await send(upload("late"), { COORDINATOR: namespace });

    const made = await jobsMadeBy(async () => {
      const second = await send(upload("late"));
      expect([second.status, second.response.headers.get("idempotent-replayed")]).toEqual([202, "true"]);
    });

    expect([failed.status, calls, made]).toEqual([500, 1, 0]);
  });
});

describe("the key", () => {
  test.each(["x", "!~", "x".repeat(255), '"quoted"'])("may be %j", async (key) => {
    expect((await send(upload(key))).status).toBe(202);
  });

  test.each([
    ["empty", ""],
    ["too long by one", "x".repeat(256)],
    ["with a space", "a b"],
    ["beyond ASCII", "ключ"],
  ])("is refused when %s", async (_, key) => {
    const { status, body } = await send(upload(key));

    expect([status, body.code]).toEqual([400, "invalid_idempotency_key"]);
  });

  test("is needed by nobody: without it every upload is a job", async () => {
    const submit = async () => (await request("/v1/jobs", { method: "POST", body: csvForm(csv) })).status;

    expect(await jobsMadeBy(async () => expect([await submit(), await submit()]).toEqual([202, 202]))).toBe(2);
  });
});

describe("deleteExpiredKeys", () => {
  test("deletes what is past its time, so many at most, and nothing else", async () => {
    await env.DB.prepare("delete from idempotency_keys").run();
    const insert = env.DB.prepare(
      "insert into idempotency_keys (owner, key, fingerprint, job_id, claimed_at, expires_at) values ('open', ?1, '', '', 0, ?2)",
    );
    await env.DB.batch([99, 100, 100, 101].map((end, index) => insert.bind(`key-${index}`, end)));

    expect(await deleteExpiredKeys(env.DB, 100, 2)).toBe(2);
    expect(await deleteExpiredKeys(env.DB, 100, 2)).toBe(1);
    expect(await deleteExpiredKeys(env.DB, 100, 2)).toBe(0);
    expect(await env.DB.prepare("select key from idempotency_keys").all()).toMatchObject({
      results: [{ key: "key-3" }],
    });
  });
});
