// What lies in R2 and under which key. Images have a bucket of their own, because that one may be public: an image link
// carries the job id, and must not lead to the job's catalogue. Their key is the path they are served at.

/** `image/<job>-<position>.<extension>` */
export function imageKey(jobId: string, position: number, extension: string): string {
  return `image/${jobId}-${position}.${extension}`;
}

/** The CSV as it was uploaded. */
export function inputKey(jobId: string): string {
  return `input/${jobId}.csv`;
}

/** Jobs whose CSV is stored, in the order of their ids, and when it came in ms. At most a thousand. */
export async function listInputs(
  bucket: R2Bucket,
  page: { after: string; limit: number },
): Promise<{ jobId: string; uploadedAt: number }[]> {
  const { objects } = await bucket.list({
    prefix: "input/",
    limit: page.limit,
    ...(page.after !== "" && { startAfter: inputKey(page.after) }),
  });
  return objects.map(({ key, uploaded }) => ({
    jobId: key.slice("input/".length, -".csv".length),
    uploadedAt: uploaded.getTime(),
  }));
}

/** The products of a job, a JSON document a line: what the output CSV is written from. */
export function productsKey(jobId: string): string {
  return `products/${jobId}.ndjson`;
}

export function outputKey(jobId: string): string {
  return `output/${jobId}.csv`;
}

export async function deleteImages(bucket: R2Bucket, keys: string[]): Promise<void> {
  if (keys.length > 0) await bucket.delete(keys);
}

/** Deletes whatever is stored for one image, under any extension. */
export async function deleteImageAt(bucket: R2Bucket, jobId: string, position: number): Promise<void> {
  const { objects } = await bucket.list({ prefix: `image/${jobId}-${position}.` });
  await deleteImages(
    bucket,
    objects.map(({ key }) => key),
  );
}

/** Deletes a job's images but those that are named. */
export async function deleteImagesBut(bucket: R2Bucket, jobId: string, named: ReadonlySet<string>): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix: `image/${jobId}-`, ...(cursor !== undefined && { cursor }) });
    await deleteImages(
      bucket,
      page.objects.flatMap(({ key }) => (named.has(key) ? [] : [key])),
    );
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}

export async function putCsv(bucket: R2Bucket, key: string, csv: Uint8Array | Blob): Promise<void> {
  await bucket.put(key, csv, { httpMetadata: { contentType: "text/csv; charset=utf-8; header=present" } });
}

export async function putProducts(bucket: R2Bucket, jobId: string, lines: Blob): Promise<void> {
  await bucket.put(productsKey(jobId), lines, { httpMetadata: { contentType: "application/x-ndjson" } });
}

/** The text of a job's products as it arrives. */
export async function readProducts(bucket: R2Bucket, jobId: string): Promise<ReadableStream<string>> {
  const object = await bucket.get(productsKey(jobId));
  if (object === null) throw new Error(`The products of job ${jobId} are missing`);
  return object.body.pipeThrough(new TextDecoderStream());
}

/** The bytes of a file; null when there is none, or when it has more than `maxBytes`. */
export async function readFileUpTo(bucket: R2Bucket, key: string, maxBytes: number): Promise<Uint8Array | null> {
  const object = await bucket.get(key);
  if (object === null) return null;
  if (object.size > maxBytes) {
    await object.body.cancel();
    return null;
  }
  return new Uint8Array(await object.arrayBuffer());
}

/** Deletes up to a thousand of a job's images; true when there were no more. */
export async function deleteSomeImageObjects(bucket: R2Bucket, jobId: string): Promise<boolean> {
  const page = await bucket.list({ prefix: `image/${jobId}-` });
  await deleteImages(
    bucket,
    page.objects.map((object) => object.key),
  );
  return !page.truncated;
}

export async function deleteJobFiles(bucket: R2Bucket, jobId: string): Promise<void> {
  await bucket.delete([inputKey(jobId), productsKey(jobId), outputKey(jobId)]);
}
