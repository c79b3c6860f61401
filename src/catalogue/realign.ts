// Puts a row that has more cells than the header back under its columns: an unquoted list of URLs, or a product name with
// an unquoted comma, spilled to the right.
import { isBlank, trimInvisible } from "./cells.ts";
import { endsAsImage } from "./image-url.ts";
import { beginsWithUrl } from "./image-urls.ts";

export interface Layout {
  /** Columns of the header, unnamed ones at its end left out. */
  width: number;
  nameAt: number;
  urlsAt: number;
  /** The URL column and the unnamed ones directly behind it, which a spreadsheet makes of a spilled list. */
  urlsSpan: number;
  delimiter: string;
}

export interface RealignedRow {
  /** Each in its own column; what may follow is blank. */
  cells: readonly string[];
  /** Index of the first cell that belongs to no column and holds something; null when nothing is lost. */
  lostAt: number | null;
  /** A comma in the product name was taken for part of it. */
  nameWasJoined: boolean;
}

export function realign(row: readonly string[], layout: Layout): RealignedRow {
  const used = usedLength(row);
  if (used <= layout.width && layout.urlsSpan === 1) return { cells: row, lostAt: null, nameWasJoined: false };

  const surplus = Math.max(0, used - layout.width);
  if (isList(row, layout.urlsAt, layout.urlsSpan + surplus)) {
    const joined = join(row, layout.urlsAt, layout.urlsSpan + surplus, layout);
    return { cells: joined.slice(0, layout.width), lostAt: null, nameWasJoined: false };
  }
  const urlsMovedTo = layout.urlsAt + surplus;
  const nameIsBefore = layout.nameAt < layout.urlsAt;
  if (nameIsBefore && !beginsWithUrl(row[layout.urlsAt] ?? "") && isList(row, urlsMovedTo, layout.urlsSpan)) {
    const named = join(row, layout.nameAt, 1 + surplus, { ...layout, urlsSpan: 1 });
    const cells = layout.urlsSpan === 1 ? named : join(named, layout.urlsAt, layout.urlsSpan, layout);
    return { cells, lostAt: null, nameWasJoined: true };
  }
  const lostAt = row.findIndex((cell, index) => {
    const hasNoColumn = index >= layout.width || (index > layout.urlsAt && index < layout.urlsAt + layout.urlsSpan);
    return hasNoColumn && !isBlank(cell);
  });
  return { cells: row.slice(0, layout.width), lostAt: lostAt === -1 ? null : lostAt, nameWasJoined: false };
}

function usedLength(row: readonly string[]): number {
  let length = row.length;
  while (length > 0 && isBlank(row[length - 1] ?? "")) length--;
  return length;
}

/** Joins `count` cells from `from` into one column of `urlsSpan` (the others of the span become empty). */
function join(row: readonly string[], from: number, count: number, layout: Layout): string[] {
  const list = row.slice(from, from + count);
  const joined = list.slice(0, usedLength(list)).join(layout.delimiter);
  const emptied = Array.from({ length: layout.urlsSpan - 1 }, () => "");
  return [...row.slice(0, from), joined, ...emptied, ...row.slice(from + count)];
}

/** Whether the cells are one list of URLs, cut at its separators and at the commas inside its URLs. */
function isList(row: readonly string[], from: number, count: number): boolean {
  let url: string | null = null;
  for (const cell of row.slice(from, from + count).map(trimInvisible)) {
    if (cell === "") continue;
    if (!beginsWithUrl(cell) && (url === null || !continuesUrl(url, cell))) return false;
    url = cell;
  }
  return url !== null;
}

/** `h_400/a.jpg` continues `https://…/w_400`; a price or a remark behind `a.jpg` does not. */
function continuesUrl(url: string, cell: string): boolean {
  if (/\s/.test(cell)) return false;
  if (endsAsImage(cell)) return true;
  return !endsAsImage(url) && /[/_=%&?~-]|\.\D/.test(cell) && !/^[\d.]+$/.test(cell);
}
