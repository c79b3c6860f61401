// Dialect C: FastAPI, Celery and MongoDB GridFS. Its errors are read from `detail`, and it knew nothing between pending
// and completed but a percentage.

import { commonStatus, requestIdAlone } from "./service.ts";
import type { Service, Words } from "./service.ts";

const words = {
  queued: "PENDING",
  processing: "PENDING",
  completed: "COMPLETED",
  failed: "FAILED",
  cancelled: "FAILED",
} as const satisfies Words;

export const fastapiGridfs: Service = {
  accepted: requestIdAlone,
  status: (job) => ({
    ...commonStatus(job),
    status: words[job.state],
    progress: `${job.completion_percentage.toFixed(1)}%`,
  }),
  unknownId: "Request id not found.",
};
