// Dialect D: Django and Celery. Pending until all is done, with counts.

import { commonStatus, requestIdAlone } from "./service.ts";
import type { Service, Words } from "./service.ts";

const words = {
  queued: "Pending",
  processing: "Pending",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Failed",
} as const satisfies Words;

export const django: Service = {
  accepted: requestIdAlone,
  status: (job) => ({ ...commonStatus(job), status: words[job.state] }),
  unknownId: "Request not found",
};
