// Every route of the app, and of each: a request that is good, and those that are not. A route without a row fails a test.
import type { ErrorCodeName } from "../../src/http/error-codes.ts";
import { csvForm } from "./jobs.ts";
import { newRunningJob, stagedCsv } from "./stage.ts";
import type { Stage } from "./stage.ts";

export interface Call {
  path: string;
  init?: RequestInit;
}

type MakeCall = (stage: Stage) => Call | Promise<Call>;

export interface Refused {
  why: string;
  call: MakeCall;
  status: number;
  code: ErrorCodeName;
  /** The sentence of an earlier service, word for word. */
  error?: string;
}

export interface Row {
  /** As it is registered. */
  method: "GET" | "POST" | "DELETE";
  path: string;
  good: MakeCall;
  status: number;
  /** Content type of the good answer; null where it has no body. */
  type: string | null;
  /** What is asked for, or what is needed for it, is not there. */
  missing: Refused[];
  malformed: Refused[];
  /** Or why a body of another type is none of its business. */
  wrongType: Refused[] | "takes no body";
  /**
   * What a caller with another key gets: the same as for an unknown id, its own, what everybody gets, or nothing, because a
   * token of the deployment opens it and no key.
   */
  foreign: "unknown" | "its own" | "public" | "nothing";
  /** Of a 404 for the id. */
  error?: string;
}

const unknownId = "0b5c2f6e-4c0d-4b0e-9d67-0a8c0f1f7a55";
const json = "application/json";
const csvType = "text/csv; charset=utf-8; header=present";

function post(path: string, body?: BodyInit, type?: string): () => Call {
  const headers: HeadersInit = type === undefined ? {} : { "content-type": type };
  return () => ({ path, init: { method: "POST", headers, ...(body !== undefined && { body }) } });
}

function refused(status: number, code: ErrorCodeName, why: string, call: MakeCall, error?: string): Refused {
  return { status, code, why, call, ...(error !== undefined && { error }) };
}

/** A route below a job: `%` in the path stands for its id. */
function ofJob(row: Omit<Row, "good" | "missing" | "foreign"> & { which: "ended" | "running"; call: string }): Row {
  const at = (id: string): Call => ({ path: row.call.replace("%", id), init: { method: row.method } });
  const unknown = (why: string, id: string) =>
    refused(404, "job_not_found", why, () => at(id), row.error === undefined ? undefined : row.error);
  return {
    ...row,
    good: (stage) => at(stage[row.which]),
    missing: [unknown("an unknown id", unknownId)],
    malformed: [...(row.malformed.length > 0 ? [] : [unknown("an id that is none", "nonsense")]), ...row.malformed],
    foreign: "unknown",
  };
}

function queries(code: ErrorCodeName, call: string, ...texts: string[]): Refused[] {
  return texts.map((text) =>
    refused(400, code, text, ({ ended }) => ({ path: `${call.replace("%", ended)}?${text}` })),
  );
}

const form = (csv: string, fields: Record<string, string> = {}) => csvForm(csv, fields);
const badBodies = (path: string): Refused[] => [
  refused(400, "invalid_option", "an option out of bounds", post(path, form(stagedCsv, { quality: "101" }))),
  refused(400, "malformed_form", "a form without its boundary", post(path, "--x", "multipart/form-data")),
  refused(400, "malformed_json", "half of a JSON", post(path, "{", json)),
  refused(400, "invalid_json", "JSON of another shape", post(path, "[]", json)),
];
const otherTypes = (path: string): Refused[] => [
  refused(415, "unsupported_media_type", "a picture", post(path, "x", "image/png")),
  refused(415, "unsupported_media_type", "a form of the other encoding", post(path, new URLSearchParams({ a: "b" }))),
  refused(415, "unsupported_media_type", "no type", post(path, new TextEncoder().encode(stagedCsv))),
];
const noFile = (path: string, status: number) =>
  refused(status, "file_missing", "a form without a file", post(path, new FormData()));

const noBody = { wrongType: "takes no body" } as const;
const plain = { malformed: [], ...noBody };
const legacyIdMissing = (call: MakeCall) => refused(400, "invalid_parameter", "no id in the query", call);
const legacyUnknown = (call: MakeCall, error: string) => refused(404, "job_not_found", "an unknown id", call, error);
const [requestNotFound, requestIdNotFound] = ["Invalid request ID", "Request id not found."];

export const routeTable: Row[] = [
  {
    method: "POST",
    path: "/v1/jobs",
    good: () => post("/v1/jobs", form(stagedCsv, { on_invalid: "reject" }))(),
    status: 202,
    type: json,
    missing: [
      noFile("/v1/jobs", 400),
      refused(422, "empty_csv", "an empty file", post("/v1/jobs", form(""))),
      refused(422, "missing_columns", "no columns", post("/v1/jobs", "just text", "text/csv")),
    ],
    malformed: [
      ...badBodies("/v1/jobs"),
      refused(422, "invalid_csv", "a workbook in place of the CSV", post("/v1/jobs", "PK\u0003\u0004", "text/csv")),
      refused(
        422,
        "invalid_rows",
        "a bad row",
        post("/v1/jobs", form(`${stagedCsv}x,,\r\n`, { on_invalid: "reject" })),
      ),
      refused(400, "invalid_idempotency_key", "a key with a space", () => ({
        path: "/v1/jobs",
        init: { method: "POST", headers: { "idempotency-key": "a b" }, body: form(stagedCsv) },
      })),
    ],
    wrongType: otherTypes("/v1/jobs"),
    foreign: "its own",
  },
  {
    method: "GET",
    path: "/v1/jobs",
    good: () => ({ path: "/v1/jobs?limit=100&state=completed" }),
    status: 200,
    type: json,
    missing: [],
    malformed: queries("invalid_parameter", "/v1/jobs", "limit=0", "limit=101", "limit=x", "state=done", "cursor=x"),
    ...noBody,
    foreign: "its own",
  },
  {
    method: "POST",
    path: "/v1/validate",
    good: () => post("/v1/validate", form(stagedCsv))(),
    status: 200,
    type: json,
    missing: [noFile("/v1/validate", 400)],
    malformed: badBodies("/v1/validate"),
    wrongType: otherTypes("/v1/validate"),
    foreign: "its own",
  },
  ofJob({ method: "GET", path: "/v1/jobs/:id", call: "/v1/jobs/%", which: "ended", status: 200, type: json, ...plain }),
  {
    ...ofJob({
      method: "DELETE",
      path: "/v1/jobs/:id",
      call: "/v1/jobs/%",
      which: "ended",
      status: 204,
      type: null,
      ...plain,
    }),
    good: async ({ own }) => ({ path: `/v1/jobs/${await newRunningJob(own)}`, init: { method: "DELETE" } }),
  },
  ofJob({
    method: "GET",
    path: "/v1/jobs/:id/images",
    call: "/v1/jobs/%/images",
    which: "ended",
    status: 200,
    type: json,
    malformed: queries(
      "invalid_parameter",
      "/v1/jobs/%/images",
      "limit=0",
      "limit=1001",
      "cursor=-1",
      "cursor=x",
      "outcome=good",
    ),
    ...noBody,
  }),
  ofJob({
    method: "GET",
    path: "/v1/jobs/:id/output.csv",
    call: "/v1/jobs/%/output.csv",
    which: "ended",
    status: 200,
    type: csvType,
    malformed: [
      ...queries("invalid_parameter", "/v1/jobs/%/output.csv", "columns=all", "excel=1", "partial=yes"),
      refused(409, "job_not_finished", "a job that runs", ({ running }) => ({
        path: `/v1/jobs/${running}/output.csv`,
      })),
    ],
    ...noBody,
  }),
  ofJob({
    method: "GET",
    path: "/v1/jobs/:id/output.json",
    call: "/v1/jobs/%/output.json",
    which: "ended",
    status: 200,
    type: `${json}; charset=utf-8`,
    malformed: [
      ...queries("invalid_parameter", "/v1/jobs/%/output.json", "partial=yes"),
      refused(409, "job_not_finished", "a job that runs", ({ running }) => ({
        path: `/v1/jobs/${running}/output.json`,
      })),
    ],
    ...noBody,
  }),
  ofJob({
    method: "GET",
    path: "/v1/jobs/:id/events",
    call: "/v1/jobs/%/events",
    which: "ended",
    status: 200,
    type: "text/event-stream; charset=utf-8",
    ...plain,
  }),
  ofJob({
    method: "POST",
    path: "/v1/jobs/:id/cancel",
    call: "/v1/jobs/%/cancel",
    which: "ended",
    status: 202,
    type: json,
    ...plain,
  }),
  {
    ...ofJob({
      method: "POST",
      path: "/v1/jobs/:id/retry",
      call: "/v1/jobs/%/retry",
      which: "running",
      status: 202,
      type: json,
      malformed: [
        refused(409, "job_cancelled", "a cancelled job", ({ cancelled }) => ({
          path: `/v1/jobs/${cancelled}/retry`,
          init: { method: "POST" },
        })),
      ],
      ...noBody,
    }),
  },
  ofJob({
    method: "GET",
    path: "/v1/jobs/:id/deliveries",
    call: "/v1/jobs/%/deliveries",
    which: "ended",
    status: 200,
    type: json,
    ...plain,
  }),
  {
    method: "POST",
    path: "/v1/jobs/:id/deliveries/:delivery/redeliver",
    good: ({ ended, delivery }) => post(`/v1/jobs/${ended}/deliveries/${delivery}/redeliver`)(),
    status: 202,
    type: null,
    missing: [
      refused(404, "job_not_found", "an unknown id", ({ delivery }) =>
        post(`/v1/jobs/${unknownId}/deliveries/${delivery}/redeliver`)(),
      ),
      refused(404, "delivery_not_found", "an unknown delivery", ({ ended }) =>
        post(`/v1/jobs/${ended}/deliveries/msg_${ended}_99/redeliver`)(),
      ),
    ],
    malformed: [
      refused(404, "delivery_not_found", "a delivery that is none", ({ ended }) =>
        post(`/v1/jobs/${ended}/deliveries/%27%20or%201=1/redeliver`)(),
      ),
    ],
    ...noBody,
    foreign: "unknown",
  },
  {
    method: "POST",
    path: "/v1/webhooks/test",
    good: () => post("/v1/webhooks/test", JSON.stringify({ url: "https://receiver.example/hook?box=routes" }), json)(),
    status: 200,
    type: json,
    missing: [refused(400, "invalid_parameter", "no URL", post("/v1/webhooks/test", "{}", json))],
    malformed: [
      refused(400, "malformed_json", "half of a JSON", post("/v1/webhooks/test", "{", json)),
      refused(400, "invalid_option", "a private address", post("/v1/webhooks/test", '{"url":"http://10.0.0.1"}', json)),
    ],
    wrongType: [
      refused(415, "unsupported_media_type", "text", post("/v1/webhooks/test", "{}", "text/plain")),
      refused(415, "unsupported_media_type", "no body", post("/v1/webhooks/test")),
    ],
    foreign: "its own",
  },
  {
    method: "GET",
    path: "/v1/webhooks/secret",
    good: () => ({ path: "/v1/webhooks/secret" }),
    status: 200,
    type: json,
    missing: [],
    ...plain,
    foreign: "its own",
  },
  {
    method: "POST",
    path: "/v1/webhooks/secret/rotate",
    good: () => post("/v1/webhooks/secret/rotate")(),
    status: 200,
    type: json,
    missing: [],
    ...plain,
    foreign: "its own",
  },
  {
    method: "GET",
    path: "/image/:file",
    good: ({ file }) => ({ path: `/image/${file}` }),
    status: 200,
    type: "image/jpeg",
    missing: [refused(404, "image_not_found", "an unknown image", () => ({ path: `/image/${unknownId}-1.jpg` }))],
    malformed: [
      refused(404, "image_not_found", "another name", () => ({ path: "/image/x.jpg" })),
      refused(404, "image_not_found", "a way out", () => ({ path: "/image/..%2finput%2fx.csv" })),
    ],
    ...noBody,
    foreign: "public",
  },
  {
    method: "GET",
    path: "/health",
    good: () => ({ path: "/health" }),
    status: 200,
    type: json,
    missing: [],
    ...plain,
    foreign: "public",
  },
  {
    method: "GET",
    path: "/metrics",
    good: () => ({ path: "/metrics" }),
    status: 200,
    type: "text/plain; version=0.0.4; charset=utf-8",
    missing: [],
    ...plain,
    foreign: "nothing",
  },
  {
    method: "GET",
    path: "/openapi.json",
    good: () => ({ path: "/openapi.json" }),
    status: 200,
    type: json,
    missing: [],
    ...plain,
    foreign: "public",
  },
  {
    method: "POST",
    path: "/upload",
    good: () => post("/upload", form(stagedCsv))(),
    status: 200,
    type: json,
    missing: [
      noFile("/upload", 400),
      noFile("/upload?email=ann%40shop.example", 422),
      refused(400, "empty_csv", "an empty file", post("/upload", form(""))),
      refused(400, "missing_columns", "no columns", post("/upload", form("just text"))),
    ],
    malformed: [
      refused(400, "invalid_rows", "a bad row", post("/upload", form(`${stagedCsv}x,,\r\n`))),
      refused(400, "invalid_option", "an option out of bounds", post("/upload", form(stagedCsv, { quality: "0" }))),
      refused(400, "malformed_form", "a form without its boundary", post("/upload", "--x", "multipart/form-data")),
    ],
    // They knew no 415: whatever held no file was a form without one.
    wrongType: [
      refused(400, "file_missing", "a picture", post("/upload", "x", "image/png")),
      refused(400, "file_missing", "JSON", post("/upload", "{}", json)),
      refused(400, "file_missing", "no body", post("/upload")),
    ],
    foreign: "its own",
  },
  {
    method: "GET",
    path: "/status",
    good: ({ ended }) => ({ path: `/status?request_id=${ended}` }),
    status: 200,
    type: json,
    missing: [
      legacyIdMissing(() => ({ path: "/status" })),
      legacyUnknown(() => ({ path: `/status?request_id=${unknownId}` }), requestIdNotFound),
    ],
    malformed: [legacyUnknown(() => ({ path: "/status?request_id=nonsense" }), requestIdNotFound)],
    ...noBody,
    foreign: "unknown",
    error: requestIdNotFound,
  },
  ofJob({
    method: "GET",
    path: "/status/:id",
    call: "/status/%",
    which: "ended",
    status: 200,
    type: json,
    ...plain,
    error: requestNotFound,
  }),
  ofJob({
    method: "GET",
    path: "/job/status/:id",
    call: "/job/status/%",
    which: "ended",
    status: 200,
    type: json,
    malformed: [
      refused(
        400,
        "malformed_id",
        "an id that is none",
        () => ({ path: "/job/status/x" }),
        "Invalid request_id format",
      ),
    ],
    ...noBody,
    error: "Job not found",
  }),
  ofJob({
    method: "GET",
    path: "/fetch/:id",
    call: "/fetch/%",
    which: "ended",
    status: 200,
    type: json,
    ...plain,
    error: "No data found for the given request ID",
  }),
  {
    method: "POST",
    path: "/webhook-completed",
    good: ({ ended }) => post(`/webhook-completed?request_id=${ended}`)(),
    status: 200,
    type: json,
    missing: [
      legacyIdMissing(post("/webhook-completed")),
      legacyUnknown(post(`/webhook-completed?request_id=${unknownId}`), requestIdNotFound),
    ],
    malformed: [
      legacyUnknown(post("/webhook-completed?request_id=x"), requestIdNotFound),
      refused(409, "job_not_finished", "a job that runs", ({ running }) =>
        post(`/webhook-completed?request_id=${running}`)(),
      ),
    ],
    ...noBody,
    foreign: "unknown",
    error: requestIdNotFound,
  },
];
