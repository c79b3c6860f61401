// Why a whole CSV cannot be used: the sentences callers see, all with status 422.
import { type CellProblem, Problem } from "../errors.ts";
import type { Findings } from "./findings.ts";

export function unusable(code: string, detail: string, errors?: CellProblem[]): Problem {
  return new Problem({ status: 422, code, detail, ...(errors === undefined ? {} : { errors }) });
}

export function noProducts(headerRow: number): Problem {
  return unusable("empty_csv", `The CSV has a header in row ${headerRow} but no products below it.`);
}

export function tooManyRows(limit: number, columns: number): Problem {
  const detail = `The CSV has more than ${limit} products, the limit for ${columns} columns. Split it into several files.`;
  return unusable("too_many_rows", detail);
}

export function tooManyImages(total: number, limit: number): Problem {
  const detail = `The CSV has ${total} image URLs; the limit is ${limit}. Split it into several files.`;
  return unusable("too_many_images", detail);
}

export function invalidRows(errors: Findings): Problem {
  const first = errors.list[0]?.message ?? "";
  const detail =
    errors.total === 1
      ? `The CSV has a problem. ${first}`
      : `The CSV has ${errors.total} problems, listed in errors. The first: ${first}`;
  return new Problem({ status: 422, code: "invalid_rows", detail, errors: errors.list, errorsTotal: errors.total });
}
