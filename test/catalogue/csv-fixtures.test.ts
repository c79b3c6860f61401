/// <reference types="vite/client" />
// Every file of test/fixtures/csv through the parser and both modes of validation, against the expectation beside it.
import { describe, expect, test } from "vitest";
import { type CellProblem, Problem } from "../../src/errors.ts";
import { parseCsv } from "../../src/catalogue/csv.ts";
import { validateTable, type ValidateOptions } from "../../src/catalogue/validate.ts";

interface Expectation {
  about: string;
  delimiter?: string;
  extraColumns?: string[];
  products?: { isSkipped?: boolean; extraCells?: string[] }[];
  images?: string[];
  warnings?: string[];
  rejected?: string[];
  refused?: { code: string; errors?: string[]; says?: string };
}

const files = import.meta.glob<string>("../fixtures/csv/*.csv", {
  query: "?url&inline",
  import: "default",
  eager: true,
});
const expectations = import.meta.glob<Expectation>("../fixtures/csv/*.json", { import: "default", eager: true });

const fixtures = Object.entries(expectations).map(([path, expected]) => ({
  name: path.replace(/.*\/(.*)\.json$/, "$1"),
  bytes: Uint8Array.from(atob((files[path.replace(/json$/, "csv")] ?? "").replace(/^[^,]*,/, "")), (c) =>
    c.charCodeAt(0),
  ),
  expected,
}));

function run(bytes: Uint8Array, onInvalid: ValidateOptions["onInvalid"]) {
  try {
    const table = parseCsv(bytes);
    return { delimiter: table.delimiter, catalogue: validateTable(table, { onInvalid, maxImages: 100 }) };
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function brief(problems: readonly CellProblem[] | null): string[] {
  return (problems ?? []).map(({ row, column, code }) => `${column ?? ""}${row} ${code}`);
}

describe("CSV files as they come", () => {
  test("are at least forty, each smaller than 4 KB", () => {
    expect(fixtures.length).toBeGreaterThanOrEqual(40);
    expect(Math.max(...fixtures.map(({ bytes }) => bytes.length))).toBeLessThan(4096);
  });

  const accepted = fixtures.filter(({ expected }) => expected.refused === undefined);

  test.each(accepted)("$name: $expected.about", ({ bytes, expected }) => {
    const { delimiter, catalogue } = expectCatalogue(run(bytes, "skip"));

    expect(delimiter).toBe(expected.delimiter ?? ",");
    expect(catalogue.extraColumns).toEqual(expected.extraColumns ?? []);
    expect(catalogue.products).toHaveLength(expected.products?.length ?? 0);
    for (const [index, { isSkipped, ...product }] of (expected.products ?? []).entries()) {
      expect(catalogue.products[index]).toMatchObject({ extraCells: [], ...product });
      expect(catalogue.products[index]?.problem !== null).toBe(isSkipped ?? false);
    }
    expect(catalogue.images.map(({ url }) => url)).toEqual(expected.images);
    expect(catalogue.images.map(({ position }) => position)).toEqual(expected.images?.map((_, index) => index + 1));
    expect(brief(catalogue.warnings)).toEqual(expected.warnings ?? []);
  });

  test.each(accepted)("$name under reject", ({ bytes, expected }) => {
    const result = run(bytes, "reject");

    expect(result instanceof Problem ? brief(result.errors) : []).toEqual(expected.rejected ?? []);
  });

  const refused = fixtures.flatMap(({ name, bytes, expected }) =>
    expected.refused === undefined ? [] : [{ name, bytes, about: expected.about, refused: expected.refused }],
  );

  test.each(refused)("$name: $about", ({ bytes, refused }) => {
    const problem = run(bytes, "skip");

    expect(problem).toMatchObject({ status: 422, code: refused.code });
    expect(problem instanceof Problem && brief(problem.errors)).toEqual(refused.errors ?? []);
    expect(problem instanceof Problem && problem.detail).toContain(refused.says ?? "");
  });
});

function expectCatalogue(result: ReturnType<typeof run>) {
  if (result instanceof Problem) throw result;
  return result;
}
