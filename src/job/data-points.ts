// Data points of Analytics Engine: what each blob and double means is in docs/operations.md, and SQL there counts on it.
// Nothing here may fail the work: a point that cannot be written is lost.

import { logEvent, logFailure } from "./log.ts";

/** An index is what is sampled by: every job keeps points of its own, however large its neighbour is. */
export interface DataPoint {
  job: string;
  blobs: [kind: "image" | "job" | "delivery", ...rest: (string | null)[]];
  doubles: (number | null)[];
}

let told = false;

export function writeDataPoint(env: Env, { job, blobs, doubles }: DataPoint): void {
  const dataset: AnalyticsEngineDataset | undefined = env.ANALYTICS;
  try {
    if (dataset !== undefined) {
      dataset.writeDataPoint({ indexes: [job], blobs, doubles: doubles.map((value) => value ?? 0) });
    } else if (!told) {
      told = true;
      logEvent("analytics_missing", { binding: "ANALYTICS" });
    }
  } catch (error) {
    if (!told) logFailure("data_point_lost", error);
    told = true;
  }
}
