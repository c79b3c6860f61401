// Odd requests about jobs that exist: one that has ended, one that runs, one that was cancelled. The same ones every time.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { app } from "../../src/http/app.ts";
import { makeApiKey } from "../../src/store/api-key-format.ts";
import { envWith } from "../support/coordinators.ts";
import * as odd from "../support/odd-requests.ts";
import { newCancelledJob, newRunningJob, setStage } from "../support/stage.ts";
import type { Stage } from "../support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

type Which = "ended" | "running" | "cancelled";

/** What a path is made of before the jobs are there: `%` stands for the id, `&` for the image, `$` for the delivery. */
interface JobCall extends Omit<odd.Call, "path"> {
  which: Which;
  pattern: string;
  /** Of the id: as it is, in upper case, or with something wrong about it. */
  spoil: (id: string) => string;
  ending: string;
}

const patterns = [
  "/v1/jobs/%",
  "/v1/jobs/%/images",
  "/v1/jobs/%/output.csv",
  "/v1/jobs/%/output.json",
  "/v1/jobs/%/events",
  "/v1/jobs/%/cancel",
  "/v1/jobs/%/retry",
  "/v1/jobs/%/deliveries",
  "/v1/jobs/%/deliveries/$/redeliver",
  "/status/%",
  "/job/status/%",
  "/fetch/%",
  "/status?request_id=%",
  "/webhook-completed?request_id=%",
  "/image/&",
];

const spoil = fc.oneof(
  { weight: 8, arbitrary: fc.constant((id: string) => id) },
  fc.constant((id: string) => id.toUpperCase()),
  fc.nat(35).map((at) => (id: string) => id.slice(0, at) + id.slice(at + 1)),
  fc.tuple(fc.nat(35), odd.oddText).map(
    ([at, text]) =>
      (id: string) =>
        id.slice(0, at) + encodeURIComponent(odd.wellFormed(text)) + id.slice(at),
  ),
);

const parameters = {
  limit: ["1", "2", "1000", "1001", "0"],
  cursor: ["0", "1", "2", "9007199254740991", "9007199254740992"],
  outcome: ["compressed", "kept_original", "failed", "Failed"],
  columns: ["extended", "all"],
  excel: ["true", "false", "1"],
  partial: ["true", "false", ""],
};
const likelyQuery = fc
  .array(
    fc
      .constantFrom(...Object.entries(parameters))
      .chain(([name, values]) => fc.tuple(fc.constant(name), fc.constantFrom(...values))),
    { maxLength: 3 },
  )
  .map((pairs) => new URLSearchParams(pairs).toString());

const method = fc.oneof(
  { weight: 14, arbitrary: fc.constant("GET") },
  { weight: 4, arbitrary: fc.constantFrom("HEAD", "POST") },
  { weight: 1, arbitrary: fc.constantFrom("DELETE", "PUT", "PATCH", "OPTIONS", "PROPFIND") },
);

const jobCall: fc.Arbitrary<JobCall> = fc.record({
  which: fc.constantFrom<Which[]>("ended", "running", "cancelled"),
  pattern: fc.constantFrom(...patterns),
  spoil,
  ending: fc.constantFrom("", "", "", "/", "//", "%", "%00"),
  method,
  query: fc.oneof(fc.constant(""), likelyQuery, odd.query),
  headers: odd.headers,
  type: odd.contentType,
  body: odd.body,
});

function aimed({ which, pattern, spoil: spoilt, ending, ...call }: JobCall): odd.Call {
  const id = stage[which];
  const path = pattern
    .replace("%", () => spoilt(id))
    .replace("&", () => spoilt(stage.file.slice(0, 36)) + stage.file.slice(36))
    .replace("$", () => stage.delivery);
  const [address = "", query] = path.split("?");
  return { ...call, path: address + ending, query: query === undefined ? call.query : `${query}&${call.query}` };
}

/** Puts another job in the place of one that a request took away or stopped. */
async function mend(which: Which): Promise<void> {
  const state = await env.DB.prepare("select state from jobs where id = ?1").bind(stage[which]).first<string>("state");
  if (which === "ended" && state === null) stage = await setStage();
  if (which === "cancelled" && state === null) stage.cancelled = await newCancelledJob(stage.own);
  if (which === "running" && !["queued", "processing"].includes(state ?? "")) {
    stage.running = await newRunningJob(stage.own);
  }
}

async function answer(call: odd.Call, bindings: Record<string, unknown>): Promise<[Request, Response]> {
  const request = odd.requestOf(call);
  return [request, await app.request(request, {}, envWith(bindings), createExecutionContext())];
}

test("no request about a job that exists finds a fault of ours", async () => {
  const check = async (drawn: JobCall) => {
    const [request, response] = await answer(aimed(drawn), { AUTH: "open" });

    expect(await odd.faultsOf(request, response)).toEqual([]);
    const mayHaveChanged = response.status === 202 || response.status === 204;
    if (mayHaveChanged) await mend(drawn.which);
  };

  await fc.assert(fc.asyncProperty(jobCall, check), { seed: 4_073, numRuns: 1_500 });
});

/** A key that is not the owner's, though it may look like it. */
const otherKey: fc.Arbitrary<(own: string, strange: string) => string> = fc.oneof(
  fc.constant((_: string, strange: string) => `Bearer ${strange}`),
  fc.constant((own: string) => `Bearer ${own.toUpperCase()}`),
  fc.constant((own: string) => `Basic ${own}`),
  fc.constant((own: string) => own),
  fc
    .nat(63)
    .map((at) => (own: string) => `Bearer ${own.slice(0, at)}${own[at] === "x" ? "y" : "x"}${own.slice(at + 1)}`),
  fc.nat(63).map((at) => (own: string) => `Bearer ${own.slice(0, at)}`),
  fc.nat(63).map((at) => (own: string, strange: string) => `Bearer ${own.slice(0, at)}${strange.slice(at)}`),
  fc.string({ maxLength: 80 }).map((text) => () => `Bearer ${text.replaceAll(/[^\x20-\x7e]/g, "?")}`),
);

interface KeyedCall {
  drawn: JobCall;
  makeKey: (own: string, strange: string) => string;
  known: boolean;
}

const required = { AUTH: "required" };
const refusals = [400, 401, 404, 405, 412, 416];

test("no key but the owner's gets anything of a job", async () => {
  const [{ key: strange }, foreign] = [await makeApiKey(), stage.foreign.key];
  const call: fc.Arbitrary<KeyedCall> = fc.record({ drawn: jobCall, makeKey: otherKey, known: fc.boolean() });
  const check = async ({ drawn, makeKey, known }: KeyedCall) => {
    const aim = aimed(drawn);
    const authorization = makeKey(stage.own.key, known ? foreign : strange);

    const [request, response] = await answer({ ...aim, headers: { ...aim.headers, authorization } }, required);

    const allowed = aim.path.startsWith("/image/") ? [200, 206, 304, ...refusals] : refusals;
    expect(allowed, authorization).toContain(response.status);
    expect(await odd.faultsOf(request, response)).toEqual([]);
  };

  await fc.assert(fc.asyncProperty(call, check), { seed: 4_074, numRuns: 600 });
  const jobs = await env.DB.prepare("select count(*) as n from jobs where id in (?1, ?2, ?3)")
    .bind(stage.ended, stage.running, stage.cancelled)
    .first<{ n: number }>();
  expect(jobs?.n).toBe(3);
});
