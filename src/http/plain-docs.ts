// What the API's description says of the routes that are no part of the canonical API: health, images, earlier services.

import { exampleCsv, exampleOrigin, examples } from "./examples.ts";

const { id } = examples.Job;
const legacyTag = ["Earlier services"];

const idParameter = {
  name: "id",
  in: "path",
  required: true,
  description: "The `request_id` that the upload answered.",
  schema: { type: "string" },
} as const;
const requestIdParameter = {
  ...idParameter,
  name: "request_id",
  in: "query",
} as const;

const status = {
  description: "How the request stands, in the words of the service it was uploaded to.",
  content: {
    "application/json": {
      schema: { $ref: "#/components/schemas/LegacyStatus" },
      example: {
        request_id: id,
        state: "processing",
        outcome: null,
        products: 2,
        images_total: 3,
        images_processed: 1,
        images_succeeded: 1,
        images_failed: 0,
        links: examples.Job.links,
        status: "Processing",
      },
    },
  },
};

const unknown = refusal("There is no such request.", "job_not_found", "Invalid request ID");
const malformed = refusal("`request_id` is missing.", "invalid_parameter", "Name the request: add `?request_id=`.");

export const plainPaths = {
  "/health": {
    get: {
      operationId: "getHealth",
      tags: ["Service"],
      summary: "Whether the record and the files can be reached",
      responses: {
        200: healthAnswer("All of them can.", "ok", true),
        503: healthAnswer("One of them cannot.", "unavailable", false),
      },
    },
  },
  "/metrics": {
    get: {
      operationId: "getMetrics",
      tags: ["Service"],
      summary: "Counters and gauges for Prometheus",
      description: "Takes the deployment's `METRICS_TOKEN`. Counters only grow, also when jobs are deleted.",
      responses: {
        200: {
          description: "The text format of Prometheus, version 0.0.4.",
          content: {
            "text/plain": {
              schema: { type: "string" },
              example: 'halftone_images_total{outcome="compressed",code=""} 1204\n',
            },
          },
        },
      },
    },
  },
  "/image/{file}": {
    get: {
      operationId: "getImage",
      tags: ["Service"],
      summary: "An output image",
      description: "Takes one `Range` of bytes, with `If-Range`, and every precondition. Its bytes never change.",
      parameters: [
        {
          name: "file",
          in: "path",
          required: true,
          description: "As in the output CSV.",
          schema: { type: "string" },
          example: `${id}-1.jpg`,
        },
      ],
      responses: {
        200: imageAnswer("The image."),
        206: imageAnswer("The range of it that was asked for."),
        304: { description: "It is what the caller has." },
        404: imageRefusal("There is no such image."),
        412: imageRefusal("A precondition of the request does not hold."),
        416: imageRefusal("No byte of it is in the range that was asked for."),
      },
    },
  },
  "/upload": {
    post: {
      operationId: "legacyUpload",
      tags: legacyTag,
      summary: "Upload a CSV",
      description:
        "The field of the file may be `file`, `csv_file`, `csvFile` or `csv`. New callers use `POST /v1/jobs`; options " +
        "are the same, and any bad row refuses the CSV unless `on_invalid=skip`.",
      requestBody: {
        required: true,
        content: {
          "multipart/form-data": {
            schema: {
              type: "object",
              properties: { file: { type: "string", format: "binary" }, webhook_url: { type: "string" } },
            },
          },
          "text/csv": { schema: { type: "string", example: exampleCsv } },
          "application/gzip": { schema: { type: "string", format: "binary" } },
        },
      },
      responses: {
        200: {
          description: "The CSV is accepted.",
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["request_id"],
                properties: { request_id: { type: "string" }, message: { type: "string" } },
              },
              example: { request_id: id },
            },
          },
        },
        400: refusal("The CSV or an option cannot be used.", "missing_columns", "The column S. No. is missing."),
        413: refusal("The CSV is too large.", "csv_too_large", "The CSV is larger than 20 MB. Split it."),
        415: refusal(
          "The body is packed with something other than gzip.",
          "unsupported_content_encoding",
          "Send the body with `Content-Encoding: gzip`, or without one.",
        ),
        422: refusal("With `email`, the form has no file.", "file_missing", "The form has no file."),
      },
    },
  },
  "/status": {
    get: {
      operationId: "legacyStatusByQuery",
      tags: legacyTag,
      summary: "How a request stands, named in the query",
      parameters: [requestIdParameter],
      responses: { 200: status, 400: malformed, 404: unknown },
    },
  },
  "/status/{id}": {
    get: {
      operationId: "legacyStatus",
      tags: legacyTag,
      summary: "How a request stands",
      parameters: [idParameter],
      responses: { 200: status, 404: unknown },
    },
  },
  "/job/status/{id}": {
    get: {
      operationId: "legacyJobStatus",
      tags: legacyTag,
      summary: "How a job stands",
      parameters: [idParameter],
      responses: {
        200: status,
        400: refusal("The id is not a UUID.", "malformed_id", "Invalid request_id format"),
        404: unknown,
      },
    },
  },
  "/fetch/{id}": {
    get: {
      operationId: "legacyFetch",
      tags: legacyTag,
      summary: "The images of a request, an element each",
      parameters: [idParameter],
      responses: {
        200: {
          description: "One element per image; `processed_image_path` is null while it waits and when it failed.",
          content: {
            "application/json": {
              schema: {
                type: "array",
                items: {
                  type: "object",
                  properties: {
                    serial_number: { type: "string" },
                    product_name: { type: "string" },
                    image_path: { type: "string" },
                    processed_image_path: { type: ["string", "null"] },
                    created_at: { type: "string" },
                    updated_at: { type: "string" },
                  },
                },
              },
              example: [
                {
                  serial_number: "1",
                  product_name: "Stoneware Mug",
                  image_path: "https://shop.example/mug.jpg",
                  processed_image_path: `${exampleOrigin}/image/${id}-1.jpg`,
                  created_at: examples.Job.created_at,
                  updated_at: examples.Job.updated_at,
                },
              ],
            },
          },
        },
        404: unknown,
      },
    },
  },
  "/webhook-completed": {
    post: {
      operationId: "legacyWebhookCompleted",
      tags: legacyTag,
      summary: "Ask whether a request is completed; it sends nothing",
      parameters: [requestIdParameter],
      responses: {
        200: { ...status, description: "It is completed." },
        400: malformed,
        404: unknown,
        409: refusal("It is still being processed.", "job_not_finished", "The request is still being processed."),
      },
    },
  },
};

export const plainSchemas = {
  LegacyRefusal: {
    type: "object",
    required: ["error", "detail", "code"],
    properties: {
      error: { type: "string", description: "The sentence, as some services named it." },
      detail: { type: "string", description: "The sentence, as others did." },
      code: { type: "string", description: "As in a Problem." },
      errors: { type: "array", items: { $ref: "#/components/schemas/CellProblem" } },
      errors_total: { type: ["integer", "null"] },
    },
  },
  LegacyStatus: {
    type: "object",
    required: ["request_id", "status"],
    properties: {
      request_id: { type: "string" },
      status: { type: "string", description: "`Pending`, `PROCESSING`, `Completed`, ... as the service wrote it." },
      state: { type: "string" },
      outcome: { type: ["string", "null"] },
      products: { type: "integer" },
      images_total: { type: "integer" },
      images_processed: { type: "integer" },
      images_succeeded: { type: "integer" },
      images_failed: { type: "integer" },
      links: { type: "object", additionalProperties: { type: "string" } },
    },
  },
} as const;

function refusal(description: string, code: string, sentence: string) {
  return {
    description,
    content: {
      "application/json": {
        schema: { $ref: "#/components/schemas/LegacyRefusal" },
        example: { error: sentence, detail: sentence, code },
      },
    },
  };
}

function healthAnswer(description: string, word: string, all: boolean) {
  return {
    description,
    content: {
      "application/json": {
        schema: {
          type: "object",
          required: ["status", "database", "images", "files"],
          properties: {
            status: { type: "string", enum: ["ok", "unavailable"] },
            database: { type: "boolean" },
            images: { type: "boolean" },
            files: { type: "boolean" },
          },
        },
        example: { status: word, database: all, images: true, files: true },
      },
    },
  };
}

function imageRefusal(description: string) {
  return {
    description,
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

function imageAnswer(description: string) {
  const schema = { type: "string", format: "binary" };
  return { description, content: { "image/jpeg": { schema }, "image/png": { schema }, "image/webp": { schema } } };
}
