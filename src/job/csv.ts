// Text <-> cells, by RFC 4180 and what spreadsheets make of it. Pure and linear: rows are read one at a time from the text,
// so that a hostile file costs its own size and no more.
import { Problem } from "../errors.ts";
import { isBlank } from "./cells.ts";
import { countKnownColumns } from "./columns.ts";
import { refuseOtherFiles } from "./file-kind.ts";
import { decodeText } from "./text.ts";

export interface Row {
  /** The row a spreadsheet shows; an Excel `sep=` line is hidden and does not count. */
  row: number;
  cells: readonly string[];
  /** Indexes of the cells that begin with a quote that nothing closes; the quote was kept as a character. */
  strayQuotes: readonly number[];
}

export interface Table {
  delimiter: string;
  /** In order, the header included; empty lines are counted but left out. Can be iterated again; throws `Problem` on a row without end. */
  rows: Iterable<Row>;
}

/** An unquoted list of as many URLs as the largest job may have still fits in one row. */
const maxCellsPerRow = 250_000;

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

/** The delimiter that makes most sense of the header, wherever near the top it is; else the one that cuts the first row most. */
function guessDelimiter(text: string): string {
  const sampledCharacters = 64 * 1024;
  const sampledRows = 10;
  const sample = text.slice(0, sampledCharacters);
  let best = { delimiter: ",", known: 0, cells: 1 };
  for (const delimiter of delimiters) {
    let rows = 0;
    for (const { cells } of readRows(sample, 0, delimiter)) {
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

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function isLineEnd(code: number): boolean {
  return code === lineFeed || code === carriageReturn;
}

/**
 * A quoted cell ends at a quote that the end of the cell follows; `""` in it is one quote. Another quote inside is a
 * character if such an end follows on its line (`"24" monitor",`). Otherwise the opening quote was itself a character.
 * No scan covers the same text more than a fixed number of times, whatever the quotes are.
 */
function* readRows(text: string, start: number, delimiter: string): Generator<Row> {
  const cut = delimiter.charCodeAt(0);
  let at = start;

  const isPadding = (code: number) => (code === 0x20 || code === 0x09) && code !== cut;

  function skipPadding(from: number): number {
    let to = from;
    while (isPadding(text.charCodeAt(to))) to++;
    return to;
  }

  function endsCell(from: number): boolean {
    const next = skipPadding(from);
    const code = text.charCodeAt(next);
    return next >= text.length || code === cut || isLineEnd(code);
  }

  /** The quote that closes the one at `open`, or -1. */
  function findClosing(open: number): number {
    let from = open + 1;
    for (;;) {
      const found = text.indexOf('"', from);
      if (found === -1) return -1;
      if (text.charCodeAt(found + 1) === quote) from = found + 2;
      else return endsCell(found + 1) ? found : findClosingOnLine(found + 1);
    }
  }

  function findClosingOnLine(from: number): number {
    for (let index = from; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (isLineEnd(code)) return -1;
      if (code === quote && endsCell(index + 1)) return index;
      if (code === cut && text.charCodeAt(skipPadding(index + 1)) === quote) return -1;
    }
    return -1;
  }

  /** The cell that begins at `at`, which moves to what ends it; null when its quote is a stray one. */
  function readQuoted(): string | null {
    const open = skipPadding(at);
    const close = findClosing(open);
    if (close === -1) return null;
    at = skipPadding(close + 1);
    return unescapeQuotes(text.slice(open + 1, close));
  }

  function readPlain(): string {
    const from = at;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === cut || isLineEnd(code)) break;
      at++;
    }
    return text.slice(from, at);
  }

  function skipLineEnd(): void {
    at += text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === lineFeed ? 2 : 1;
  }

  for (let row = 1; at < text.length; row++) {
    if (isLineEnd(text.charCodeAt(at))) {
      skipLineEnd();
      continue;
    }
    const cells: string[] = [];
    let strayQuotes: number[] | null = null;
    for (;;) {
      let cell: string | null = null;
      if (text.charCodeAt(skipPadding(at)) === quote) {
        cell = readQuoted();
        if (cell === null) (strayQuotes ??= []).push(cells.length);
      }
      cells.push(cell ?? readPlain());
      if (at >= text.length || text.charCodeAt(at) !== cut) break;
      if (cells.length === maxCellsPerRow) throw tooManyCells(row);
      at++;
    }
    skipLineEnd();
    yield { row, cells, strayQuotes: strayQuotes ?? [] };
  }
}

/** By `split`, because `replaceAll` takes 32 bytes a pair: 168 MB for a 10 MB cell of nothing but quotes, against 42 MB. */
function unescapeQuotes(text: string): string {
  return text.includes('"') ? text.split('""').join('"') : text;
}

function tooManyCells(row: number): Problem {
  return new Problem({
    status: 422,
    code: "invalid_csv",
    detail: `Row ${row} has more than ${maxCellsPerRow} cells. Check that its line ends and quotes are those of a CSV.`,
  });
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
  return `${cells.map((cell) => formatCell(options.excel === true ? withoutFormula(cell) : cell)).join(",")}\r\n`;
}

function formatCell(cell: string): string {
  return /[",\r\n]|^\ufeff/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** CSV injection: spreadsheets run such cells, some after leading spaces or in full width. The apostrophe makes them text. */
function withoutFormula(cell: string): string {
  return /^[ \u00a0]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(cell) ? `'${cell}` : cell;
}
