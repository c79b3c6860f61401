// Text <-> cells, by RFC 4180 and what spreadsheets make of it. Pure.
import Papa from "papaparse";
import { isBlank } from "./cells.ts";
import { countKnownColumns } from "./columns.ts";
import { readRows, type Row } from "./csv-rows.ts";
import { refuseOtherFiles } from "./file-kind.ts";
import { decodeText } from "./text.ts";

export interface Table {
  delimiter: string;
  /** In order, the header included; empty lines are counted but left out. Can be iterated again; throws `Problem` on a row without end. */
  rows: Iterable<Row>;
  /** How a problem names a cell that never was in a spreadsheet. */
  pathOf?: PathOf;
}

/** @param item which URL of the cell, from 0; null for the cell. */
export type PathOf = (row: number, column: number, item: number | null) => string;

const delimiters = [",", ";", "\t", "|"] as const;

/** @throws Problem `invalid_csv` when the bytes are another kind of file. */
export function parseCsv(bytes: Uint8Array): Table {
  refuseOtherFiles(bytes);
  return parseText(decodeText(bytes));
}

export function parseText(text: string): Table {
  const announced = /^"?sep=([^\w"\r\n])"?(?:\r\n|\r|\n|$)/i.exec(text.slice(0, 16));
  const start = announced?.[0].length ?? 0;
  const delimiter = announced?.[1] ?? guessDelimiter(text);
  return { delimiter, rows: { [Symbol.iterator]: () => readRows(text, start, delimiter) } };
}

/** A table of cells that never were text. */
export function tableOf(rows: readonly (readonly string[])[]): Table {
  return { delimiter: ",", rows: rows.map((cells, index) => ({ row: index + 1, cells, strayQuotes: [] })) };
}

/**
 * The table with every row that is one single cell holding the delimiter cut at it: a spreadsheet that was opened with
 * another delimiter saves whole lines as one quoted cell each.
 */
export function unwrapLines(table: Table): Table {
  function* unwrapped(): Generator<Row> {
    for (const row of table.rows) {
      const [line] = row.cells;
      const isWrapped = row.cells.length === 1 && line?.includes(table.delimiter) === true;
      const inner = isWrapped ? readRows(line, 0, table.delimiter).next().value : undefined;
      yield inner === undefined ? row : { ...inner, row: row.row };
    }
  }
  return { delimiter: table.delimiter, rows: { [Symbol.iterator]: unwrapped } };
}

/** The delimiter that makes most sense of the header, wherever near the top it is; else the one that cuts the first row most. */
function guessDelimiter(text: string): string {
  const sampledCharacters = 64 * 1024;
  const sampledRows = 10;
  const sample = text.slice(0, sampledCharacters);
  let best = { delimiter: ",", known: 0, cells: 1 };
  for (const delimiter of delimiters) {
    let rows = 0;
    for (const { cells } of unwrapLines({ delimiter, rows: readRows(sample, 0, delimiter) }).rows) {
      if (cells.every(isBlank)) continue;
      const known = countKnownColumns(cells);
      const cutsMore = rows === 0 && best.known === 0 && cells.length > best.cells;
      if (known > best.known || cutsMore) best = { delimiter, known, cells: cells.length };
      rows++;
      if (rows === sampledRows) break;
    }
  }
  return best.delimiter;
}

export interface FormatOptions {
  /** For people who open the file in a spreadsheet: a byte order mark, and no cell that could run as a formula. */
  excel?: boolean;
}

/** RFC 4180 with CRLF, one text per row; the byte order mark comes first. */
export function* formatCsv(rows: Iterable<readonly string[]>, options: FormatOptions = {}): Generator<string> {
  if (options.excel === true) yield "\ufeff";
  for (const cells of rows) yield formatRow(cells, options);
}

/** `formatCsv` for rows that are still being read. */
export async function* formatCsvStream(
  rows: AsyncIterable<readonly string[]>,
  options: FormatOptions = {},
): AsyncGenerator<string> {
  if (options.excel === true) yield "\ufeff";
  for await (const cells of rows) yield formatRow(cells, options);
}

function formatRow(cells: readonly string[], options: FormatOptions): string {
  // An empty line would be no row at all.
  if (cells.length === 1 && cells[0] === "") return '""\r\n';
  return `${Papa.unparse([options.excel === true ? cells.map(withoutFormula) : [...cells]], { newline: "\r\n" })}\r\n`;
}

/** CSV injection: spreadsheets run such cells, some after leading spaces or in full width. The apostrophe makes them text. */
function withoutFormula(cell: string): string {
  return /^[ \u00a0]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(cell) ? `'${cell}` : cell;
}
