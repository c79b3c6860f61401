// The API's answers as the page reads them: the shapes are the API's own. Only types, and not served.

import type { z } from "zod";
import type * as schemas from "../http/schemas.ts";

export type Job = z.infer<typeof schemas.job>;
export type JobsPage = z.infer<typeof schemas.jobsPage>;
export type Image = z.infer<typeof schemas.image>;
export type ImagesPage = z.infer<typeof schemas.imagesPage>;
export type Outcome = z.infer<typeof schemas.outcome>;
export type Output = z.infer<typeof schemas.output>;
export type Report = z.infer<typeof schemas.report>;
export type CellProblem = z.infer<typeof schemas.cellProblem>;

/** Data of a `progress` event. */
export type Progress = Pick<
  Job,
  | "images_total"
  | "images_processed"
  | "images_succeeded"
  | "images_failed"
  | "images_reused"
  | "completion_percentage"
  | "bytes_in"
  | "bytes_out"
  | "saved_percent"
  | "eta_seconds"
>;
