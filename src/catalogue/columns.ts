// Which column of a header is which: the names of the contract, read without case, spaces and punctuation.
import { columnLetters } from "./cells.ts";

export type ColumnName = "serial" | "name" | "urls";

/** Full names win over short ones, so that a SKU beside a serial number is not taken for it. */
const knownNames: Readonly<Record<ColumnName, { full: readonly string[]; short: readonly string[] }>> = {
  serial: { full: ["S. No.", "Serial Number", "Sl No", "Sr No"], short: ["#", "SKU"] },
  name: { full: ["Product Name"], short: ["Name", "Product"] },
  urls: { full: ["Input Image Urls", "Input Image URL"], short: ["Image URLs", "Image URL", "Images"] },
};

export const columnNames: readonly ColumnName[] = ["serial", "name", "urls"];

const meanings = new Map<string, { column: ColumnName; isFull: boolean }>();
for (const column of columnNames) {
  for (const name of knownNames[column].full) meanings.set(keyOf(name), { column, isFull: true });
  for (const name of knownNames[column].short) meanings.set(keyOf(name), { column, isFull: false });
}

/** The name a column has in the documentation and in the output. */
export function titleOf(column: ColumnName): string {
  return knownNames[column].full[0] ?? column;
}

/** All names a column may have, for a message: `S. No., Serial Number, … and SKU`. */
export function knownNamesOf(column: ColumnName): string {
  const names = [...knownNames[column].full, ...knownNames[column].short];
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

export interface ColumnChoice {
  /** Where each column is, or null where the header has none. */
  indexes: Record<ColumnName, number | null>;
  /** Columns that another one of the same meaning keeps from being used. */
  passedOver: { index: number; column: ColumnName }[];
}

/** The first column with a full name, else the first with a short one. */
export function chooseColumns(header: readonly string[]): ColumnChoice {
  const indexes: Record<ColumnName, number | null> = { serial: null, name: null, urls: null };
  const found = header.flatMap((cell, index) => {
    const meaning = meanings.get(keyOf(cell));
    return meaning === undefined ? [] : [{ index, ...meaning }];
  });
  for (const isFull of [true, false]) {
    for (const match of found) {
      if (match.isFull === isFull) indexes[match.column] ??= match.index;
    }
  }
  const passedOver = found.filter((match) => indexes[match.column] !== match.index);
  return { indexes, passedOver: passedOver.map(({ index, column }) => ({ index, column })) };
}

/** How many of the three columns a row names; 3 makes it a header. */
export function countKnownColumns(cells: readonly string[]): number {
  const { indexes } = chooseColumns(cells);
  return columnNames.filter((column) => indexes[column] !== null).length;
}

/** `C5 (Input Image Urls)`. */
export function cellName(index: number, row: number, header: string): string {
  return header === "" ? `${columnLetters(index)}${row}` : `${columnLetters(index)}${row} (${header})`;
}

function keyOf(header: string): string {
  const longestHeader = 100;
  if (header.length > longestHeader) return "";
  const key = header
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}#]+/gu, "");
  return key === "#" ? key : key.replaceAll("#", "");
}
