// What holds for every table and for all bytes. The seed is fixed, so that a run can be repeated.
import * as fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import { Problem } from "../../src/errors.ts";
import { formatCsv, parseCsv, parseText } from "../../src/catalogue/csv.ts";
import { outputRows } from "../../src/catalogue/output-csv.ts";
import { type Catalogue, parseProductLine, productsToLines } from "../../src/catalogue/products.ts";
import { validateTable } from "../../src/catalogue/validate.ts";

const settings = { seed: 20_261_121, numRuns: 300 };
const header = ["S. No.", "Product Name", "Input Image Urls"];

/** Text in which everything that means something to the parser is frequent. */
const piece = fc.oneof(
  fc.constantFrom(",", ";", "\t", "|", '"', '""', "\n", "\r\n", "\r", " ", "\u00a0", "\u200b", "\ufeff", "=", "'", "x"),
  fc.constantFrom(
    "https://a.example/",
    "http://",
    "www.b.example",
    "1.jpg",
    "data:,",
    "w_400,h_400/",
    "7",
    "é",
    "椅",
    "[",
  ),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("").toWellFormed());
const rows = fc.array(fc.array(text, { minLength: 1, maxLength: 6 }), { maxLength: 8 });

function cellsOf(csv: string): (readonly string[])[] {
  return [...parseText(csv).rows].map(({ cells }) => cells);
}

function tryToValidate(bytes: Uint8Array, onInvalid: "skip" | "reject"): Catalogue | Problem {
  try {
    return validateTable(parseCsv(bytes), { onInvalid, maxImages: 20 });
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

describe("every table", () => {
  test("comes back from its text, and from its bytes, with the same cells", () => {
    fc.assert(
      fc.property(rows, (rows) => {
        const table = [header, ...rows];
        const csv = [...formatCsv(table)].join("");

        expect(cellsOf(csv)).toEqual(table);
        expect([...parseCsv(new TextEncoder().encode(csv)).rows].map(({ cells }) => cells)).toEqual(table);
      }),
      settings,
    );
  });

  test("is read by PapaParse as it is by us", () => {
    fc.assert(
      fc.property(rows, (rows) => {
        const csv = [...formatCsv([header, ...rows])].join("");
        const { data } = Papa.parse(csv, { delimiter: ",", newline: "\r\n", skipEmptyLines: false });

        expect(cellsOf(csv)).toEqual(data.slice(0, -1));
      }),
      settings,
    );
  });

  test("has no cell that a spreadsheet could run, and only apostrophes more", () => {
    fc.assert(
      fc.property(rows, (rows) => {
        const safe = cellsOf([...formatCsv([header, ...rows], { excel: true })].join("").slice(1));

        for (const [index, cells] of rows.entries()) {
          for (const [at, cell] of cells.entries()) {
            expect([cell, `'${cell}`]).toContain(safe[index + 1]?.[at]);
            expect(safe[index + 1]?.[at]).not.toMatch(/^ *[=+\-@\t\r]/);
          }
        }
      }),
      settings,
    );
  });
});

describe("all bytes", () => {
  const startOfFile = fc.constantFrom(
    "",
    `${header.join(",")}\n`,
    `sep=;\n${header.join(";")}\n`,
    `${header.join("\t")},\n`,
  );
  const lookalikes = fc
    .tuple(startOfFile, fc.array(text, { maxLength: 8 }))
    .map(([start, lines]) => new TextEncoder().encode(start + lines.join("\n")));
  const valid = fc
    .array(fc.tuple(fc.constantFrom("1", "2", "x"), fc.constantFrom("A", "B", ""), text), { maxLength: 8 })
    .map((products) => new TextEncoder().encode([...formatCsv([header, ...products])].join("")));
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), lookalikes, valid);

  test("give a catalogue that adds up, or a Problem", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (bytes) => {
        const catalogue = tryToValidate(bytes, "skip");
        const said = catalogue instanceof Problem ? `${catalogue.status} ${catalogue.detail}` : "422 .";
        expect(said).toMatch(/^422 .*\.$/s);
        if (catalogue instanceof Problem) return;

        const places = catalogue.products.flatMap((product) => product.images);
        expect(places).toHaveLength(catalogue.imagesTotal);
        for (const [index, image] of catalogue.images.entries()) {
          expect(image.position).toBe(index + 1);
          expect(places.filter((position) => position === image.position)).toHaveLength(image.uses);
        }
        const [, ...lines] = productsToLines(catalogue);
        expect(lines.map(parseProductLine)).toEqual(catalogue.products);
        for await (const row of outputRows(catalogue.products, catalogue.extraColumns, () => null, {
          extended: true,
        })) {
          expect(row).toHaveLength(9 + catalogue.extraColumns.length);
        }
      }),
      { ...settings, numRuns: 1000 },
    );
  });

  test("that are accepted under reject are the same catalogue under skip", () => {
    fc.assert(
      fc.property(bytes, (bytes) => {
        const strict = tryToValidate(bytes, "reject");
        if (strict instanceof Problem) return;

        expect(tryToValidate(bytes, "skip")).toEqual(strict);
        expect(strict.products.every((product) => product.problem === null && product.images.length > 0)).toBe(true);
      }),
      { ...settings, numRuns: 1000 },
    );
  });
});
