// The products of a job, and their lines in storage: a header, then one JSON text per product.
import { z } from "zod";
import type { CellProblem } from "../errors.ts";

/** One row of the CSV. Its texts are the input's own, unchanged. */
export interface Product {
  /** The row a spreadsheet shows; the header is row 1. */
  row: number;
  serial: string;
  name: string;
  /** The URL cell; a list that had spilled over the columns is joined again. */
  inputUrls: string;
  /** In the order of `extraColumns`; empty ones at the end may be left out. */
  extraCells: string[];
  /** Positions, one per URL in the cell and in its order, repeated ones repeated; empty when the row is skipped. */
  images: number[];
  /** Why the row is skipped, one sentence. */
  problem: string | null;
}

/** One distinct URL of a job. */
export interface SourceImage {
  /** From 1, in order of first appearance. */
  position: number;
  /** Normalised; an invalid one is kept as text that no parser takes for http(s). */
  url: string;
  /** How often the CSV holds it. */
  uses: number;
}

export interface Catalogue {
  /** Names of the columns that are only kept, in the input's order. */
  extraColumns: string[];
  products: Product[];
  images: SourceImage[];
  /** The sum of `uses`. */
  imagesTotal: number;
  /** The first 1,000. */
  warnings: CellProblem[];
  warningsTotal: number;
}

const headerLine = z.strictObject({ extraColumns: z.array(z.string()) });

const productLine = z.strictObject({
  row: z.number().int(),
  serial: z.string(),
  name: z.string(),
  inputUrls: z.string(),
  extraCells: z.array(z.string()),
  images: z.array(z.number().int()),
  problem: z.string().nullable(),
});

/** The lines to store, each with its line feed. */
export function* productsToLines(catalogue: Pick<Catalogue, "extraColumns" | "products">): Generator<string> {
  yield `${JSON.stringify({ extraColumns: catalogue.extraColumns } satisfies z.infer<typeof headerLine>)}\n`;
  for (const product of catalogue.products) yield `${JSON.stringify(product satisfies z.infer<typeof productLine>)}\n`;
}

/** The first line. @throws when it is not what `productsToLines` wrote. */
export function parseHeaderLine(line: string): { extraColumns: string[] } {
  return headerLine.parse(JSON.parse(line));
}

/** Any other line. @throws when it is not what `productsToLines` wrote. */
export function parseProductLine(line: string): Product {
  return productLine.parse(JSON.parse(line));
}

/** Cuts a stored file into its lines as it arrives; the line feeds are left out. */
export async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest: string[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end !== -1; end = chunk.indexOf("\n", from)) {
      yield [...rest, chunk.slice(from, end)].join("");
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.slice(from));
  }
  if (rest.length > 0) yield rest.join("");
}
