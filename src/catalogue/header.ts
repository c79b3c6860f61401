// Finds the header among the rows and says what is missing when there is none.
import type { CellProblem, Problem } from "../errors.ts";
import { columnLetters, isBlank, shorten, trimInvisible } from "./cells.ts";
import {
  cellName,
  chooseColumns,
  type ColumnName,
  columnNames,
  countKnownColumns,
  knownNamesOf,
  titleOf,
} from "./columns.ts";
import type { PathOf } from "./csv.ts";
import type { Row } from "./csv-rows.ts";
import type { Findings } from "./findings.ts";
import { unusable } from "./refusals.ts";

export interface Header {
  row: number;
  /** As the file names them, trimmed; unnamed ones at the end left out. */
  names: readonly string[];
  serialAt: number;
  nameAt: number;
  urlsAt: number;
  pathOf?: PathOf;
}

/** A title or two often stand above the header of an export. */
const searchedRows = 10;

/** WooCommerce exports have some hundred; more would make an output much larger than its input. */
export const maxColumns = 1000;

/** @throws Problem `empty_csv`, `missing_columns` or `too_many_columns`. */
export function findHeader(rows: Iterable<Row>, warnings: Findings): Header {
  const { row, skipped } = mostHeaderLikeRow(rows);
  const names = withoutUnnamedEnd(row.cells.map(trimInvisible));
  if (names.length > maxColumns) {
    throw unusable("too_many_columns", `The header has ${names.length} columns; the limit is ${maxColumns}.`);
  }
  const { indexes, passedOver } = chooseColumns(names);
  const { serial, name, urls } = indexes;
  if (serial === null || name === null || urls === null) throw missingColumns(row.row, names, indexes);

  if (skipped !== null) {
    const message = `The header is row ${row.row}; what stands above it is ignored.`;
    warnings.add(() => ({ row: skipped, column: null, code: "rows_above_header", message, value: null }));
  }
  for (const { index, column } of passedOver) {
    const name = shorten(names[index] ?? "");
    const used = columnLetters(indexes[column] ?? 0);
    const message = `${cellName(index, row.row, name)}: column ${used} is already read as ${titleOf(column)}; this one is only kept.`;
    warnings.add(() => ({
      row: row.row,
      column: columnLetters(index),
      code: "duplicate_column",
      message,
      value: name,
    }));
  }
  return { row: row.row, names, serialAt: serial, nameAt: name, urlsAt: urls };
}

export interface Column {
  name: string;
  /** Null for a column that is only kept. */
  meaning: ColumnName | null;
}

/**
 * The columns of the row that is most like a header, whether or not it is one. An unnamed column behind the URLs belongs
 * to them, as it does to `realign`.
 * @throws Problem `empty_csv`
 */
export function readColumns(rows: Iterable<Row>): Column[] {
  const names = withoutUnnamedEnd(mostHeaderLikeRow(rows).row.cells.map(trimInvisible)).slice(0, maxColumns);
  const { indexes } = chooseColumns(names);
  let before: ColumnName | null = null;
  return names.map((name, index) => {
    const named = columnNames.find((column) => indexes[column] === index) ?? null;
    const meaning: ColumnName | null = named ?? (name === "" && before === "urls" ? "urls" : null);
    before = meaning;
    return { name, meaning };
  });
}

function mostHeaderLikeRow(rows: Iterable<Row>): { row: Row; skipped: number | null } {
  let best: { row: Row; known: number } | null = null;
  let first: number | null = null;
  let searched = 0;
  for (const row of rows) {
    if (row.cells.every(isBlank)) continue;
    first ??= row.row;
    const known = countKnownColumns(row.cells);
    if (best === null || known > best.known) best = { row, known };
    searched++;
    if (known === columnNames.length || searched === searchedRows) break;
  }
  if (best === null) throw unusable("empty_csv", "The CSV is empty. Its first row must be a header.");
  return { row: best.row, skipped: first === best.row.row ? null : first };
}

function withoutUnnamedEnd(names: string[]): string[] {
  return names.slice(0, names.findLastIndex((name) => name !== "") + 1);
}

function missingColumns(row: number, names: string[], indexes: Record<ColumnName, number | null>): Problem {
  const missing = columnNames.filter((column) => indexes[column] === null);
  const shown = names.slice(0, 20).map((name) => `"${shorten(name, 40)}"`);
  const found = `The header has ${shown.join(", ")}${names.length > shown.length ? " and more" : ""}`;
  const titles = missing.map(titleOf).join(" and ");
  const known = missing.map((column) => `Known names for ${titleOf(column)} are ${knownNamesOf(column)}.`).join(" ");
  const hint = names.some((name) => name.includes("://"))
    ? " The first row looks like data: put a header above it."
    : "";
  const errors = missing.map((column): CellProblem => ({
    row,
    column: null,
    code: "missing_column",
    message: `The column ${titleOf(column)} is missing. Known names are ${knownNamesOf(column)}.`,
    value: null,
  }));
  const verb = missing.length === 1 ? "is" : "are";
  return unusable("missing_columns", `${found}; ${titles} ${verb} missing. ${known}${hint}`, errors);
}
