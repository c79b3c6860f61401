// The shapes of requests and answers, with the names and examples that the API's documentation shows.

import { z } from "@hono/zod-openapi";
import { jobEvents, jobFormats } from "../store/schema.ts";
import { errorCodes, isErrorCode, titleOf } from "./error-codes.ts";
import type { ErrorCodeName } from "./error-codes.ts";
import { exampleOrigin } from "./examples.ts";

const codeNames = Object.keys(errorCodes).filter(isErrorCode);

export const cellProblem = z
  .object({
    row: z.int().meta({ description: "As a spreadsheet counts: 1 is the header.", example: 3 }),
    column: z.string().nullable().meta({ description: "Spreadsheet letter.", example: "C" }),
    path: z.string().optional().meta({ description: "Where it is in JSON.", example: "products[1].urls[0]" }),
    code: z.string().meta({ example: "invalid_url" }),
    message: z.string(),
    value: z.string().nullable(),
  })
  .openapi("CellProblem");

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "A sentence that says what to do." }),
    instance: z.string(),
    code: z.enum(codeNames).openapi({
      description: "Stable and machine-readable. More may come.",
      example: "missing_columns",
      "x-enumDescriptions": Object.fromEntries(codeNames.map((code) => [code, errorCodes[code].meaning])),
    }),
    errors: z.array(cellProblem).optional().meta({ description: "Every problem of a CSV, up to 1,000." }),
    errors_total: z.int().nullable().optional(),
  })
  .openapi("Problem");

export const jobState = z.enum(["queued", "processing", "completed", "failed", "cancelled"]);

export const job = z
  .object({
    id: z.uuid(),
    request_id: z.uuid().meta({ description: "The same as `id`." }),
    state: jobState,
    outcome: z.enum(["ok", "partial", "none"]).nullable().meta({ description: "Null until the job has ended." }),
    options: z.object({
      quality: z.int(),
      format: z.enum(jobFormats),
      scale: z.number(),
      background: z.string().meta({ example: "#ffffff" }),
      email: z.array(z.string()),
      webhook_url: z.string().nullable(),
      webhook_events: z.array(z.enum(jobEvents)),
      reuse: z.boolean(),
    }),
    products: z.int().meta({ description: "Rows of the CSV." }),
    images_total: z.int().meta({ description: "URLs in the CSV; one that is used twice counts twice." }),
    images_processed: z.int(),
    images_succeeded: z.int(),
    images_failed: z.int(),
    images_reused: z.int().meta({ description: "Of those that succeeded, the outputs of an earlier job." }),
    completion_percentage: z.number(),
    bytes_in: z.int(),
    bytes_out: z.int(),
    saved_percent: z.number(),
    eta_seconds: z.int().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
    completed_at: z.string().nullable(),
    expires_at: z.string().nullable().meta({ description: "When the job is taken away. Null until it has ended." }),
    error_message: z.string().nullable(),
    warnings: z.array(cellProblem.omit({ value: true })),
    links: z.object({
      self: z.string(),
      images: z.string(),
      output_csv: z.string(),
      events: z.string(),
      cancel: z.string(),
      retry: z.string(),
    }),
  })
  .openapi("Job");

export const jobsPage = z.object({ jobs: z.array(job), next_cursor: z.string().nullable() }).openapi("JobsPage");

export const report = z
  .object({
    acceptable: z.boolean().meta({ description: "Whether `POST /v1/jobs` would take it, with the same options." }),
    problem: z
      .object({ code: z.string(), detail: z.string() })
      .nullable()
      .meta({ description: "Why it would be refused." }),
    rows: z.int().meta({ description: "Below the header; blank ones do not count." }),
    products: z.int().meta({ description: "Rows without a problem of their own." }),
    images_total: z.int().meta({ description: "URLs; one that is used twice counts twice." }),
    images_distinct: z.int().meta({ description: "URLs that would be fetched." }),
    duplicates: z.int().meta({ description: "URLs that stand there once more." }),
    problems: z.array(cellProblem).meta({ description: "Every problem of a row or a URL, up to 1,000." }),
    problems_total: z.int(),
    warnings: z.array(cellProblem).meta({ description: "What was guessed or is left aside, up to 1,000." }),
    warnings_total: z.int(),
    columns: z.array(
      z.object({
        letter: z.string().meta({ example: "C" }),
        header: z.string(),
        meaning: z
          .enum(["serial", "name", "urls"])
          .nullable()
          .meta({ description: "Null for a column that is only kept." }),
      }),
    ),
    preview: z
      .array(
        z.object({
          row: z.int(),
          serial: z.string(),
          name: z.string(),
          urls: z.array(z.string()).meta({ description: "As they were told apart; the first 20." }),
          urls_total: z.int(),
        }),
      )
      .meta({ description: "The first 20 rows, as they were read." }),
  })
  .openapi("Report");

export const outcome = z.enum(["compressed", "kept_original", "failed"]);

export const image = z
  .object({
    position: z.int(),
    source: z.string(),
    uses: z.int(),
    output: z.string().nullable(),
    outcome: outcome.nullable().meta({ description: "Null while the image waits." }),
    code: z.string().nullable().meta({ example: "http_404" }),
    message: z.string().nullable(),
    format: z.string().nullable().meta({ description: "Of the source, told by its bytes.", example: "png" }),
    width: z.int().nullable().meta({ description: "Of the source, as stored there." }),
    height: z.int().nullable(),
    output_format: z.string().nullable().meta({ description: "Of what `output` leads to.", example: "jpeg" }),
    output_width: z.int().nullable(),
    output_height: z.int().nullable(),
    bytes_in: z.int().nullable(),
    bytes_out: z.int().nullable(),
    attempts: z.int().nullable(),
    reused: z
      .boolean()
      .meta({ description: "The output was made for an earlier job; its source has not changed since." }),
  })
  .openapi("Image");

export const imagesPage = z
  .object({ images: z.array(image), next_cursor: z.string().nullable() })
  .openapi("ImagesPage");

export const output = z
  .object({
    id: z.uuid(),
    request_id: z.uuid(),
    state: jobState,
    outcome: z.enum(["ok", "partial", "none"]).nullable(),
    extra_columns: z.array(z.string()).meta({ description: "Columns of the CSV that are only kept." }),
    products: z.array(
      z.object({
        row: z.int().meta({ description: "Of the CSV; 1 is the header." }),
        serial: z.string(),
        name: z.string(),
        problem: z.string().nullable().meta({ description: "Why the row was skipped." }),
        extra_cells: z
          .array(z.string())
          .meta({ description: "As `extra_columns`; empty ones at the end are left out." }),
        images: z.array(image).meta({ description: "One per URL of the row, in its order." }),
      }),
    ),
  })
  .openapi("Output");

const attempt = z.object({
  at: z.string(),
  status: z.int().nullable(),
  duration_ms: z.int(),
  error: z.string().nullable().meta({ example: "timeout" }),
  response: z.string().nullable().meta({ description: "The first kilobyte of what the receiver answered." }),
});

export const delivery = z
  .object({
    id: z.string().meta({ description: "The `webhook-id` of every attempt; in a mail, `X-Halftone-Delivery`." }),
    kind: z.enum(["webhook", "email"]),
    event: z.string().meta({ example: "job.completed" }),
    target: z.string().meta({ description: "A URL or a mail address." }),
    state: z.enum(["pending", "delivered", "failed"]),
    next_attempt_at: z.string().nullable(),
    attempts: z.array(attempt),
  })
  .openapi("Delivery");

export const testedWebhook = attempt
  .extend({ webhook_id: z.string(), delivered: z.boolean() })
  .openapi("TestedWebhook");

export const webhookSecret = z
  .object({
    secret: z.string().meta({ example: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD" }),
    previous_valid_until: z
      .string()
      .nullable()
      .meta({ description: "Until when the secret before it signs as well; null when it does not." }),
  })
  .openapi("WebhookSecret");

export const deliveriesList = z.object({ deliveries: z.array(delivery) }).openapi("Deliveries");

export const jobParams = z.object({ id: z.string() });

export const submitHeaders = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({
      description:
        "For a request that may have to be sent again. Within 24 hours the same key and the same request (path, options " +
        "and CSV) make no second job and get the first answer again, with `Idempotent-Replayed: true`. A request that was " +
        "refused is forgotten and may be put right under the same key.",
      example: "7f3d0c1e-7a53-4a53-8a29-5f6f4be7d0c2",
    }),
});

export const submittedHeaders = z.object({
  location: z
    .string()
    .meta({ description: "Where the job is.", example: "/v1/jobs/0b5c2f6e-4c0d-4b0e-9d67-0a8c0f1f7a55" }),
  "retry-after": z.string().meta({ description: "Seconds until a look at the job is worth it.", example: "1" }),
  "idempotent-replayed": z
    .literal("true")
    .optional()
    .meta({ description: "Only where this answer was given before, to the same `Idempotency-Key`." }),
});

/** An answer of `application/problem+json`, with an example of each code it may have. */
export function problemResponse(description: string, ...codes: ErrorCodeName[]) {
  const examples = Object.fromEntries(codes.map((code) => [code, { value: exampleProblem(code) }]));
  return { description, content: { "application/problem+json": { schema: problem, examples } } };
}

function exampleProblem(code: ErrorCodeName) {
  const { status, meaning } = errorCodes[code];
  return {
    type: `${exampleOrigin}/docs#${code}`,
    title: titleOf(status),
    status,
    detail: meaning,
    instance: "/v1/jobs",
    code,
  };
}
