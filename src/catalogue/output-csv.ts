// Products and outcomes -> the rows of the output CSV. Output URLs stand one to one with the input URLs; a failed or
// unfinished one leaves its place empty.
import type { Outcome } from "../errors.ts";
import type { Product } from "./products.ts";

/** How one image ended. */
export interface ImageOutcome {
  outcome: Outcome;
  /** Where the output is; null when the image failed. */
  url: string | null;
  /** Why it failed or was kept as it is. */
  code: string | null;
  message: string | null;
  bytesIn: number | null;
  bytesOut: number | null;
}

export interface OutputOptions {
  /** Adds status, errors and bytes. */
  extended: boolean;
}

const titles = ["S. No.", "Product Name", "Input Image Urls", "Output Image Urls"];
const extendedTitles = ["Status", "Errors", "Original Bytes", "Output Bytes", "Saved %"];

/** `outcomeAt` gives null for an image that is not done yet. The header row comes first. */
export async function* outputRows(
  products: Iterable<Product> | AsyncIterable<Product>,
  extraColumns: readonly string[],
  outcomeAt: (position: number) => ImageOutcome | null,
  options: OutputOptions,
): AsyncGenerator<string[]> {
  yield [...titles, ...extraColumns, ...(options.extended ? extendedTitles : [])];
  for await (const product of products) yield outputRow(product, extraColumns.length, outcomeAt, options);
}

function outputRow(
  product: Product,
  extraColumns: number,
  outcomeAt: (position: number) => ImageOutcome | null,
  options: OutputOptions,
): string[] {
  const outcomes = product.images.map(outcomeAt);
  const urls = outcomes.map((outcome) => outcome?.url ?? "").join(",");
  const extras = Array.from({ length: extraColumns }, (_, index) => product.extraCells[index] ?? "");
  const extended = options.extended ? describeRow(product, outcomes) : [];
  return [product.serial, product.name, product.inputUrls, urls, ...extras, ...extended];
}

export type RowStatus = "completed" | "partial" | "failed" | "pending" | "skipped" | "no_images";

function statusOf(product: Product, outcomes: readonly (ImageOutcome | null)[]): RowStatus {
  if (product.problem !== null) return "skipped";
  if (outcomes.length === 0) return "no_images";
  if (outcomes.includes(null)) return "pending";
  const failed = outcomes.filter((outcome) => outcome?.outcome === "failed").length;
  if (failed === 0) return "completed";
  return failed === outcomes.length ? "failed" : "partial";
}

function describeRow(product: Product, outcomes: readonly (ImageOutcome | null)[]): string[] {
  let bytesIn = 0;
  let bytesOut = 0;
  const errors: string[] = product.problem === null ? [] : [product.problem];
  outcomes.forEach((outcome, index) => {
    if (outcome === null) return;
    if (outcome.outcome === "failed") {
      errors.push(`${index + 1}: ${outcome.code ?? "internal"}: ${outcome.message ?? ""}`.trimEnd());
    } else {
      bytesIn += outcome.bytesIn ?? 0;
      bytesOut += outcome.bytesOut ?? 0;
    }
  });
  const bytes = bytesIn === 0 ? ["", "", ""] : [String(bytesIn), String(bytesOut), savedPercent(bytesIn, bytesOut)];
  return [statusOf(product, outcomes), errors.join(" | "), ...bytes];
}

function savedPercent(bytesIn: number, bytesOut: number): string {
  return ((1 - bytesOut / bytesIn) * 100).toFixed(1);
}
