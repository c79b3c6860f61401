// What would become of a catalogue, without making a job of it: every problem at once, also where it would be refused.
import { type CellProblem, Problem } from "../errors.ts";
import { columnLetters, shorten } from "./cells.ts";
import type { ColumnName } from "./columns.ts";
import { type Table, unwrapLines } from "./csv.ts";
import { readColumns } from "./header.ts";
import { maxUrlCharacters } from "./image-url.ts";
import { splitImageUrls } from "./image-urls.ts";
import type { Product } from "./products.ts";
import { examineTable, type Examination, type ValidateOptions } from "./validate.ts";

export interface CatalogueReport {
  /** Why it would be refused as a whole; null when a job can be made of it. */
  refusal: { code: string; detail: string } | null;
  /** Below the header, blank ones left out; 0 where the file cannot be read to its end. */
  rows: number;
  /** Rows without a problem of their own. */
  usableRows: number;
  /** URLs and distinct URLs of the images that the job would have. */
  imagesTotal: number;
  imagesDistinct: number;
  /** What fails a row, a URL or the whole: the first 1,000, in the order of the file. */
  problems: CellProblem[];
  problemsTotal: number;
  /** What was guessed or is left aside. */
  warnings: CellProblem[];
  warningsTotal: number;
  columns: ReportedColumn[];
  preview: PreviewRow[];
}

export interface ReportedColumn {
  letter: string;
  header: string;
  /** Null for a column that is only kept. */
  meaning: ColumnName | null;
}

export interface PreviewRow {
  row: number;
  serial: string;
  name: string;
  /** The first 20. */
  urls: string[];
  urlsTotal: number;
}

const previewRows = 20;
const previewUrls = 20;
const previewCharacters = 500;

/** @param readTable may throw a `Problem`, which is then the refusal. */
export function reportOn(readTable: () => Table, options: ValidateOptions): CatalogueReport {
  let columns: ReportedColumn[] = [];
  try {
    const table = readTable();
    columns = describeColumns(table);
    // Under `reject` the URLs of a bad row are looked at too, so that every cell can be marked.
    const strict = examineTable(table, { ...options, onInvalid: "reject" });
    const isSame = options.onInvalid === "reject" || strict.problems.total === 0;
    const asked = isSame ? strict : examineTable(table, options);
    return { ...describe(strict, asked), columns, preview: previewOf(table, asked.catalogue.products) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...describeUnreadable(error), columns };
  }
}

function describe(strict: Examination, asked: Examination) {
  const { catalogue, refusal } = asked;
  return {
    refusal: refusal && { code: refusal.code, detail: refusal.detail },
    rows: catalogue.products.length,
    usableRows: asked.usableRows,
    imagesTotal: catalogue.imagesTotal,
    imagesDistinct: catalogue.images.length,
    problems: strict.problems.list,
    problemsTotal: strict.problems.total,
    warnings: strict.guesses.list,
    warningsTotal: strict.guesses.total,
  };
}

function describeUnreadable(problem: Problem) {
  return {
    refusal: { code: problem.code, detail: problem.detail },
    rows: 0,
    usableRows: 0,
    imagesTotal: 0,
    imagesDistinct: 0,
    problems: problem.errors ?? [],
    problemsTotal: problem.errorsTotal ?? 0,
    warnings: [],
    warningsTotal: 0,
    preview: [],
  };
}

function describeColumns(table: Table): ReportedColumn[] {
  return readColumns(unwrapLines(table).rows).map(({ name, meaning }, index) => ({
    letter: columnLetters(index),
    header: shorten(name),
    meaning,
  }));
}

function previewOf(table: Table, products: readonly Product[]): PreviewRow[] {
  const shown = products.slice(0, previewRows);
  const listed = listedUrls(table, shown.at(-1)?.row ?? 0);
  return shown.map(({ row, serial, name, inputUrls }) => {
    const urls: string[] = [];
    let urlsTotal = 0;
    for (const url of listed.get(row) ?? splitImageUrls(inputUrls)) {
      if (urlsTotal++ < previewUrls) urls.push(url.slice(0, maxUrlCharacters));
    }
    return { row, serial: shorten(serial, previewCharacters), name: shorten(name, previewCharacters), urls, urlsTotal };
  });
}

/** By row, where they came as lists. */
function listedUrls(table: Table, lastRow: number): Map<number, readonly string[]> {
  const listed = new Map<number, readonly string[]>();
  for (const { row, urls } of table.rows) {
    if (row > lastRow) break;
    if (urls !== undefined) listed.set(row, urls);
  }
  return listed;
}
