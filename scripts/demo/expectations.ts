// What Halftone must make of the sample catalogue: every kind of end is in it.

import type { Image } from "./api.ts";

/** What stands for the shop's host in `examples/catalogue.csv`; `.example` never resolves (RFC 2606). */
export const sampleOrigin = "http://images.example";

/** `outcome` or `outcome code`, by the last part of the source's URL. Two where it depends on the codec. */
const expected: Record<string, readonly string[]> = {
  "mug.jpg": ["compressed"],
  "mug-glaze.jpg": ["compressed"],
  "mug-cutout.png": ["compressed"],
  "cushion.jpg": ["compressed"],
  "cushion-weave.jpg": ["compressed"],
  "lamp.jpg": ["compressed"],
  // mozjpeg has been over it: a per cent is left to save, or nothing.
  "lamp-thumbnail.jpg": ["compressed", "kept_original already_small"],
  // 12 megapixels, which could not be held as pixels in an isolate.
  "alps-original.jpg": ["compressed"],
  "alps.webp": ["compressed"],
  "carafe.webp": ["compressed"],
  // Four inks, which stay four.
  "carafe-print.jpg": ["compressed"],
  "gift-card.webp": ["kept_original animated"],
  // Without loss, well-packed flat art can hardly be made smaller.
  "logo.png": ["compressed", "kept_original already_small"],
  "planner.png": ["compressed", "kept_original already_small"],
  "throw-front.jpg": ["failed http_404"],
  "throw-back.jpg": ["failed not_an_image"],
  "throw-folded.jpg": ["failed truncated"],
  "throw-scan.tif": ["failed invalid_url"],
};

/** Used by two products, fetched once. */
const usedTwice = "mug.jpg";

/** Every sample that ended otherwise than it must, as sentences. */
export function checkSampleOutcomes(images: readonly Image[]): string[] {
  const wrong: string[] = [];
  const found = new Map(images.map((image) => [image.source.split("/").at(-1) ?? "", image]));
  for (const [name, ends] of Object.entries(expected)) {
    const image = found.get(name);
    const actual =
      image === undefined ? "missing" : [image.outcome, image.code].filter((part) => part !== null).join(" ");
    if (!ends.includes(actual)) wrong.push(`${name} must end as "${ends.join('" or "')}" but is "${actual}".`);
  }
  if (found.get(usedTwice)?.uses !== 2)
    wrong.push(`${usedTwice} stands in the catalogue twice and must count as one image with two uses.`);
  if (images.length !== Object.keys(expected).length)
    wrong.push(`The catalogue has ${Object.keys(expected).length} images, the job ${images.length}.`);
  return wrong;
}
