// Thousands of requests that nobody would send in earnest, the same ones every time: none may find a fault of ours.
import { createExecutionContext } from "cloudflare:test";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { app } from "../../src/http/app.ts";
import { envWith, quietCoordinators } from "../support/coordinators.ts";
import * as odd from "../support/odd-requests.ts";

beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

const patterns = [...new Set(app.routes.map(({ path }) => path).filter((path) => !path.includes("*")))];

const path = fc
  .tuple(
    fc.constantFrom(...patterns, "/v1/nothing", "/", "//", "/image/../v1/jobs"),
    fc.array(odd.oddText, { maxLength: 3 }),
  )
  .chain(([pattern, parts]) => {
    let at = 0;
    const filled = pattern.replaceAll(/:\w+/g, () => encodeURIComponent(odd.wellFormed(parts[at++] ?? odd.unknownId)));
    return fc.constantFrom(filled, `${filled}/`, `${filled}//`, filled.toUpperCase(), `${filled}%`, `${filled}%zz`);
  });

async function expectNoFaultOfOurs(call: odd.Call): Promise<void> {
  const request = odd.requestOf(call);
  const bindings = envWith({ COORDINATOR: quietCoordinators() });
  const response = await app.request(request, {}, bindings, createExecutionContext());
  expect(await odd.faultsOf(request, response)).toEqual([]);
}

const method = fc.constantFrom("GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND");

test("no request to any address finds a fault of ours", async () => {
  const call = fc.record({
    method,
    path,
    query: odd.query,
    headers: odd.headers,
    type: odd.contentType,
    body: odd.body,
  });

  await fc.assert(fc.asyncProperty(call, expectNoFaultOfOurs), { seed: 4_071, numRuns: 2_000 });
});

test.each([
  ["CSV", "text/csv", odd.csv],
  ["JSON", "application/json", odd.json],
  ["a form", "multipart/form-data; boundary=b", odd.form],
])("no body that may be %s finds a fault of ours, wherever it is sent", async (_, type, texts) => {
  const call = fc.record({
    method: fc.constant("POST"),
    path: fc.constantFrom("/v1/jobs", "/v1/validate", "/v1/validate", "/upload", "/v1/webhooks/test"),
    query: fc.oneof(fc.constant(""), odd.query),
    headers: fc.constant({}),
    type: fc.constant(type),
    body: texts,
  });

  await fc.assert(fc.asyncProperty(call, expectNoFaultOfOurs), { seed: 4_072, numRuns: 500 });
});
