// Dialect E: Flask, Celery and PostgreSQL. Uploads like B; its own are `/job/status/{id}` and the webhook's members.

import { commonStatus, requestIdAlone } from "./service.ts";
import type { Service, Words } from "./service.ts";

const words = {
  queued: "PENDING",
  processing: "PROCESSING",
  completed: "COMPLETED",
  failed: "FAILED",
  cancelled: "FAILED",
} as const satisfies Words;

export const flaskPostgresql: Service = {
  accepted: requestIdAlone,
  status: (job) => ({
    ...commonStatus(job),
    status: words[job.state],
    created_at: job.created_at,
    updated_at: job.updated_at,
    completion_percentage: job.completion_percentage,
    error_message: job.error_message ?? (job.state === "cancelled" ? "The job was cancelled." : null),
  }),
  unknownId: "Job not found",
};

/** Its ids were UUIDs, and anything else was told so. */
export const malformedId = "Invalid request_id format";
