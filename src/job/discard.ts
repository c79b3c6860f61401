// Takes everything about a job away, in bounded steps: what is done stays done when a step fails.

import { deleteDeliveries } from "../store/deliveries.ts";
import { deleteJobImages } from "../store/images.ts";
import { deleteJob } from "../store/jobs.ts";
import { deleteJobFiles, deleteSomeImageObjects } from "../store/objects.ts";

/** Pages of a thousand objects at a time, so that one step stays far from every limit of an invocation. */
const pagesPerStep = 10;

/** True when all is gone, false when another step is needed. The job's row goes first: nobody sees it half gone. */
export async function discardStep(env: Env, jobId: string): Promise<boolean> {
  await deleteJob(env.DB, jobId);
  for (let page = 0; page < pagesPerStep; page++) {
    if (await deleteSomeImageObjects(env.IMAGE_BUCKET, jobId)) {
      await deleteJobFiles(env.FILE_BUCKET, jobId);
      await deleteDeliveries(env.DB, jobId);
      await deleteJobImages(env.DB, jobId);
      return true;
    }
  }
  return false;
}
