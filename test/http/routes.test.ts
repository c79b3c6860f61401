// Every route x (good, missing, malformed, wrong type, wrong method, no key, another's key), by what a caller can see.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { isPublic } from "../../src/http/access.ts";
import { app } from "../../src/http/app.ts";
import { isLegacyPath } from "../../src/http/dialects.ts";
import { titleOf } from "../../src/http/error-codes.ts";
import { origin } from "../support/jobs.ts";
import { callAs } from "../support/keys.ts";
import { routeTable } from "../support/route-table.ts";
import type { Call, Refused, Row } from "../support/route-table.ts";
import { setStage } from "../support/stage.ts";
import type { Stage } from "../support/stage.ts";
import { until } from "../support/until.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});

const callerId = "routes-test";
const metricsToken = "a token of the deployment";

async function send(key: string | null, { path, init = {} }: Call): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("x-request-id", callerId);
  const response = await callAs(key, path, { ...init, headers }, { METRICS_TOKEN: metricsToken });
  expect(response.headers.get("x-request-id")).toBe(callerId);
  return response;
}

/** What a caller sees of a refusal. Of its `errors` only whether they are as many as it says. */
async function seen(response: Response) {
  const text = await response.text();
  const { errors, errors_total: total, ...body } = text === "" ? {} : JSON.parse(text);
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body,
    isCounted: errors?.length === total,
  };
}

/** What a caller must see: the body of RFC 9457, or that of an earlier service, and nothing else. */
function refusal(path: string, { status, code, error }: Pick<Refused, "status" | "code" | "error">) {
  const { pathname } = new URL(path, origin);
  const detail = expect.stringMatching(/^\S.*\w\W*$/);
  if (isLegacyPath(pathname))
    return { status, type: "application/json", body: { error: error ?? detail, detail, code }, isCounted: true };
  const type = `${origin}/docs#${code}`;
  const body = { type, title: titleOf(status), status, detail, instance: pathname, code };
  return { status, type: "application/problem+json; charset=utf-8", body, isCounted: true };
}

function withSlash({ path, init }: Call): Call {
  const [address = "", query] = path.split("?");
  return { path: query === undefined ? `${address}/` : `${address}/?${query}`, ...(init && { init }) };
}

function keyFor({ foreign }: Row): string {
  return foreign === "nothing" ? metricsToken : stage.own.key;
}

/** A good request, and what it leaves behind is waited for: coordinators must be at rest when the file ends. */
async function sendGood(row: Row, change: (call: Call) => Call = (call) => call): Promise<Response> {
  const call = await row.good(stage);
  const response = await send(keyFor(row), change(call));
  if (row.method === "DELETE") {
    const id = call.path.replace(/^.*\//, "");
    await until(async () => (await env.FILE_BUCKET.head(`input/${id}.csv`)) === null);
  }
  return response;
}

const methodsOf = (path: string) =>
  routeTable
    .filter((row) => row.path === path)
    .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));

test("every route of the app has its row, and every row its route", () => {
  const registered = app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`);

  expect(routeTable.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...new Set(registered)].sort());
});

const having = (condition: (row: Row) => boolean) => routeTable.filter(condition);
const guarded = having(({ path, foreign }) => !isPublic(path) || foreign === "nothing");

describe("a good request", () => {
  test.each(routeTable)("is answered by $method $path, with a slash behind it too", async (row) => {
    for (const change of [(call: Call) => call, withSlash]) {
      const response = await sendGood(row, change);

      expect(response.status).toBe(row.status);
      expect(response.headers.get("content-type")).toBe(row.type);
      expect(response.headers.has("ratelimit-policy")).toBe(!isPublic(row.path));
      expect((await response.arrayBuffer()).byteLength > 0).toBe(row.type !== null);
    }
  });

  test.each(having(({ method }) => method === "GET"))("is answered by HEAD $path, without the body", async (row) => {
    const { path } = await row.good(stage);
    const got = await send(keyFor(row), { path });
    await got.body?.cancel();

    const head = await send(keyFor(row), { path, init: { method: "HEAD" } });

    expect([head.status, await head.text()]).toEqual([got.status, ""]);
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(got.headers));
  });

  test.each(having(({ method, wrongType }) => method !== "GET" && wrongType === "takes no body"))(
    "with a body that $method $path has no use for is answered as without",
    async (row) => {
      const init = { method: row.method, body: "\u0000", headers: { "content-type": "image/png" } };

      const response = await sendGood(row, ({ path }) => ({ path, init }));

      expect(response.status).toBe(row.status);
      await response.body?.cancel();
    },
  );
});

const refusals = routeTable.flatMap(({ method, path, missing, malformed, wrongType }) =>
  [...missing, ...malformed, ...(Array.isArray(wrongType) ? wrongType : [])].map((one) => ({ method, path, ...one })),
);

test.each(refusals)("$method $path answers $status $code to $why", async ({ call, status, code, error }) => {
  const made = await call(stage);

  const response = await send(stage.own.key, made);

  expect(await seen(response)).toEqual(refusal(made.path, { status, code, ...(error !== undefined && { error }) }));
});

test.each(routeTable)("$method $path answers every other method with 405 and what it takes", async (row) => {
  const { path } = await row.good(stage);
  const taken = methodsOf(row.path);

  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
    if (taken.includes(method)) continue;
    const response = await send(null, { path, init: { method } });

    expect([method, response.headers.get("allow")]).toEqual([method, [...new Set(taken)].sort().join(", ")]);
    const error = `${method} method not allowed`;
    const refused = refusal(path, { status: 405, code: "method_not_allowed", error });
    expect(await seen(response)).toEqual(method === "HEAD" ? { ...refused, body: {} } : refused);
  }
});

test.each(guarded)("$method $path asks for a key", async (row) => {
  const call = await row.good(stage);

  const response = await send(null, call);

  const code = row.foreign === "nothing" ? "metrics_token_needed" : "key_missing";
  expect(response.headers.get("www-authenticate")).toBe('Bearer realm="halftone"');
  expect(await seen(response)).toEqual(refusal(call.path, { status: 401, code }));
});

describe("another's key", () => {
  test.each(having(({ foreign }) => foreign === "nothing"))("does not open $method $path", async (row) => {
    const call = await row.good(stage);

    const response = await send(stage.foreign.key, call);

    expect(await seen(response)).toEqual(refusal(call.path, { status: 401, code: "metrics_token_needed" }));
  });

  test.each(having(({ foreign }) => foreign === "unknown"))("finds no job at $method $path", async (row) => {
    const call = await row.good(stage);

    const response = await send(stage.foreign.key, call);

    const expected = {
      status: 404,
      code: "job_not_found",
      ...(row.error !== undefined && { error: row.error }),
    } as const;
    expect(await seen(response)).toEqual(refusal(call.path, expected));
  });

  test.each(having(({ foreign }) => foreign === "its own"))("gets its own at $method $path", async (row) => {
    const response = await send(stage.foreign.key, await row.good(stage));

    expect(response.status).toBe(row.status);
    expect(await response.text()).not.toContain(stage.ended);
  });
});
