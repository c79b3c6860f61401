import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { isPublic, metricsPath } from "../../src/http/access.ts";
import { app } from "../../src/http/app.ts";
import { makeApiKey } from "../../src/store/api-key-format.ts";
import { envWith } from "../support/coordinators.ts";
import { catalogue, csvForm, origin, request } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { callAs, newKey } from "../support/keys.ts";
import { until } from "../support/until.ts";

const csv = catalogue(["https://shop.example/photo.jpg"]);

/** Every route there is, so that one that is added later is held to the same. */
const routes = app.routes
  .filter(({ method }) => method !== "ALL")
  .map(({ method, path }) => ({ method, path }))
  .filter((route, at, all) => all.findIndex((one) => one.method === route.method && one.path === route.path) === at);
const open = routes.filter(({ path }) => isPublic(path));
/** By API keys; the one that is not is tried in metrics.test.ts. */
const guarded = routes.filter(({ path }) => !isPublic(path) && path !== metricsPath);

async function submitAs(key: string): Promise<string> {
  const response = await callAs(key, "/v1/jobs", { method: "POST", body: csvForm(csv) });
  expect(response.status).toBe(202);
  return (await response.json<{ id: string }>()).id;
}

function pathTo(pattern: string, id: string): string {
  return `${pattern.replace(/:id(\{[^}]*\})?/, id).replaceAll(/:\w+(\{[^}]*\})?/g, "x")}?request_id=${id}`;
}

/** What a stranger can tell two answers apart by. */
async function shape(response: Response, id: string) {
  const { "x-request-id": _, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: (await response.text()).replaceAll(id, "ID") };
}

describe.each(guarded)("$method $path", ({ method, path }) => {
  test.each([
    ["no key", async () => null],
    ["a key of another form", async () => "letmein"],
    ["an empty key", async () => ""],
    ["an unknown key", async () => (await makeApiKey()).key],
    ["a key with the prefix of a good one", async () => `${(await newKey()).prefix}_${"x".repeat(43)}`],
    ["a revoked key", async () => (await newKey(Date.now())).key],
  ])("answers 401 to %s", async (_, makeKey) => {
    const key = await makeKey();

    const response = await callAs(key, pathTo(path, crypto.randomUUID()), { method });

    expect(response.status).toBe(401);
    const challenge = response.headers.get("www-authenticate");
    expect(challenge).toMatch(/^Bearer realm="halftone"/);
    expect(challenge?.includes('error="invalid_token"')).toBe(key !== null);
    const body = await response.json<Json>();
    expect(body.code).toBe(key === null ? "key_missing" : "key_invalid");
    const isLegacy = !path.startsWith("/v1/");
    expect(response.headers.get("content-type")).toContain(isLegacy ? "application/json" : "application/problem+json");
    expect(body.error).toBe(isLegacy ? body.detail : undefined);
  });

  test("answers another's key as if the job did not exist, and lets its own in", async () => {
    const [own, foreign] = [await newKey(), await newKey()];
    const id = await submitAs(own.key);
    const unknown = crypto.randomUUID();
    expect((await env.DB.prepare("select owner from jobs where id = ?1").bind(id).first<Json>())?.owner).toBe(own.id);

    const toForeign = await callAs(foreign.key, pathTo(path, id), { method });
    const toUnknown = await callAs(own.key, pathTo(path, unknown), { method });
    const [foreignShape, unknownShape] = [await shape(toForeign, id), await shape(toUnknown, unknown)];
    const toOwn = await callAs(own.key, pathTo(path, id), { method });
    await toOwn.body?.cancel();
    // A coordinator that is still clearing away when its file's runtime ends would hold that up for ever.
    if (method === "DELETE") await until(async () => (await env.FILE_BUCKET.head(`input/${id}.csv`)) === null);

    expect(foreignShape.status === 404 || !path.includes(":id")).toBe(true);
    expect(path.includes(":id") ? foreignShape : null).toEqual(path.includes(":id") ? unknownShape : null);
    expect(foreignShape.body).not.toContain(id);
    expect(toOwn.status).not.toBe(401);
  });
});

describe("without a key", () => {
  test.each(open)("$method $path can be had", async ({ method, path }) => {
    const response = await callAs(null, pathTo(path, crypto.randomUUID()), { method });

    expect([200, 404]).toContain(response.status);
    expect(response.headers.get("ratelimit-policy")).toBeNull();
  });

  test.each([
    ["GET", "/favicon.ico", 404],
    ["GET", "/v1/nonsense", 404],
    ["PUT", "/v1/jobs", 405],
  ])("%s %s is answered as to anybody", async (method, path, status) => {
    expect((await callAs(null, path, { method })).status).toBe(status);
  });

  test.each(["/image/../v1/jobs/x", "/image/..%2fv1/jobs/x", "/image//v1/jobs/x", "//v1/jobs/x", "/V1/jobs/x"])(
    "%s leads nowhere that a key guards",
    async (path) => {
      const response = await app.request(`${origin}${path}`, {}, envWith({ AUTH: "required" }));

      expect([401, 404]).toContain(response.status);
    },
  );

  test("a HEAD is refused like a GET", async () => {
    expect((await callAs(null, `/v1/jobs/${crypto.randomUUID()}`, { method: "HEAD" })).status).toBe(401);
  });

  test.each(["Basic dXNlcjpwYXNz", "ht_live_abc", "Bearerht_live_abc"])(
    "the header %j counts as none",
    async (header) => {
      const response = await callAs(null, "/status/x", { headers: { authorization: header } });

      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="halftone"');
    },
  );
});

describe("a key", () => {
  test.each(["bearer", "BEARER", "Bearer "])("may be announced by %j", async (scheme) => {
    const { key } = await newKey();
    const headers = { authorization: `${scheme} ${key}` };

    expect((await callAs(null, `/v1/jobs/${crypto.randomUUID()}`, { headers })).status).toBe(404);
  });

  test("lists only its own jobs", async () => {
    const [own, foreign] = [await newKey(), await newKey()];
    const ids = [await submitAs(own.key), await submitAs(own.key)];
    await submitAs(foreign.key);

    const page = await (await callAs(own.key, "/v1/jobs")).json<Json>();

    expect(page.jobs.map((job: Json) => job.id).sort()).toEqual(ids.sort());
  });

  test("is refused from the moment it is revoked", async () => {
    const { key, id } = await newKey();
    const path = `/v1/jobs/${await submitAs(key)}`;
    expect((await callAs(key, path)).status).toBe(200);

    await env.DB.prepare("update api_keys set revoked_at = 1 where id = ?1").bind(id).run();

    expect((await callAs(key, path)).status).toBe(401);
  });

  test.each([
    ["never", null, true],
    ["an hour and a second ago", 3_601_000, true],
    ["a minute less than an hour ago", 3_540_000, false],
  ])("last used %s has its use noted: %s", async (_, age, noted) => {
    const { key, id } = await newKey();
    const before = age === null ? null : Date.now() - age;
    await env.DB.prepare("update api_keys set last_used_at = ?2 where id = ?1").bind(id, before).run();

    await callAs(key, "/status/x");

    const row = await env.DB.prepare("select last_used_at from api_keys where id = ?1").bind(id).first<Json>();
    expect(row.last_used_at !== before).toBe(noted);
  });

  test("works although its use cannot be noted", async () => {
    const { key } = await newKey();
    const prepare = (sql: string) => {
      if (sql.startsWith("update")) throw new Error("read only");
      return env.DB.prepare(sql);
    };

    expect((await callAs(key, "/status/x", {}, { DB: { prepare } })).status).toBe(404);
  });

  test("is not kept anywhere as it is", async () => {
    const { key } = await newKey();

    const { results } = await env.DB.prepare("select * from api_keys").all();

    expect(JSON.stringify(results)).not.toContain(key);
    expect(JSON.stringify(results)).not.toContain(key.split("_")[3]);
  });
});

describe("where no key is asked for", () => {
  test("a key is not looked at, and every job is seen", async () => {
    const id = await submitAs((await newKey()).key);

    const response = await request(`/v1/jobs/${id}`, { headers: { authorization: "Bearer nonsense" } });

    expect(response.status).toBe(200);
  });

  test("a job has no owner, and is nobody's once keys are asked for", async () => {
    const { id } = await (await request("/v1/jobs", { method: "POST", body: csvForm(csv) })).json<{ id: string }>();

    expect((await callAs((await newKey()).key, `/v1/jobs/${id}`)).status).toBe(404);
  });
});

test("without a word about it keys are asked for", async () => {
  expect((await callAs(null, "/v1/jobs/x", {}, { AUTH: undefined })).status).toBe(401);
});
