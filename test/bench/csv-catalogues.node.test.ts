import { describe, expect, test } from "vitest";
import { parseCsv } from "../../src/catalogue/csv.ts";
import { reportOn } from "../../src/catalogue/report.ts";
import { makeCatalogue, shapes } from "./csv-catalogues.ts";

const bytes = 100_000;

function report(shape: (typeof shapes)[number]) {
  return reportOn(() => parseCsv(makeCatalogue(shape, bytes)), { onInvalid: "skip", maxImages: 200_000 });
}

describe("makeCatalogue", () => {
  test.each(shapes)("fills the size it is asked for with rows of shape %s", (shape) => {
    const { length } = makeCatalogue(shape, bytes);

    expect(length).toBeLessThanOrEqual(bytes);
    expect(length).toBeGreaterThan(bytes - 1_000);
  });

  test.each([
    ["plain", 1],
    ["quoted", 3],
    ["spilled", 4],
    ["stray", 1],
    ["UTF-16", 1],
  ] as const)("makes a catalogue of shape %s that has %i images a row", (shape, images) => {
    const { refusal, rows, imagesTotal, problemsTotal } = report(shape);

    expect(refusal).toBeNull();
    expect([imagesTotal / rows, problemsTotal]).toEqual([images, 0]);
  });

  test("loses no more than the row whose quote is never closed", () => {
    const { refusal, rows, imagesTotal } = report("unclosed");

    expect(refusal).toBeNull();
    expect(rows).toBeGreaterThan(500);
    expect(imagesTotal).toBeGreaterThanOrEqual(rows - 1);
  });
});
