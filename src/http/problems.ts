// The one place that turns an error into an answer: RFC 9457 problem+json, or the body an earlier service would give.

import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { Problem } from "../errors.ts";
import type { CellProblem } from "../errors.ts";
import { currentRequestId, logFailure } from "../job/log.ts";
import { isLegacyPath } from "./dialects.ts";
import { titleOf } from "./error-codes.ts";

interface Fault {
  status: ContentfulStatusCode;
  code: string;
  detail: string;
  errors: CellProblem[] | null;
  errorsTotal: number | null;
  headers: Record<string, string>;
}

export function renderError(error: unknown, c: Context): Response {
  const fault = toFault(error);
  return isLegacyPath(c.req.path) ? renderLegacy(fault, c) : renderProblem(fault, c);
}

function toFault(error: unknown): Fault {
  if (error instanceof Problem) return error;
  // Hono's own complaints are about the request: a body that is no JSON, a missing content type.
  if (error instanceof HTTPException && error.status < 500) {
    return {
      ...blank,
      status: error.status,
      code: "bad_request",
      detail: error.message || "The request is malformed.",
    };
  }
  const reference = currentRequestId() ?? crypto.randomUUID();
  logFailure("request_failed", error, { reference });
  return {
    ...blank,
    status: 500,
    code: "internal",
    detail: `Something failed on our side. Please retry, and name the reference ${reference} if it persists.`,
  };
}

const blank = { errors: null, errorsTotal: null, headers: {} };

function renderProblem(fault: Fault, c: Context): Response {
  const { origin, pathname } = new URL(c.req.url);
  const body = {
    type: `${origin}/docs#${fault.code}`,
    title: titleOf(fault.status),
    status: fault.status,
    detail: fault.detail,
    // As it was sent: an `instance` is a URI, and the decoded path need not be one.
    instance: pathname,
    code: fault.code,
    ...listed(fault),
  };
  return c.body(JSON.stringify(body), fault.status, {
    ...fault.headers,
    "content-type": "application/problem+json; charset=utf-8",
  });
}

/**
 * The earlier services knew no 422 for a CSV they could not use: it was a 400. The one they had is FastAPI's, for a
 * missing file. The sentence about a wrong method is Django's.
 */
function renderLegacy(fault: Fault, c: Context): Response {
  const status = fault.status === 422 && fault.code !== "file_missing" ? 400 : fault.status;
  const error = fault.status === 405 ? `${c.req.method} method not allowed` : fault.detail;
  return c.json({ error, detail: fault.detail, code: fault.code, ...listed(fault) }, status, fault.headers);
}

function listed(fault: Fault) {
  return fault.errors === null ? {} : { errors: fault.errors, errors_total: fault.errorsTotal };
}
