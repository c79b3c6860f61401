// Takes a validated catalogue into the record and starts its coordinator.
//
// Order matters: the coordinator first (it clears up should the upload break off here), the files and images next, the
// job row after them, so that a half-written job is never visible.

import { findJob, insertJob } from "../store/jobs.ts";
import type { JobRecord, NewJob } from "../store/jobs.ts";
import { insertImages } from "../store/images.ts";
import { inputKey, putCsv, putProducts } from "../store/objects.ts";
import type { Dialect, JobOptions } from "../store/schema.ts";
import { productsToLines } from "../catalogue/products.ts";
import type { Catalogue } from "../catalogue/products.ts";

export interface Upload {
  /** A new UUID. */
  jobId: string;
  catalogue: Catalogue;
  /** The CSV as it came. */
  input: Uint8Array;
  owner: string | null;
  dialect: Dialect;
  options: JobOptions;
  webhookUrl: string | null;
  origin: string;
  imageBaseUrl: string;
}

/** Warnings kept with the job; the rest is only counted in the upload's answer. */
const maxWarnings = 100;

/** Records the job and sets it going; does not wait for the queue. */
export async function acceptJob(env: Env, upload: Upload): Promise<JobRecord> {
  const { catalogue } = upload;
  const id = upload.jobId;
  const coordinator = env.COORDINATOR.getByName(id);
  await coordinator.prepare({
    jobId: id,
    origin: upload.origin,
    imageBaseUrl: upload.imageBaseUrl,
    images: catalogue.images.length,
    imagesTotal: catalogue.imagesTotal,
  });
  await Promise.all([
    putCsv(env.FILE_BUCKET, inputKey(id), upload.input),
    putProducts(env.FILE_BUCKET, id, new Blob(Array.from(productsToLines(catalogue)))),
    insertImages(env.DB, id, catalogue.images),
  ]);
  const now = Date.now();
  await insertJob(env.DB, {
    id,
    owner: upload.owner,
    dialect: upload.dialect,
    state: "queued",
    options: upload.options,
    webhookUrl: upload.webhookUrl,
    origin: upload.origin,
    imageBaseUrl: upload.imageBaseUrl,
    products: catalogue.products.length,
    images: catalogue.images.length,
    imagesTotal: catalogue.imagesTotal,
    warnings: catalogue.warnings
      .slice(0, maxWarnings)
      .map(({ row, column, code, message }) => ({ row, column, code, message })),
    createdAt: now,
    updatedAt: now,
  } satisfies NewJob);
  if (!(await coordinator.start())) throw new Error("The coordinator gave the upload up before it was written");
  const job = await findJob(env.DB, id);
  if (job === null) throw new Error("The job's row is missing");
  return job;
}
