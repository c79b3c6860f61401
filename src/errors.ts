// The two kinds of expected failure. `Problem` is the caller's fault and is thrown; `ImageFailure` is the fate of one
// image and is returned as data. Anything else that throws is a bug or an outage.

/** One thing wrong with one cell of an uploaded CSV, placed as a spreadsheet shows it. */
export interface CellProblem {
  /** 1 is the header row. */
  row: number;
  /** Spreadsheet letter, `A` the first; null when the row as a whole is meant. */
  column: string | null;
  /** Where it is in the JSON that was sent, if it was JSON: `products[3].urls[0]`. */
  path?: string;
  code: string;
  message: string;
  /** The offending text, shortened; null when nothing is there. */
  value: string | null;
}

export interface ProblemOptions {
  status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 412 | 413 | 415 | 416 | 422 | 429 | 503;
  /** Stable, machine-readable. */
  code: string;
  /** One sentence that says what to do. */
  detail: string;
  errors?: CellProblem[];
  /** How many there are in all, when `errors` is cut off. */
  errorsTotal?: number;
  headers?: Record<string, string>;
}

/** The caller's fault. Rendered in one place, `http/problems.ts`, as RFC 9457 problem+json or in a legacy dialect. */
export class Problem extends Error {
  readonly status: ProblemOptions["status"];
  readonly code: string;
  readonly detail: string;
  readonly errors: CellProblem[] | null;
  readonly errorsTotal: number | null;
  readonly headers: Record<string, string>;

  constructor(options: ProblemOptions) {
    super(`${options.code}: ${options.detail}`);
    this.name = "Problem";
    this.status = options.status;
    this.code = options.code;
    this.detail = options.detail;
    this.errors = options.errors ?? null;
    this.errorsTotal = options.errorsTotal ?? options.errors?.length ?? null;
    this.headers = options.headers ?? {};
  }
}

/**
 * Why an image did not become a smaller one. Each carries the data of its sentence and nothing private: no upstream
 * body, no stack.
 */
export type ImageFailure =
  // The source could not be fetched.
  | { kind: "invalid_url"; reason: string }
  | { kind: "blocked_address"; host: string; reason: string }
  | { kind: "dns_error"; host: string }
  | { kind: "connection_failed"; host: string }
  | { kind: "timeout"; waitedMs: number; phase: "headers" | "body" }
  | { kind: "http_status"; status: number; retryAfterSeconds: number | null }
  | { kind: "too_many_redirects"; limit: number }
  | { kind: "too_large"; limitBytes: number }
  // What came is no picture that can be used.
  | { kind: "not_an_image"; looksLike: string }
  | { kind: "unsupported_format"; format: string }
  | { kind: "truncated"; reason: string }
  | { kind: "corrupt"; reason: string }
  | { kind: "too_many_pixels"; width: number; height: number; limitPixels: number }
  // Halftone itself gave up.
  | { kind: "cpu_limit" }
  | { kind: "lost" }
  | { kind: "internal" }
  // The picture is good and is kept as it is.
  | { kind: "already_small" }
  | { kind: "animated"; format: string }
  | { kind: "too_large_for_memory"; width: number; height: number; limitPixels: number }
  | { kind: "unsupported_variant"; variant: string };

export type Outcome = "compressed" | "kept_original" | "failed";

/** Whether the source is still handed out (`kept_original`) or nothing is (`failed`). */
export function outcomeOf(failure: ImageFailure): "kept_original" | "failed" {
  switch (failure.kind) {
    case "already_small":
    case "animated":
    case "too_large_for_memory":
    case "unsupported_variant":
      return "kept_original";
    case "invalid_url":
    case "blocked_address":
    case "dns_error":
    case "connection_failed":
    case "timeout":
    case "http_status":
    case "too_many_redirects":
    case "too_large":
    case "not_an_image":
    case "unsupported_format":
    case "truncated":
    case "corrupt":
    case "too_many_pixels":
    case "cpu_limit":
    case "lost":
    case "internal":
      return "failed";
  }
}

/** The stable code that callers see; `http_404` for a status. */
export function codeOf(failure: ImageFailure): string {
  return failure.kind === "http_status" ? `http_${failure.status}` : failure.kind;
}

/** The sentence that callers see: what happened and, where they can do something, what. */
export function describeFailure(failure: ImageFailure): string {
  switch (failure.kind) {
    case "invalid_url":
      return `This is not an absolute http(s) URL: ${failure.reason}.`;
    case "blocked_address":
      return `${failure.host} is not fetched: ${failure.reason}. Use a public http(s) address.`;
    case "dns_error":
      return `The host ${failure.host} could not be found. Check its spelling.`;
    case "connection_failed":
      return `No connection to ${failure.host} could be made, or it broke off.`;
    case "timeout":
      return failure.phase === "headers"
        ? `The server did not answer within ${seconds(failure.waitedMs)}.`
        : `The download was not complete after ${seconds(failure.waitedMs)}.`;
    case "http_status":
      return `The server answered with status ${failure.status}${hintForStatus(failure.status)}.`;
    case "too_many_redirects":
      return `The URL redirects more than ${failure.limit} times.`;
    case "too_large":
      return `The file is larger than ${megabytes(failure.limitBytes)}.`;
    case "not_an_image":
      return `What came is not an image but ${failure.looksLike}. Link the image file itself and make it public.`;
    case "unsupported_format":
      return `${capitalised(failure.format)} is not supported. Use JPEG, PNG, WebP or AVIF.`;
    case "truncated":
      return `The image file is cut off: ${failure.reason}. Upload it again at its source.`;
    case "corrupt":
      return `The image file is damaged: ${failure.reason}.`;
    case "too_many_pixels":
      return `The image claims ${failure.width} x ${failure.height} pixels; the limit is ${megapixels(failure.limitPixels)}.`;
    case "cpu_limit":
      return "The image took more computing time than one image may have.";
    case "lost":
      return "The image could not be processed in several rounds. Retry the job's failed images.";
    case "internal":
      return "Processing the image failed on our side. Retry the job's failed images.";
    case "already_small":
      return "Kept as it is: re-encoding would not make it smaller.";
    case "animated":
      return `Kept as it is: the ${failure.format} is animated.`;
    case "too_large_for_memory":
      return `Kept as it is: ${failure.width} x ${failure.height} pixels do not fit in memory; the limit for this format is ${megapixels(failure.limitPixels)}.`;
    case "unsupported_variant":
      return `Kept as it is: ${failure.variant} is not re-encoded.`;
  }
}

/** Whether another attempt a little later may end differently. */
export function isTransient(failure: ImageFailure): boolean {
  switch (failure.kind) {
    case "dns_error":
    case "connection_failed":
    case "timeout":
      return true;
    case "http_status":
      return failure.status === 408 || failure.status === 425 || failure.status === 429 || failure.status >= 500;
    default:
      return false;
  }
}

function hintForStatus(status: number): string {
  if (status === 401 || status === 403) return ": it does not hand the image to us; make it public";
  if (status === 404 || status === 410) return ": there is no such image";
  if (status === 429) return ": it asks for fewer requests";
  return "";
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

function megabytes(bytes: number): string {
  return `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;
}

function megapixels(pixels: number): string {
  return `${Math.round(pixels / 100_000) / 10} megapixels`;
}
