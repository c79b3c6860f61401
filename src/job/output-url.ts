// Where the output of an image is served: the base fixed at upload, and the image's R2 key as the path.

import { imageKey } from "../store/objects.ts";
import type { JobRecord } from "../store/jobs.ts";

/** Null when nothing is stored for the image, or nothing yet. */
export function imageUrl(
  job: Pick<JobRecord, "id" | "imageBaseUrl">,
  image: { position: number; extension: string | null },
): string | null {
  if (image.extension === null) return null;
  return `${job.imageBaseUrl}/${imageKey(job.id, image.position, image.extension)}`;
}
