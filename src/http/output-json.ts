// The output of a job as JSON: what output.csv holds, and of every image what became of it.

import type { Product } from "../catalogue/products.ts";
import { describeImage } from "../job/image-summary.ts";
import type { Results } from "../job/read-results.ts";
import type { JobRecord } from "../store/jobs.ts";

/** The texts of one JSON document of the shape `schemas.output`, a batch of results each. */
export async function* formatOutputJson(job: JobRecord, results: Results): AsyncGenerator<string> {
  const head = {
    id: job.id,
    request_id: job.id,
    state: job.state,
    outcome: job.outcome,
    extra_columns: results.extraColumns,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"products":[`;
  let closing = "";
  let separator = "";
  for await (const batch of results.batches) {
    let text = "";
    for (const part of batch) {
      if (part.kind === "product") {
        text += `${closing}${JSON.stringify(describeProduct(part.product)).slice(0, -1)},"images":[`;
        closing = "]},";
        separator = "";
      } else {
        text += separator + JSON.stringify(describeImage(job, part.image));
        separator = ",";
      }
    }
    yield text;
  }
  yield closing === "" ? "]}" : "]}]}";
}

function describeProduct(product: Product) {
  const { row, serial, name, problem, extraCells } = product;
  return { row, serial, name, problem, extra_cells: extraCells };
}
