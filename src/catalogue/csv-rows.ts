// Text -> rows of cells, one row at a time, so that a hostile file costs its own size and no more.
//
// Not PapaParse: it knows one kind of line end per file and no space before a quote, and takes quadratic time for quotes
// in front of a run of spaces (5.7.1: 2 s for 240 KB). Tests compare the two where both know the answer.
import type { Problem } from "../errors.ts";
import { unusable } from "./refusals.ts";

export interface Row {
  /** The row a spreadsheet shows; an Excel `sep=` line is hidden and does not count. */
  row: number;
  cells: readonly string[];
  /** Indexes of the cells that begin with a quote that nothing closes; the quote was kept as a character. */
  strayQuotes: readonly number[];
  /** The texts of its URLs, where they came as a list and never were one cell. */
  urls?: readonly string[];
}

/** An unquoted list of as many URLs as the largest job may have still fits in one row. */
const maxCellsPerRow = 250_000;

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function isLineEnd(code: number): boolean {
  return code === lineFeed || code === carriageReturn;
}

/**
 * A quoted cell ends at a quote that the end of the cell follows; `""` in it is one quote. Another quote inside is a
 * character if such an end follows on its line (`"24" monitor",`). If that quote opens a cell, or no end follows, the
 * opening quote was itself a character.
 * No scan covers the same text more than a fixed number of times, whatever the quotes are.
 */
export function* readRows(text: string, start: number, delimiter: string): Generator<Row> {
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

  function opensCell(index: number): boolean {
    const before = text.charCodeAt(index - 1);
    return before === cut || isLineEnd(before);
  }

  /** The quote that closes the one at `open`, or -1. */
  function findClosing(open: number): number {
    let from = open + 1;
    for (;;) {
      const found = text.indexOf('"', from);
      if (found === -1) return -1;
      if (text.charCodeAt(found + 1) !== quote) {
        if (endsCell(found + 1)) return found;
        return opensCell(found) ? -1 : findClosingOnLine(found + 1);
      }
      from = found + 2;
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
  const detail = `Row ${row} has more than ${maxCellsPerRow} cells. Check that the line ends and quotes are those of a CSV.`;
  return unusable("invalid_csv", detail);
}
