// Takes everything about a job away, in bounded steps: what is done stays done when a step fails.

import { deleteDeliveries } from "../store/deliveries.ts";
import { deleteSomeImages } from "../store/images.ts";
import { deleteJob } from "../store/jobs.ts";
import { deleteJobFiles, deleteSomeImageObjects } from "../store/objects.ts";

/** Pages of a thousand objects or some thousand rows at a time, so that one step stays far from every limit of an invocation. */
const pagesPerStep = 10;
const rowsPerPage = 5_000;

/** True when all is gone, false when another step is needed. The job's row goes first: nobody sees it half gone. */
export async function discardStep(env: Env, jobId: string): Promise<boolean> {
  await deleteJob(env.DB, jobId);
  if (!(await inPages(() => deleteSomeImageObjects(env.IMAGE_BUCKET, jobId)))) return false;
  await deleteJobFiles(env.FILE_BUCKET, jobId);
  await deleteDeliveries(env.DB, jobId);
  return inPages(() => deleteSomeImages(env.DB, jobId, rowsPerPage));
}

/** True when a page says that there are no more. */
async function inPages(deletePage: () => Promise<boolean>): Promise<boolean> {
  for (let page = 0; page < pagesPerStep; page++) {
    if (await deletePage()) return true;
  }
  return false;
}
