// Every `code` a refusal can carry: its status, and what it means. `problem.type` leads here, by way of `/docs`.

import type { ProblemOptions } from "../errors.ts";

interface ErrorCode {
  status: ProblemOptions["status"] | 500;
  meaning: string;
}

export const errorCodes = {
  bad_request: { status: 400, meaning: "The request is malformed. `detail` says where." },
  invalid_parameter: { status: 400, meaning: "A parameter is missing or out of bounds. `detail` names it." },
  invalid_option: {
    status: 400,
    meaning: "An option has a value it cannot have. `detail` names it and what it may be.",
  },
  invalid_idempotency_key: { status: 400, meaning: "`Idempotency-Key` must be 1 to 255 visible ASCII characters." },
  file_missing: { status: 400, meaning: "The form has no file. Send the CSV as a file in the field `file`." },
  malformed_form: { status: 400, meaning: "The form cannot be read. Let the HTTP client set its Content-Type." },
  malformed_json: { status: 400, meaning: "The body is not JSON in UTF-8." },
  invalid_json: { status: 400, meaning: "The JSON has another shape than an upload. `errors` names the places." },
  malformed_gzip: { status: 400, meaning: "The gzip data is damaged or cut off. Pack it again, or send it unpacked." },
  malformed_id: { status: 400, meaning: "The id is not a UUID." },
  key_missing: {
    status: 401,
    meaning: "This address needs an API key. Send it as `Authorization: Bearer ht_live_...`.",
  },
  key_invalid: { status: 401, meaning: "The API key is unknown or was revoked. Send one that is in use." },
  metrics_token_needed: {
    status: 401,
    meaning: "`/metrics` needs the deployment's `METRICS_TOKEN`. Send it as `Authorization: Bearer ...`.",
  },
  not_found: { status: 404, meaning: "There is nothing at this address. Check the path." },
  job_not_found: { status: 404, meaning: "No job of yours has this id. Check it, and the key that made the job." },
  image_not_found: { status: 404, meaning: "There is no such image, or its job was taken away." },
  delivery_not_found: { status: 404, meaning: "The job has no such delivery. List its deliveries first." },
  method_not_allowed: { status: 405, meaning: "The address takes other methods. `Allow` names them." },
  job_not_finished: { status: 409, meaning: "The job has not ended. Wait for it, or ask with `partial=true`." },
  job_cancelled: { status: 409, meaning: "A cancelled job cannot be retried. Upload its catalogue again." },
  one_secret_for_all: {
    status: 409,
    meaning: "Where no API keys are asked for, every webhook is signed with the deployment's own secret.",
  },
  idempotency_in_flight: { status: 409, meaning: "The first request with this `Idempotency-Key` is still under way." },
  precondition_failed: { status: 412, meaning: "`If-Match` or `If-Unmodified-Since` does not hold. Ask without." },
  csv_too_large: { status: 413, meaning: "The CSV is too large. Split it into several uploads." },
  json_too_large: { status: 413, meaning: "The JSON is too large. Split it into several uploads." },
  unsupported_media_type: {
    status: 415,
    meaning: "Send multipart/form-data, text/csv, application/gzip or application/json.",
  },
  unsupported_content_encoding: {
    status: 415,
    meaning: "Send the body with `Content-Encoding: gzip`, or without one.",
  },
  range_not_satisfiable: {
    status: 416,
    meaning: "No byte is in this `Range`. `Content-Range` says how many there are.",
  },
  empty_csv: { status: 422, meaning: "The CSV has no header or no products below it." },
  invalid_csv: { status: 422, meaning: "The file is no CSV. `detail` says what it looks like." },
  missing_columns: { status: 422, meaning: "A column is missing. Name three: S. No., Product Name, Input Image Urls." },
  invalid_rows: { status: 422, meaning: "Rows cannot be used. `errors` names each with its row and column." },
  too_many_columns: { status: 422, meaning: "The CSV has too many columns. Leave out those that are not needed." },
  too_many_rows: { status: 422, meaning: "The CSV has too many products. Split it into several files." },
  too_many_images: { status: 422, meaning: "The CSV has too many image URLs. Split it into several files." },
  idempotency_key_reused: {
    status: 422,
    meaning: "The `Idempotency-Key` came with another request before. Use a new one.",
  },
  rate_limited: { status: 429, meaning: "Too many calls. Wait as long as `Retry-After` says." },
  internal: { status: 500, meaning: "Something failed on our side. Retry, and name the reference if it persists." },
} as const satisfies Record<string, ErrorCode>;

export type ErrorCodeName = keyof typeof errorCodes;

export function isErrorCode(name: string): name is ErrorCodeName {
  return Object.hasOwn(errorCodes, name);
}

const titles: Record<number, string> = {
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  408: "Request timeout",
  409: "Conflict",
  412: "Precondition failed",
  413: "Content too large",
  415: "Unsupported media type",
  416: "Range not satisfiable",
  422: "Unprocessable content",
  429: "Too many requests",
  500: "Internal server error",
  503: "Service unavailable",
};

/** The same for every problem of a status. */
export function titleOf(status: number): string {
  return titles[status] ?? "Error";
}
