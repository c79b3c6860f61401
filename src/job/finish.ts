// The last steps of a job, each safe to repeat: the output CSV into R2, then the totals into D1.

import { codeOf, describeFailure } from "../errors.ts";
import { listImages } from "../store/images.ts";
import type { ImageRecord } from "../store/images.ts";
import { recordEnd } from "../store/jobs.ts";
import type { JobEnd, JobRecord } from "../store/jobs.ts";
import { deleteImagesBut, imageKey, outputKey, putCsv, readProducts } from "../store/objects.ts";
import { formatCsvStream } from "../catalogue/csv.ts";
import { imageUrl } from "./output-url.ts";
import { outputRows } from "../catalogue/output-csv.ts";
import type { ImageOutcome } from "../catalogue/output-csv.ts";
import { parseHeaderLine, parseProductLine, splitLines } from "../catalogue/products.ts";
import type { Product } from "../catalogue/products.ts";
import type { Progress } from "./progress.ts";

const imagesPerQuery = 5_000;

export interface RenderOptions {
  /** Adds status, errors and sizes of each product. */
  extended: boolean;
  /** Adds a byte order mark and neutralises cells that a spreadsheet would run as formulas. */
  excel: boolean;
}

export async function writeOutput(env: Env, job: JobRecord): Promise<void> {
  await putCsv(env.FILE_BUCKET, outputKey(job.id), await renderOutput(env, job, { extended: false, excel: false }));
}

/** The output CSV as it stands now; an image that still waits leaves its place empty. */
export async function renderOutput(env: Env, job: JobRecord, options: RenderOptions): Promise<Blob> {
  const outcomes = await loadOutcomes(env.DB, job);
  const lines = splitLines(await readProducts(env.FILE_BUCKET, job.id));
  const header = await lines.next();
  if (header.done === true) throw new Error(`The products of job ${job.id} are empty`);
  const rows = outputRows(
    parseLines(lines),
    parseHeaderLine(header.value).extraColumns,
    (position) => outcomes[position] ?? null,
    { extended: options.extended },
  );
  return toBlob(formatCsvStream(rows, { excel: options.excel }));
}

/** Deletes images that were stored for a cancelled job and never recorded. */
export async function deleteUnnamed(env: Env, job: JobRecord): Promise<void> {
  const named = new Set<string>();
  for (let after = 0; after < job.images; after += imagesPerQuery) {
    for (const { position, extension } of await listImages(env.DB, job.id, { after, limit: imagesPerQuery })) {
      if (extension !== null) named.add(imageKey(job.id, position, extension));
    }
  }
  await deleteImagesBut(env.IMAGE_BUCKET, job.id, named);
}

/** Writes the end of a job to the record and answers the job as it now is. */
export async function recordTotals(
  db: D1Database,
  job: JobRecord,
  progress: Progress,
  cancelled: boolean,
  times: Pick<JobEnd, "completedAt" | "expiresAt">,
): Promise<JobRecord> {
  const { succeeded, failed, reused, bytesIn, bytesOut } = progress;
  const anySucceeded = succeeded > 0;
  const end: JobEnd = {
    state: cancelled ? "cancelled" : anySucceeded ? "completed" : "failed",
    outcome: anySucceeded ? (failed === 0 && !cancelled ? "ok" : "partial") : "none",
    imagesSucceeded: succeeded,
    imagesFailed: failed,
    imagesReused: reused ?? 0,
    bytesIn,
    bytesOut,
    ...times,
  };
  await recordEnd(db, job.id, end);
  return { ...job, ...end, updatedAt: end.completedAt };
}

/** By position. */
async function loadOutcomes(db: D1Database, job: JobRecord): Promise<(ImageOutcome | null)[]> {
  const outcomes: (ImageOutcome | null)[] = [null];
  for (let after = 0; after < job.images; after += imagesPerQuery) {
    for (const image of await listImages(db, job.id, { after, limit: imagesPerQuery })) {
      outcomes[image.position] = toOutcome(job, image);
    }
  }
  return outcomes;
}

function toOutcome(job: JobRecord, image: ImageRecord): ImageOutcome | null {
  if (image.outcome === null) return null;
  return {
    outcome: image.outcome,
    url: imageUrl(job, image),
    code: image.failure === null ? null : codeOf(image.failure),
    message: image.failure === null ? null : describeFailure(image.failure),
    bytesIn: image.bytesIn,
    bytesOut: image.bytesOut,
  };
}

async function* parseLines(lines: AsyncIterable<string>): AsyncGenerator<Product> {
  for await (const line of lines) yield parseProductLine(line);
}

/** In pieces of some size: a Blob of many thousand strings costs more than its text. */
async function toBlob(texts: AsyncIterable<string>): Promise<Blob> {
  const pieceCharacters = 256 * 1024;
  const pieces: Blob[] = [];
  let pending: string[] = [];
  let characters = 0;
  for await (const text of texts) {
    pending.push(text);
    characters += text.length;
    if (characters < pieceCharacters) continue;
    pieces.push(new Blob(pending));
    pending = [];
    characters = 0;
  }
  return new Blob([...pieces, ...pending]);
}
