import { describe, expect, test, vi } from "vitest";
import { rateLimits } from "../../src/config.ts";
import { app } from "../../src/http/app.ts";
import { isPublic } from "../../src/http/access.ts";
import { limitOf } from "../../src/http/rate-limits.ts";
import { envWith } from "../support/coordinators.ts";
import { catalogue, csvForm, request } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { callAs, newKey } from "../support/keys.ts";

/** Lets `quota` calls of each caller pass, as the platform's does within one window. */
function limiter(quota: number) {
  const counts: Record<string, number> = {};
  return {
    counts,
    async limit({ key }: { key: string }) {
      counts[key] = (counts[key] ?? 0) + 1;
      return { success: counts[key] <= quota };
    },
  };
}

const look = `/v1/jobs/${crypto.randomUUID()}`;
const from = (address: string) => ({ headers: { "cf-connecting-ip": address } });

describe("calls", () => {
  test("pass up to the limit and are refused one past it, until the window is over", async () => {
    const replaced = envWith({ REQUEST_LIMIT: limiter(2) });
    const call = () => app.request(look, from("192.0.2.1"), replaced);

    const passed = [await call(), await call()];
    const refused = await call();

    expect(passed.map(({ status }) => status)).toEqual([404, 404]);
    expect(passed[0]?.headers.get("ratelimit-policy")).toBe('"requests";q=6000;w=60');
    expect(passed[0]?.headers.get("ratelimit")).toBeNull();
    expect(refused.status).toBe(429);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      "content-type": "application/problem+json; charset=utf-8",
      "retry-after": "60",
      "ratelimit-policy": '"requests";q=6000;w=60',
      ratelimit: '"requests";r=0;t=60',
    });
    expect(await refused.json()).toMatchObject({ status: 429, title: "Too many requests", code: "rate_limited" });
  });

  test("of an earlier service are refused in its own words", async () => {
    const response = await app.request("/status/x", {}, envWith({ REQUEST_LIMIT: limiter(0) }));

    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ error: expect.stringContaining("6000"), code: "rate_limited" });
  });

  test.each([
    ["POST", "/v1/jobs", "uploads"],
    ["POST", "/v1/jobs/", "uploads"],
    ["POST", "/upload", "uploads"],
    ["POST", "/upload/", "uploads"],
    ["GET", look, "requests"],
    ["POST", `${look}/cancel`, "requests"],
  ])("by %s %s count as %s", async (method, path, name) => {
    const [uploads, requests] = [limiter(9), limiter(9)];

    const response = await app.request(path, { method }, envWith({ UPLOAD_LIMIT: uploads, REQUEST_LIMIT: requests }));

    expect(response.headers.get("ratelimit-policy")).toMatch(`"${name}"`);
    expect([Object.keys(uploads.counts).length, Object.keys(requests.counts).length]).toEqual(
      name === "uploads" ? [1, 0] : [0, 1],
    );
  });

  test("to validate a catalogue cost as much as uploads", () => {
    expect(limitOf("POST", "/v1/validate")).toBe("uploads");
    expect(limitOf("GET", "/v1/jobs")).toBe("requests");
  });

  test("tell the policy on an accepted upload", async () => {
    const form = csvForm(catalogue(["https://shop.example/photo.jpg"]));

    const response = await request("/v1/jobs", { method: "POST", body: form });

    expect(response.status).toBe(202);
    expect(response.headers.get("ratelimit-policy")).toBe('"uploads";q=600;w=60');
  });

  test.each(["/health", "/openapi.json", "/image/x.jpg", "/nothing"])("of %s are not counted", async (path) => {
    const none = limiter(0);

    const response = await app.request(path, {}, envWith({ UPLOAD_LIMIT: none, REQUEST_LIMIT: none }));

    expect(response.status).not.toBe(429);
    expect(response.headers.get("ratelimit-policy")).toBeNull();
    expect(none.counts).toEqual({});
  });
});

describe("a caller", () => {
  test.each([
    ["its address", { "cf-connecting-ip": "192.0.2.1" }, "address 192.0.2.1"],
    ["the network of its IPv6 address", { "cf-connecting-ip": "2001:db8:1:2:3:4:5:6" }, "address 2001:db8:1:2::/64"],
    ["its IPv4 address in IPv6 form", { "cf-connecting-ip": "::ffff:192.0.2.1" }, "address 192.0.2.1"],
    ["one name where there is no address", {}, "address unknown"],
    ["one name where the address is none", { "cf-connecting-ip": "x".repeat(5000) }, "address unknown"],
  ])("without a key is counted by %s", async (_, headers, name) => {
    const requests = limiter(9);

    await app.request(look, { headers }, envWith({ REQUEST_LIMIT: requests }));

    expect(requests.counts).toEqual({ [name]: 1 });
  });

  test("with a key is counted by it, wherever it calls from", async () => {
    const requests = limiter(1);
    const [one, other] = [await newKey(), await newKey()];
    const call = async (key: string, address: string) =>
      (await callAs(key, look, from(address), { REQUEST_LIMIT: requests })).status;

    expect(await call(one.key, "192.0.2.1")).toBe(404);
    expect(await call(one.key, "192.0.2.2")).toBe(429);
    expect(await call(other.key, "192.0.2.1")).toBe(404);
    expect(Object.keys(requests.counts)).toEqual([`key ${one.id}`, `key ${other.id}`]);
  });

  test("that guesses keys is counted by its address", async () => {
    const requests = limiter(1);
    const guess = async (key: string | null) =>
      (await callAs(key, look, from("192.0.2.1"), { REQUEST_LIMIT: requests })).status;

    expect([await guess("ht_live_x"), await guess(null), await guess("ht_live_y")]).toEqual([401, 429, 429]);
  });
});

describe("a limiter", () => {
  test("that is missing stops nobody, and is logged once", async () => {
    const log = vi.spyOn(console, "log");
    const stripped = envWith({ REQUEST_LIMIT: undefined });

    const statuses = [await app.request(look, {}, stripped), await app.request(look, {}, stripped)];

    expect(statuses.map(({ status }) => status)).toEqual([404, 404]);
    const lines = log.mock.calls.map(([line]): Json => JSON.parse(String(line)));
    expect(lines.filter(({ event }) => event === "rate_limit_missing")).toHaveLength(1);
    log.mockRestore();
  });

  test("that fails stops nobody", async () => {
    const broken = {
      limit: async () => {
        throw new Error("down");
      },
    };

    expect((await app.request(look, {}, envWith({ REQUEST_LIMIT: broken }))).status).toBe(404);
  });

  test("of the platform, bound as in wrangler.toml, takes our calls", async () => {
    const response = await request(look);

    expect(response.status).toBe(404);
    expect(isPublic(look)).toBe(false);
    expect(rateLimits.requests.quota).toBe(6_000);
  });
});
