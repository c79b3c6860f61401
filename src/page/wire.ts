// The API's answers as the page reads them: the shapes are the API's own. Only types, and not served.

import type { z } from "zod";
import type * as schemas from "../http/schemas.ts";

export type Job = z.infer<typeof schemas.job>;
export type JobsPage = z.infer<typeof schemas.jobsPage>;
export type Image = z.infer<typeof schemas.image>;
export type ImagesPage = z.infer<typeof schemas.imagesPage>;
export type Outcome = z.infer<typeof schemas.outcome>;
export type CellProblem = z.infer<typeof schemas.cellProblem>;

/** Data of a `progress` event. */
export type Progress = Pick<
  Job,
  | "images_total"
  | "images_processed"
  | "images_succeeded"
  | "images_failed"
  | "completion_percentage"
  | "bytes_in"
  | "bytes_out"
  | "saved_percent"
  | "eta_seconds"
>;

/** What `POST /v1/validate` finds. */
export interface Report {
  acceptable: boolean;
  /** Why the catalogue as a whole cannot be used. */
  problem: { code: string; detail: string } | null;
  rows: number;
  products: number;
  images_total: number;
  images_distinct: number;
  duplicates: number;
  problems: CellProblem[];
  problems_total: number;
  warnings: CellProblem[];
  warnings_total: number;
  columns: { letter: string; header: string; meaning: "serial" | "name" | "urls" | null }[];
  preview: { row: number; serial: string; name: string; urls: string[]; urls_total: number }[];
}
