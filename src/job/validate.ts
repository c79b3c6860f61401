// Cells -> products and image URLs, or every problem with row and column. Pure. Past this point everything is trusted.
import { type CellProblem, Problem } from "../errors.ts";
import { columnLetters, isBlank, shorten, trimInvisible } from "./cells.ts";
import { cellName } from "./columns.ts";
import type { Row, Table } from "./csv.ts";
import { Findings } from "./findings.ts";
import { findHeader, type Header } from "./header.ts";
import { ImageRegister } from "./image-register.ts";
import { type ImageUrl, splitImageUrls } from "./image-urls.ts";
import type { Catalogue, Product } from "./products.ts";
import { type Layout, realign, type RealignedRow } from "./realign.ts";

export interface ValidateOptions {
  /** `skip`: a bad row or URL fails alone. `reject`: any of them refuses the whole CSV. */
  onInvalid: "skip" | "reject";
  /** URLs in all, repeated ones included. */
  maxImages: number;
}

/** Twice the images a job may have by default: a catalogue where every other product has none. */
export const maxRows = 100_000;

/** Rows times columns. Short rows are filled up in the output, which must not grow far beyond its input. */
const maxOutputCells = 10_000_000;

/**
 * @throws Problem with status 422: `empty_csv`, `missing_columns`, `too_many_columns`, `too_many_rows`, `too_many_images`,
 * `invalid_rows` (a problem under `reject`, or no row at all that can be used).
 */
export function validateTable(table: Table, options: ValidateOptions): Catalogue {
  const warnings = new Findings();
  const errors = new Findings();
  const header = findHeader(table, warnings);
  const layout = layOut(header, table.delimiter);
  const extras = extraIndexes(header, layout);
  const rowLimit = Math.min(maxRows, Math.floor(maxOutputCells / header.names.length));
  const images = new ImageRegister(options.maxImages);
  const products: Product[] = [];
  const skips = options.onInvalid === "skip";
  let usableRows = 0;

  for (const row of table.rows) {
    if (row.row <= header.row || row.cells.every(isBlank)) continue;
    if (products.length === rowLimit) throw tooManyRows(rowLimit, header.names.length);
    const realigned = realign(row.cells, layout);
    const { cells } = realigned;
    const inputUrls = cells[layout.urlsAt] ?? "";
    const urls = splitImageUrls(inputUrls);

    const rowProblems = findRowProblems(row.row, cells, header);
    for (const problem of rowProblems) {
      errors.add(problem);
      if (skips) warnings.add(problem);
    }
    const isSkipped = rowProblems.length > 0;
    if (!isSkipped) usableRows++;
    if (!isSkipped || !skips) {
      addUrlProblems(skips ? warnings : errors, row.row, urls, header);
    }
    addRowWarnings(warnings, row, realigned, urls, header);

    products.push({
      row: row.row,
      serial: cells[header.serialAt] ?? "",
      name: cells[header.nameAt] ?? "",
      inputUrls,
      extraCells: withoutEmptyEnd(extras.map((index) => cells[index] ?? "")),
      images: isSkipped ? [] : images.register(urls),
      problem: rowProblems[0]?.message ?? null,
    });
  }

  if (products.length === 0) throw noProducts(header);
  if (images.total > options.maxImages) throw tooManyImages(images.total, options.maxImages);
  if (errors.total > 0 && (usableRows === 0 || !skips)) throw invalidRows(errors);
  return {
    extraColumns: extras.map((index) => header.names[index] ?? ""),
    products,
    images: images.list,
    imagesTotal: images.total,
    warnings: warnings.list,
    warningsTotal: warnings.total,
  };
}

function layOut(header: Header, delimiter: string): Layout {
  const nextNamed = header.names.findIndex((name, index) => index > header.urlsAt && name !== "");
  return {
    width: header.names.length,
    nameAt: header.nameAt,
    urlsAt: header.urlsAt,
    urlsSpan: nextNamed === -1 ? 1 : nextNamed - header.urlsAt,
    delimiter,
  };
}

function extraIndexes(header: Header, layout: Layout): number[] {
  const isExtra = (index: number) =>
    index !== header.serialAt &&
    index !== header.nameAt &&
    (index < layout.urlsAt || index >= layout.urlsAt + layout.urlsSpan);
  return [...header.names.keys()].filter(isExtra);
}

function withoutEmptyEnd(cells: string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== "") + 1);
}

/** What makes the whole row unusable. */
function findRowProblems(row: number, cells: readonly string[], header: Header): CellProblem[] {
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

function addUrlProblems(findings: Findings, row: number, urls: readonly ImageUrl[], header: Header): void {
  if (urls.length === 0) {
    const message = "there is no image URL.";
    findings.add(cellProblem(row, header.urlsAt, header, "empty_urls", message, ""));
  }
  for (const { text, reason } of urls) {
    if (reason === null) continue;
    const message = `"${shorten(text, 80)}" is not an absolute http(s) URL: ${reason}.`;
    findings.add(cellProblem(row, header.urlsAt, header, "invalid_url", message, text));
  }
}

/** What was guessed, and what is lost. */
function addRowWarnings(
  findings: Findings,
  row: Row,
  realigned: RealignedRow,
  urls: readonly ImageUrl[],
  header: Header,
): void {
  for (const index of row.strayQuotes) {
    const message = "it begins with a quote that is never closed; the quote is taken as a character.";
    findings.add(cellProblem(row.row, index, header, "stray_quote", message, row.cells[index] ?? ""));
  }
  if (realigned.nameWasJoined) {
    const message = "the row has more cells than the header; the product name is joined again. Put it in quotes.";
    const name = realigned.cells[header.nameAt] ?? "";
    findings.add(cellProblem(row.row, header.nameAt, header, "unquoted_name", message, name));
  }
  if (realigned.lostAt !== null) {
    const message =
      "the row has more cells than the header; from here on they are ignored. Put cells that hold a separator in quotes.";
    const lost = row.cells[realigned.lostAt] ?? "";
    findings.add(cellProblem(row.row, realigned.lostAt, header, "extra_cells", message, lost));
  }
  for (const { text, looksJoined } of urls) {
    if (!looksJoined) continue;
    const message = `"${shorten(text, 80)}" is taken as one URL. Begin every URL with https:// or http:// if these are several.`;
    findings.add(cellProblem(row.row, header.urlsAt, header, "comma_in_url", message, text));
  }
}

function cellProblem(
  row: number,
  index: number,
  header: Header,
  code: string,
  message: string,
  value: string,
): CellProblem {
  return {
    row,
    column: columnLetters(index),
    code,
    message: `${cellName(index, row, shorten(header.names[index] ?? "", 40))}: ${message}`,
    value: value === "" ? null : shorten(value),
  };
}

function noProducts(header: Header): Problem {
  return unusable("empty_csv", `The CSV has a header in row ${header.row} but no products below it.`);
}

function tooManyRows(limit: number, columns: number): Problem {
  const detail = `The CSV has more than ${limit} products in ${columns} columns. Split it into several files.`;
  return unusable("too_many_rows", detail);
}

function tooManyImages(total: number, limit: number): Problem {
  const detail = `The CSV has ${total} image URLs; the limit is ${limit}. Split it into several files.`;
  return unusable("too_many_images", detail);
}

function invalidRows(errors: Findings): Problem {
  const count = errors.total === 1 ? "The CSV has a problem" : `The CSV has ${errors.total} problems`;
  return new Problem({
    status: 422,
    code: "invalid_rows",
    detail: `${count}. ${errors.total === 1 ? "It is" : "The first is"} ${errors.list[0]?.message ?? ""}`,
    errors: errors.list,
    errorsTotal: errors.total,
  });
}

function unusable(code: string, detail: string): Problem {
  return new Problem({ status: 422, code, detail });
}
