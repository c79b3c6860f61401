// The output images in R2. The first object that is stored for an image stays, together with all that is to be recorded of it:
// two deliveries of one message may come upon two versions of a source, and whichever of them is recorded first, the record
// must speak of the bytes that are handed out.

import type { ImageOutcome } from "./images.ts";

/** What the record says of a stored image, and what it was made from. */
export interface ImageFacts extends Pick<
  ImageOutcome,
  | "outcome"
  | "failure"
  | "extension"
  | "format"
  | "width"
  | "height"
  | "outputWidth"
  | "outputHeight"
  | "bytesIn"
  | "bytesOut"
> {
  reused: boolean;
  /** SHA-256 of the source in hex; null where nobody asked. */
  sourceHash: string | null;
}

export interface StoredImage {
  key: string;
  bytes: Uint8Array;
  contentType: string;
  /** What a browser should call the file; from the source's URL. */
  filename: string;
  facts: ImageFacts;
}

const factsName = "facts";
/** RFC 9110, 13.1.2: only where there is none yet. */
const onlyIf = new Headers({ "if-none-match": "*" });

/** Answers the facts of what is stored now: ours, or those of the one that was there. */
export async function putImage(bucket: R2Bucket, image: StoredImage): Promise<ImageFacts> {
  const { key, bytes, facts } = image;
  const options = {
    httpMetadata: {
      contentType: image.contentType,
      cacheControl: "public, max-age=31536000, immutable",
      contentDisposition: `inline; filename*=UTF-8''${encodeURIComponent(image.filename)}`,
    },
    customMetadata: { [factsName]: JSON.stringify(facts) },
  };
  if ((await bucket.put(key, bytes, { ...options, onlyIf })) !== null) return facts;
  const first = await readFacts(bucket, key);
  if (first !== null) return first;
  await bucket.put(key, bytes, options);
  return facts;
}

/**
 * Copies an image with all that is said of it; null when it is gone, or is not the one of so many bytes. Else answers the
 * facts of what is stored now, as `putImage` does.
 */
export async function copyImage(
  bucket: R2Bucket,
  { from, to, facts }: { from: string; to: string; facts: ImageFacts & { bytesOut: number } },
): Promise<ImageFacts | null> {
  const object = await bucket.get(from);
  if (object === null) return null;
  if (object.size !== facts.bytesOut) {
    await object.body.cancel();
    return null;
  }
  // R2 takes a stream only when it knows its length.
  const { readable, writable } = new FixedLengthStream(facts.bytesOut);
  const refusal = new AbortController();
  // A source that breaks off breaks the put, which says so.
  object.body.pipeTo(writable, { signal: refusal.signal }).catch(() => {});
  const { httpMetadata } = object;
  try {
    const put = await bucket.put(to, readable, {
      ...(httpMetadata && { httpMetadata }),
      customMetadata: { [factsName]: JSON.stringify(facts) },
      onlyIf,
    });
    if (put !== null) return facts;
  } catch (error) {
    refusal.abort();
    throw error;
  }
  // Nobody reads the body any more.
  refusal.abort();
  return readFacts(bucket, to);
}

/** Null where the object is gone, or comes from before facts were kept with it. */
async function readFacts(bucket: R2Bucket, key: string): Promise<ImageFacts | null> {
  const text = (await bucket.head(key))?.customMetadata?.[factsName];
  return text === undefined ? null : JSON.parse(text);
}
