// The messages a receiver gets, for the `webhooks` of the API's description. They are made in `job/announce.ts`.

import type { JobEvent } from "../store/schema.ts";
import { examples } from "./examples.ts";

const events: Readonly<Record<JobEvent, { summary: string; status: "COMPLETED" | "FAILED"; message: string }>> = {
  "job.completed": {
    summary: "Every image of the job succeeded",
    status: "COMPLETED",
    message: "CSV and image processing completed successfully.",
  },
  "job.partial": {
    summary: "Some images of the job failed",
    status: "COMPLETED",
    message: "CSV and image processing completed; 1 of 3 images failed.",
  },
  "job.failed": {
    summary: "Not one image of the job succeeded",
    status: "FAILED",
    message: "CSV and image processing failed: none of the 3 images succeeded.",
  },
  "job.cancelled": {
    summary: "The job was cancelled",
    status: "FAILED",
    message: "CSV and image processing was cancelled.",
  },
};

const ends = {
  "job.completed": { state: "completed", outcome: "ok", images_succeeded: 3, images_failed: 0 },
  "job.partial": { state: "completed", outcome: "partial", images_succeeded: 2, images_failed: 1 },
  "job.failed": {
    state: "failed",
    outcome: "none",
    images_succeeded: 0,
    images_failed: 3,
    error_message: "None of the 3 images succeeded. The images of the job say why.",
  },
  "job.cancelled": {
    state: "cancelled",
    outcome: "partial",
    images_succeeded: 1,
    images_failed: 0,
    images_processed: 1,
  },
} as const satisfies Record<JobEvent, object>;

const parameters = [
  signatureHeader("webhook-id", "The same for every attempt at this message: by it repeats are known.", "msg_0b5c_1"),
  signatureHeader("webhook-timestamp", "Unix time in seconds of this attempt. Refuse what is old.", "1795238062"),
  signatureHeader(
    "webhook-signature",
    "`v1,` and HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>` in base64; several with spaces between while " +
      "one secret replaces another. One that is right is enough.",
    "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
  ),
];

export function describeWebhooks() {
  return Object.fromEntries(Object.entries(events).map(([event, about]) => [event, { post: describe(event, about) }]));
}

function describe(event: string, { summary, status, message }: (typeof events)[JobEvent]) {
  return {
    operationId: `on${event.replace(/(?:^|\.)(.)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: ["Webhooks"],
    summary,
    description:
      "Sent to `webhook_url` when the job has ended, signed by Standard Webhooks 1.0.0. Verify the raw body before " +
      "anything parses it. Anything but a 2xx is tried again, ten times in all over three days; 410 stops it.",
    // What proves the sender is the signature.
    security: [],
    parameters,
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: { $ref: "#/components/schemas/WebhookMessage" },
          example: {
            request_id: examples.Job.id,
            status,
            message,
            type: event,
            timestamp: examples.Job.completed_at,
            data: { ...examples.Job, ...Object(Reflect.get(ends, event)) },
          },
        },
      },
    },
    responses: {
      "2XX": { description: "The message is taken." },
      "410": { description: "This message is not wanted; it is not sent again." },
    },
  };
}

export const webhookMessage = {
  type: "object",
  required: ["request_id", "status", "message", "type", "timestamp", "data"],
  properties: {
    request_id: { type: "string", format: "uuid", description: "The job's id." },
    status: { type: "string", enum: ["COMPLETED", "FAILED"] },
    message: { type: "string", description: "A sentence for people." },
    type: { type: "string", enum: Object.keys(events) },
    timestamp: { type: "string", format: "date-time", description: "When the job ended." },
    data: { $ref: "#/components/schemas/Job" },
  },
} as const;

function signatureHeader(name: string, description: string, example: string) {
  return { name, in: "header", required: true, description, schema: { type: "string" }, example } as const;
}
