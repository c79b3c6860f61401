import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { app } from "../../src/http/app.ts";
import { withoutSecrets } from "../../src/job/log.ts";
import { envWith } from "../support/coordinators.ts";
import { catalogue, csvForm, request, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { callAs, newKey } from "../support/keys.ts";
import { until } from "../support/until.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const brokenDatabase = {
  prepare: () => {
    throw new Error("no answer from https://user:pass@db.example/x?token=hidden");
  },
};

let written: string[] = [];

beforeEach(() => {
  written = [];
  for (const level of ["log", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => void written.push(String(line)));
  }
});
afterEach(() => vi.restoreAllMocks());

/** Every line is one JSON object, or this throws. */
function logged(event: string): Json[] {
  return written.map((line): Json => JSON.parse(line)).filter((line) => line.event === event);
}

describe("X-Request-Id", () => {
  test.each([
    ["a.b-c_d:e=f+g/h@1", "as it came"],
    ["x".repeat(128), "at its longest"],
  ])("%j comes back %s", async (id) => {
    const response = await request("/health", { headers: { "x-request-id": id } });

    expect(response.headers.get("x-request-id")).toBe(id);
  });

  test.each(["", "x".repeat(129), "two words", 'quote"', "brace{}", "semi;colon", "ümlaut", "<script>"])(
    "%j is replaced by a new one",
    async (id) => {
      const response = await request("/health", { headers: { "x-request-id": id } });

      expect(response.headers.get("x-request-id")).toMatch(uuid);
    },
  );

  test("is new for every request that brings none", async () => {
    const ids = [await request("/health"), await request("/health")].map((r) => r.headers.get("x-request-id"));

    expect(ids[0]).toMatch(uuid);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test.each([
    ["a 404 of a job", `/v1/jobs/${crypto.randomUUID()}`, {}, 404],
    ["a 404 of an earlier service", "/status/x", {}, 404],
    ["a 404 of an address", "/nothing", {}, 404],
    ["a 405", "/health", { method: "DELETE" }, 405],
    ["a 415", "/v1/jobs", { method: "POST", body: "x" }, 415],
    ["a HEAD", "/health", { method: "HEAD" }, 200],
  ])("stands on %s", async (_, path, init, status) => {
    const response = await request(path, { ...init, headers: { "x-request-id": "mine" } });

    expect([response.status, response.headers.get("x-request-id")]).toEqual([status, "mine"]);
  });

  test.each([
    ["a 401", 401, { AUTH: "required" }],
    ["a 429", 429, { REQUEST_LIMIT: { limit: async () => ({ success: false }) } }],
    ["a 500", 500, { DB: brokenDatabase }],
  ])("stands on %s", async (_, status, replaced) => {
    const headers = { "x-request-id": "mine" };

    const response = await app.request(`/v1/jobs/${crypto.randomUUID()}`, { headers }, envWith(replaced));

    expect([response.status, response.headers.get("x-request-id")]).toEqual([status, "mine"]);
  });

  test("is the reference of a 500, in the answer and in the log", async () => {
    const response = await app.request(`/v1/jobs/${crypto.randomUUID()}`, {}, envWith({ DB: brokenDatabase }));
    const id = response.headers.get("x-request-id");

    expect((await response.json<Json>()).detail).toContain(id);
    expect(logged("request_failed")).toMatchObject([{ request_id: id, reference: id }]);
  });
});

describe("the log", () => {
  test("has one line for every request, by its route and without its query", async () => {
    const id = crypto.randomUUID();

    await request(`/v1/jobs/${id}/images?cursor=0&token=hidden`, { headers: { "x-request-id": "mine" } });
    await request("/no/such-place-hidden?a=hidden");

    expect(logged("request")).toMatchObject([
      { request_id: "mine", method: "GET", route: "/v1/jobs/:id/images", job: id, status: 404 },
      { method: "GET", route: null, job: null, status: 404 },
    ]);
    expect(logged("request")[0].duration_ms).toBeTypeOf("number");
    expect(written.join()).not.toContain("hidden");
  });

  test("keeps the ids of requests apart that run side by side", async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `side-${index}`);
    const broken = envWith({ DB: brokenDatabase });
    const path = `/v1/jobs/${crypto.randomUUID()}`;

    await Promise.all(ids.map(async (id) => app.request(path, { headers: { "x-request-id": id } }, broken)));

    expect(logged("request_failed").map((line) => line.request_id)).toEqual(expect.arrayContaining(ids));
    expect(logged("request").map((line) => line.request_id)).toEqual(expect.arrayContaining(ids));
  });

  test("of a whole job gives every line an id and no secret away", async () => {
    const { key } = await newKey();
    const form = csvForm(catalogue(["https://shop.example/photo.jpg?token=hidden", "https://nowhere.example/hidden"]), {
      webhook_url: "https://receiver.example/hook?box=hidden&fail=1",
    });

    const upload = await callAs(key, "/v1/jobs?note=hidden", { method: "POST", body: form });
    const { id } = await upload.json<{ id: string }>();
    await waitForEnd(id);
    await until(() => logged("delivery_attempted").length > 0);
    await callAs("ht_live_hiddenhidden_hidden", "/v1/jobs/x");

    expect(logged("job_ended")).toHaveLength(1);
    for (const line of written) expect(JSON.parse(line).request_id).toMatch(uuid);
    expect(written.join()).not.toContain("hidden");
    expect(written.join()).not.toContain(key);
  });

  test.each([
    ["fetch https://a.example/hook/T0/secret?x=1 failed", "fetch https://a.example/… failed"],
    ['Invalid URL: "http://user:pass@a.example:8080/x"', 'Invalid URL: "http://a.example:8080/…"'],
    ["HTTPS://A.example?x=1#y", "HTTPS://A.example/…"],
    ["https://user@pass@a.example", "https://a.example/…"],
    [`Bearer ht_live_${"a".repeat(12)}_${"b".repeat(43)}.`, "Bearer ht_live_…."],
    ["secret whsec_a2tra2tra2tr+/==", "secret whsec_…"],
    ["at run (index.js:1:2)", "at run (index.js:1:2)"],
  ])("writes %j as %j", (text, expected) => {
    expect(withoutSecrets(text)).toBe(expected);
  });

  test("says of a failure what failed, but not with which address", async () => {
    await app.request(`/v1/jobs/${crypto.randomUUID()}`, {}, envWith({ DB: brokenDatabase }));

    expect(logged("request_failed")[0].error).toContain("no answer from https://db.example/…");
    expect(written.join()).not.toMatch(/pass|hidden/);
  });
});
