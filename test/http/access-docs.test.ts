import { expect, test } from "vitest";
import { isPublic } from "../../src/http/access.ts";
import { callAs } from "../support/keys.ts";
import { request } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";

interface Operation {
  name: string;
  operation: Json;
}

async function operations(response: Response): Promise<Operation[]> {
  const { paths } = await response.json<Json>();
  const guarded = Object.entries<Json>(paths).filter(([path]) => !isPublic(path));
  return guarded.flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  );
}

test("every operation behind a key tells its key, its limits and its request id", async () => {
  const all = await operations(await callAs(null, "/openapi.json"));

  expect(all.length).toBeGreaterThan(5);
  for (const { name, operation } of all) {
    expect(operation.security, name).toEqual([name === "get /metrics" ? { MetricsToken: [] } : { ApiKey: [] }]);
    expect(Object.keys(operation.responses), name).toEqual(expect.arrayContaining(["401", "429"]));
    for (const response of Object.values<Json>(operation.responses)) {
      expect(Object.keys(response.headers), name).toEqual(expect.arrayContaining(["X-Request-Id", "RateLimit-Policy"]));
    }
  }
});

test("where no key is asked for, none is needed", async () => {
  for (const { name, operation } of await operations(await request("/openapi.json"))) {
    expect(operation.security, name).toContainEqual({});
  }
});

test("an upload tells its Idempotency-Key and what comes of it", async () => {
  const document = await (await request("/openapi.json")).json<Json>();
  const { parameters, responses } = document.paths["/v1/jobs"].post;

  expect(parameters).toMatchObject([{ in: "header", name: "idempotency-key", required: false }]);
  expect(Object.keys(responses["202"].headers)).toEqual(
    expect.arrayContaining(["location", "retry-after", "idempotent-replayed", "X-Request-Id"]),
  );
  expect(responses["202"].headers["RateLimit-Policy"].example).toBe('"uploads";q=600;w=60');
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(["401", "409", "422", "429"]));
  expect(document.components.securitySchemes.ApiKey).toMatchObject({ type: "http", scheme: "bearer" });
});
