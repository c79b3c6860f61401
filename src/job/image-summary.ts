// What a caller is told about one image, the same in a list and in an event.

import { codeOf, describeFailure } from "../errors.ts";
import type { ImageRecord } from "../store/images.ts";
import type { JobRecord } from "../store/jobs.ts";
import { formatOfExtension } from "./file-types.ts";
import { imageUrl } from "./output-url.ts";

export function describeImage(job: Pick<JobRecord, "id" | "imageBaseUrl">, image: ImageRecord) {
  return {
    position: image.position,
    source: image.url,
    uses: image.uses,
    output: imageUrl(job, image),
    outcome: image.outcome,
    code: image.failure === null ? null : codeOf(image.failure),
    message: image.failure === null ? null : describeFailure(image.failure),
    format: image.format,
    width: image.width,
    height: image.height,
    output_format: image.extension === null ? null : formatOfExtension(image.extension),
    output_width: image.outputWidth,
    output_height: image.outputHeight,
    bytes_in: image.bytesIn,
    bytes_out: image.bytesOut,
    attempts: image.attempts,
    reused: image.reused,
  };
}
