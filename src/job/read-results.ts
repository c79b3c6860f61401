// The products of a job with their images as they stand now, in the catalogue's order and a batch at a time, so that the
// largest job costs a reader no more memory than a small one.

import { parseHeaderLine, parseProductLine, splitLines } from "../catalogue/products.ts";
import type { Product } from "../catalogue/products.ts";
import { findImages } from "../store/images.ts";
import type { ImageRecord } from "../store/images.ts";
import type { JobRecord } from "../store/jobs.ts";
import { readProducts } from "../store/objects.ts";

/** A product begins, or the next of its images comes; one that is used again comes again. */
export type ResultPart =
  | { kind: "product"; product: Product }
  | { kind: "image"; product: Product; image: ImageRecord };

export interface Results {
  /** Names of the columns that are only kept. */
  extraColumns: string[];
  batches: AsyncGenerator<ResultPart[]>;
  /** To be called where `batches` is not read to its end: lets go of the file, also where no batch was asked for. */
  close: () => Promise<void>;
}

export async function readResults(env: Env, job: JobRecord): Promise<Results> {
  const lines = splitLines(await readProducts(env.FILE_BUCKET, job.id));
  const header = await lines.next();
  if (header.done === true) throw new Error(`The products of job ${job.id} are empty`);
  return {
    ...parseHeaderLine(header.value),
    batches: readBatches(env.DB, job, lines),
    close: async () => void (await lines.return(undefined)),
  };
}

/** Of products and images together; at some 400 bytes an image a batch is less than a megabyte. */
const partsPerBatch = 2_000;

type Place = { product: Product; position: number | null };

async function* readBatches(
  db: D1Database,
  job: JobRecord,
  lines: AsyncIterable<string>,
): AsyncGenerator<ResultPart[]> {
  let places: Place[] = [];
  for await (const line of lines) {
    const product = parseProductLine(line);
    for (const position of [null, ...product.images]) {
      places.push({ product, position });
      if (places.length < partsPerBatch) continue;
      yield await loadParts(db, job, places);
      places = [];
    }
  }
  if (places.length > 0) yield await loadParts(db, job, places);
}

async function loadParts(db: D1Database, job: JobRecord, places: readonly Place[]): Promise<ResultPart[]> {
  const positions = new Set(places.flatMap(({ position }) => position ?? []));
  const images = new Map((await findImages(db, job.id, [...positions])).map((image) => [image.position, image]));
  return places.map(({ product, position }): ResultPart => {
    if (position === null) return { kind: "product", product };
    const image = images.get(position);
    if (image === undefined) throw new Error(`Image ${position} of job ${job.id} is missing`);
    return { kind: "image", product, image };
  });
}
