// Dialect B: Flask, Celery and MySQL. Spoken where nothing tells the dialect.

import { commonStatus, requestIdAlone } from "./service.ts";
import type { Service, Words } from "./service.ts";

const words = {
  queued: "Pending",
  processing: "Processing",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Failed",
} as const satisfies Words;

export const flaskMysql: Service = {
  accepted: requestIdAlone,
  status: (job) => ({ ...commonStatus(job), status: words[job.state] }),
  unknownId: "Invalid request ID",
};
