// Products that came as a list and not as a CSV -> the table they would be, so that one validation holds for both.
import { titleOf } from "./columns.ts";
import { formatCsv, type Table } from "./csv.ts";
import type { Row } from "./csv-rows.ts";

export interface ListedProduct {
  serial: string;
  name: string;
  urls: readonly string[];
}

const members = ["serial", "name", "urls"] as const;

/** Product 0 is row 2, as it is in the output CSV. Every URL stays one, whatever separators it holds. */
export function tableOfProducts(products: readonly ListedProduct[]): Table {
  const header: Row = { row: 1, cells: members.map(titleOf), strayQuotes: [] };
  const rows = products.map(({ serial, name, urls }, index): Row => ({
    row: index + 2,
    cells: [serial, name, urls.join(",")],
    strayQuotes: [],
    urls,
  }));
  return { delimiter: ",", rows: [header, ...rows], pathOf };
}

/** `products[3].urls[0]` */
export function pathOf(row: number, column: number, item: number | null): string {
  const path = `products[${row - 2}].${members[column] ?? ""}`;
  return item === null ? path : `${path}[${item}]`;
}

/** The same as a CSV file. */
export function csvOfTable(table: Table): Uint8Array {
  const cells = Array.from(table.rows, (row) => row.cells);
  return new TextEncoder().encode(Array.from(formatCsv(cells)).join(""));
}
