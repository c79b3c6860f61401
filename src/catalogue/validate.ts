// Cells -> products and image URLs, or every problem with row and column. Pure. Past this point everything is trusted.
import type { Problem } from "../errors.ts";
import { isBlank } from "./cells.ts";
import { type Table, unwrapLines } from "./csv.ts";
import type { Row } from "./csv-rows.ts";
import { Findings } from "./findings.ts";
import { findHeader, type Header } from "./header.ts";
import { ImageRegister } from "./image-register.ts";
import { readImageUrl } from "./image-url.ts";
import { splitImageUrls } from "./image-urls.ts";
import type { Catalogue, Product } from "./products.ts";
import { type Layout, realign } from "./realign.ts";
import { invalidRows, noProducts, tooManyImages, tooManyRows } from "./refusals.ts";
import { addCellWarnings, findRowProblems, invalidUrl, joinedUrl, noUrl } from "./row-problems.ts";

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

/** A table as it was understood, whether or not it can be used. */
export interface Examination {
  catalogue: Catalogue;
  /** What is wrong with rows and URLs, in either mode. Under `skip`, the URLs of a skipped row are not read. */
  problems: Findings;
  /** What was guessed or left aside. */
  guesses: Findings;
  /** Rows without a problem of their own. */
  usableRows: number;
  /** Why no job can be made of it; null when one can. */
  refusal: Problem | null;
}

/**
 * @throws Problem with status 422: `empty_csv`, `missing_columns`, `too_many_columns`, `too_many_rows`, `too_many_images`,
 * `invalid_rows` (a problem under `reject`, or no row at all that can be used).
 */
export function validateTable(table: Table, options: ValidateOptions): Catalogue {
  const { catalogue, refusal } = examineTable(table, options);
  if (refusal !== null) throw refusal;
  return catalogue;
}

/** @throws Problem when the table cannot even be read to its end: `missing_columns`, `too_many_rows` and their like. */
export function examineTable(table: Table, options: ValidateOptions): Examination {
  const skips = options.onInvalid === "skip";
  const warnings = new Findings();
  const guesses = new Findings(warnings);
  // Nothing is refused for them then, so they are told as warnings.
  const problems = new Findings(skips ? warnings : null);
  const { rows, delimiter } = unwrapLines(table);
  const header: Header = { ...findHeader(rows, guesses), ...(table.pathOf && { pathOf: table.pathOf }) };
  const layout = layOut(header, delimiter);
  const extras = extraIndexes(header, layout);
  const rowLimit = Math.min(maxRows, Math.floor(maxOutputCells / header.names.length));
  const images = new ImageRegister(options.maxImages);
  const products: Product[] = [];
  let usableRows = 0;

  for (const row of rows) {
    if (row.row <= header.row || isEmpty(row)) continue;
    if (products.length === rowLimit) throw tooManyRows(rowLimit, header.names.length);
    const realigned = realign(row.cells, layout);
    const { cells } = realigned;

    const rowProblems = findRowProblems(row.row, cells, header);
    const isSkipped = rowProblems.length > 0;
    for (const problem of rowProblems) problems.add(() => problem);
    addCellWarnings(guesses, row, realigned, header);
    if (!isSkipped) usableRows++;

    const inputUrls = cells[layout.urlsAt] ?? "";
    const positions: number[] = [];
    if (!isSkipped || !skips) {
      let item = 0;
      for (const text of row.urls ?? splitImageUrls(inputUrls)) {
        const at = item++;
        if (!images.count()) continue;
        const url = readImageUrl(text);
        if (url.reason !== null) problems.add(() => invalidUrl(row.row, header, at, url));
        if (url.looksJoined) guesses.add(() => joinedUrl(row.row, header, at, url));
        positions.push(images.positionOf(url.url));
      }
      if (item === 0) problems.add(() => noUrl(row.row, header));
    }
    products.push({
      row: row.row,
      serial: cells[header.serialAt] ?? "",
      name: cells[header.nameAt] ?? "",
      inputUrls,
      extraCells: withoutEmptyEnd(extras.map((index) => cells[index] ?? "")),
      images: positions,
      problem: rowProblems[0]?.message ?? null,
    });
  }

  if (products.length === 0) throw noProducts(header.row);
  let refusal: Problem | null = null;
  if (images.total > options.maxImages) refusal = tooManyImages(images.total, options.maxImages);
  else if (usableRows === 0 || (!skips && problems.total > 0)) refusal = invalidRows(problems);
  return {
    catalogue: {
      extraColumns: extras.map((index) => header.names[index] ?? ""),
      products,
      images: images.list,
      imagesTotal: images.total,
      warnings: warnings.list,
      warningsTotal: warnings.total,
    },
    problems,
    guesses,
    usableRows,
    refusal,
  };
}

/** A blank line is no row. What was sent as a product is one, and its output must stand in its place. */
function isEmpty(row: Row): boolean {
  return row.urls === undefined && row.cells.every(isBlank);
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
