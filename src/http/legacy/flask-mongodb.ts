// Dialect A: Flask, Celery and MongoDB. Its "50 %" halved width and height.

import { imageUrl } from "../../job/output-url.ts";
import type { ResultPart } from "../../job/read-results.ts";
import type { JobRecord } from "../../store/jobs.ts";
import { commonStatus } from "./service.ts";
import type { Service, Words } from "./service.ts";

const words = {
  queued: "Pending",
  processing: "Processing",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Failed",
} as const satisfies Words;

export const flaskMongodb: Service = {
  accepted: (requestId) => ({ message: "The file was uploaded and is being processed.", request_id: requestId }),
  status: (job) => ({ ...commonStatus(job), status: words[job.state] }),
  unknownId: "No data found for the given request ID",
};

/** What `scale` is where it is not given. */
export const halvedScale = 0.5;

/**
 * The texts of `/fetch/{id}`: one array, an element per image. A product with several images has as many elements with
 * its serial number, in the catalogue's order, because the members name one image each. `processed_image_path` is null
 * while the image waits and when it failed.
 */
export async function* formatFetched(
  job: JobRecord,
  updatedAt: string,
  batches: AsyncIterable<ResultPart[]>,
): AsyncGenerator<string> {
  const times = { created_at: new Date(job.createdAt).toISOString(), updated_at: updatedAt };
  let separator = "[";
  for await (const batch of batches) {
    let text = "";
    for (const part of batch) {
      if (part.kind === "product") continue;
      const element = {
        serial_number: part.product.serial,
        product_name: part.product.name,
        image_path: part.image.url,
        processed_image_path: imageUrl(job, part.image),
        ...times,
      };
      text += separator + JSON.stringify(element);
      separator = ",";
    }
    if (text !== "") yield text;
  }
  yield separator === "[" ? "[]" : "]";
}
