// What may be wrong with one row, each with its cell named as a spreadsheet shows it.
import type { CellProblem } from "../errors.ts";
import { columnLetters, isBlank, shorten, trimInvisible } from "./cells.ts";
import { cellName } from "./columns.ts";
import type { Row } from "./csv-rows.ts";
import type { Findings } from "./findings.ts";
import type { Header } from "./header.ts";
import type { ImageUrl } from "./image-url.ts";
import type { RealignedRow } from "./realign.ts";

/** What makes the whole row unusable. */
export function findRowProblems(row: number, cells: readonly string[], header: Header): CellProblem[] {
  const problems: CellProblem[] = [];
  const serial = cells[header.serialAt] ?? "";
  if (!isSerial(serial)) {
    const found = isBlank(serial) ? "is empty" : `is "${shorten(serial, 40)}"`;
    const message = `the serial number ${found}; it must consist of digits.`;
    problems.push(cellProblem(row, header.serialAt, header, "invalid_serial", message, serial));
  }
  const name = cells[header.nameAt] ?? "";
  if (isBlank(name)) {
    problems.push(cellProblem(row, header.nameAt, header, "empty_name", "the product name is empty.", name));
  }
  return problems;
}

/** `="0042"` is how exports keep a spreadsheet from dropping zeros. */
function isSerial(cell: string): boolean {
  const text = trimInvisible(cell);
  return /^\d+$/.test(text) || /^="\d+"$/.test(text);
}

export function noUrl(row: number, header: Header): CellProblem {
  return cellProblem(row, header.urlsAt, header, "empty_urls", "there is no image URL.", "");
}

/** @param item which URL of the row, from 0. */
export function invalidUrl(row: number, header: Header, item: number, { text, reason }: ImageUrl): CellProblem {
  const message = `"${shorten(text, 80)}" is not an absolute http(s) URL: ${reason}.`;
  return cellProblem(row, header.urlsAt, header, "invalid_url", message, text, item);
}

/** @param item which URL of the row, from 0. */
export function joinedUrl(row: number, header: Header, item: number, { text }: ImageUrl): CellProblem {
  const message = `"${shorten(text, 80)}" is taken as one URL. If these are several, begin each with https:// or http://.`;
  return cellProblem(row, header.urlsAt, header, "comma_in_url", message, text, item);
}

/** Adds what was guessed about a row's cells, and what of them is lost. */
export function addCellWarnings(findings: Findings, row: Row, realigned: RealignedRow, header: Header): void {
  const add = (index: number, code: string, message: string, value: string | undefined) =>
    findings.add(() => cellProblem(row.row, index, header, code, message, value ?? ""));

  for (const index of row.strayQuotes) {
    const message = "it begins with a quote that nothing closes; the quote is taken as a character.";
    add(index, "stray_quote", message, row.cells[index]);
  }
  if (realigned.nameWasJoined) {
    const message = "the row has more cells than the header; this name is joined again. Put it in quotes.";
    add(header.nameAt, "unquoted_name", message, realigned.cells[header.nameAt]);
  }
  if (realigned.lostAt !== null) {
    const message =
      "this cell is in no column of the header and is ignored. Put text that holds a separator in quotes.";
    add(realigned.lostAt, "extra_cells", message, row.cells[realigned.lostAt]);
  }
}

function cellProblem(
  row: number,
  index: number,
  header: Header,
  code: string,
  message: string,
  value: string,
  item: number | null = null,
): CellProblem {
  const path = header.pathOf?.(row, index, item);
  return {
    row,
    column: columnLetters(index),
    ...(path !== undefined && { path }),
    code,
    message: `${path ?? cellName(index, row, shorten(header.names[index] ?? "", 40))}: ${message}`,
    value: value === "" ? null : shorten(value),
  };
}
