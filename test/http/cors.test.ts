import { describe, expect, test } from "vitest";
import { callAs } from "../support/keys.ts";

const admin = "https://admin.shop.example";
const named = { CORS_ORIGINS: `${admin},http://localhost:3000` };

function preflight(origin: string, path = "/v1/jobs") {
  const headers = {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,idempotency-key",
  };
  return [path, { method: "OPTIONS", headers }] as const;
}

function corsHeaders(response: Response): string[] {
  return [...response.headers.keys()].filter((name) => name.startsWith("access-control-")).sort();
}

describe("where no origin is named", () => {
  test("no page of another may read an answer, and a preflight is a wrong method", async () => {
    const asked = await callAs(null, ...preflight(admin));
    const got = await callAs(null, "/health", { headers: { origin: admin } });

    expect([asked.status, asked.headers.get("allow"), corsHeaders(asked)]).toEqual([405, "GET, HEAD, POST", []]);
    expect([got.status, got.headers.get("vary"), corsHeaders(got)]).toEqual([200, null, []]);
  });
});

describe("where origins are named", () => {
  test.each([admin, "http://localhost:3000"])("a page of %s may ask beforehand, without a key", async (origin) => {
    const response = await callAs(null, ...preflight(origin), named);

    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET, HEAD, POST, DELETE",
      "access-control-allow-headers": expect.stringMatching(/Authorization, Content-Type, Idempotency-Key/),
      vary: "Origin",
    });
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test("their pages may read answers and refusals, with the header fields that matter", async () => {
    for (const [path, status] of [
      ["/health", 200],
      ["/v1/jobs", 401],
      ["/status/x", 401],
      ["/v1/nothing", 404],
    ] as const) {
      const response = await callAs(null, path, { headers: { origin: admin } }, named);

      expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([status, admin]);
      expect(response.headers.get("access-control-expose-headers")).toContain("Location, RateLimit");
      expect(response.headers.get("vary")).toBe("Origin");
    }
  });

  test.each([
    "https://evil.example",
    "https://admin.shop.example.evil.example",
    "http://admin.shop.example",
    "null",
    "",
  ])("a page of %j may not", async (origin) => {
    const asked = await callAs(null, ...preflight(origin), named);
    const got = await callAs(null, "/health", { headers: { origin } }, named);

    expect([asked.status, corsHeaders(asked), asked.headers.get("vary")]).toEqual([405, [], "Origin"]);
    expect([got.status, corsHeaders(got), got.headers.get("vary")]).toEqual([200, [], "Origin"]);
  });

  test("OPTIONS that is no preflight stays a wrong method", async () => {
    const response = await callAs(null, "/v1/jobs", { method: "OPTIONS", headers: { origin: admin } }, named);

    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([405, admin]);
  });
});

test("a star lets every page in, whoever asks", async () => {
  const response = await callAs(null, "/health", { headers: { origin: "https://any.example" } }, { CORS_ORIGINS: "*" });

  expect([response.headers.get("access-control-allow-origin"), response.headers.get("vary")]).toEqual(["*", null]);
});
