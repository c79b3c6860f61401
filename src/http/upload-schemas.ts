// The body of an upload as the documentation shows it. It is read by `readUpload`, which caps it before anything parses it.

import { z } from "@hono/zod-openapi";
import { jobFormats } from "../store/schema.ts";
import { exampleCsv } from "./examples.ts";
import { problemResponse } from "./schemas.ts";

const options = {
  quality: z.int().min(1).max(100).optional().meta({ description: "50 unless the deployment says otherwise." }),
  format: z
    .enum(jobFormats)
    .optional()
    .meta({ description: "`keep`, the default: that of the source. `auto`: whichever makes the smallest file." }),
  scale: z
    .number()
    .min(0.01)
    .max(1)
    .optional()
    .meta({ description: "What width and height are multiplied by; 1, the default, leaves them." }),
  background: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .optional()
    .meta({ description: "What shows through where an output cannot be transparent.", example: "#ffffff" }),
  on_invalid: z
    .enum(["skip", "reject"])
    .optional()
    .meta({ description: "`skip`, the default: a bad row or URL fails alone. `reject`: any refuses the whole CSV." }),
  webhook_url: z
    .url()
    .optional()
    .meta({ description: "Also as `webhookUrl`, `callback_url`, `notification_url`, `notify_url`." }),
  webhook_events: z
    .string()
    .optional()
    .meta({ description: "Which ends the webhook is told of; all by default.", example: "job.completed,job.failed" }),
  email: z
    .string()
    .optional()
    .meta({ description: "Up to ten addresses with commas between.", example: "buyer@shop.example" }),
  reuse: z
    .boolean()
    .optional()
    .meta({
      description:
        "Whether an output of an earlier job may be handed out again where its source has not changed, which is the " +
        "default. `false` fetches and encodes every image.",
    }),
};

const listedProduct = z
  .strictObject({
    serial: z.union([z.string(), z.int().min(0)]).meta({ description: "Digits.", example: "1" }),
    name: z.string().meta({ example: "Stoneware Mug" }),
    urls: z.array(z.string()).meta({ example: ["https://shop.example/mug.jpg"] }),
  })
  .openapi("ListedProduct");

export const uploadBody = {
  description:
    "The limit on its size holds for the CSV or JSON unpacked. Any body may also be sent with `Content-Encoding: gzip`.",
  required: true,
  content: {
    "multipart/form-data": {
      schema: z.object({
        file: z.string().meta({ format: "binary", description: "The CSV, or a gzip of it." }),
        ...options,
      }),
    },
    "text/csv": { schema: z.string().meta({ description: "Options go in the query.", example: exampleCsv }) },
    "application/gzip": {
      schema: z.string().meta({ format: "binary", description: "The CSV, packed. Options go in the query." }),
    },
    "application/json": {
      schema: z.strictObject({
        products: z.array(listedProduct).min(1),
        ...options,
        webhook_events: z.union([z.string(), z.array(z.string())]).optional(),
        email: z.union([z.string(), z.array(z.string())]).optional(),
      }),
    },
  },
};

/** Why an upload may be refused before its CSV is looked at, wherever it goes to. */
export const uploadRefusals = {
  malformed: ["invalid_option", "file_missing", "malformed_form", "malformed_gzip", "malformed_json", "invalid_json"],
  tooLarge: problemResponse("The body is too large.", "csv_too_large", "json_too_large"),
  wrongType: problemResponse(
    "The body is neither a form nor a CSV nor JSON, or is packed with something other than gzip.",
    "unsupported_media_type",
    "unsupported_content_encoding",
  ),
} as const;
