import { describe, expect, test } from "vitest";
import { Problem } from "../../src/errors.ts";
import { parseText, tableOf } from "../../src/catalogue/csv.ts";
import { maxColumns } from "../../src/catalogue/header.ts";
import type { Catalogue } from "../../src/catalogue/products.ts";
import { maxRows, validateTable, type ValidateOptions } from "../../src/catalogue/validate.ts";

const head = "S. No.,Product Name,Input Image Urls\r\n";
const url = "https://a.example/1.jpg";

function validate(text: string, options: Partial<ValidateOptions> = {}): Catalogue {
  return validateTable(parseText(text), { onInvalid: "skip", maxImages: 100, ...options });
}

function problemOf(text: string, options: Partial<ValidateOptions> = {}): Problem {
  try {
    validate(text, options);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("No Problem was thrown.");
}

describe("validateTable", () => {
  test("gives products, and every distinct image once", () => {
    expect(validate(`${head}1,Chair,"${url},https://a.example/2.jpg"\r\n2,Desk,${url}\r\n`)).toEqual({
      extraColumns: [],
      products: [
        {
          row: 2,
          serial: "1",
          name: "Chair",
          inputUrls: `${url},https://a.example/2.jpg`,
          extraCells: [],
          images: [1, 2],
          problem: null,
        },
        { row: 3, serial: "2", name: "Desk", inputUrls: url, extraCells: [], images: [1], problem: null },
      ],
      images: [
        { position: 1, url, uses: 2 },
        { position: 2, url: "https://a.example/2.jpg", uses: 1 },
      ],
      imagesTotal: 3,
      warnings: [],
      warningsTotal: 0,
    });
  });

  test("takes cells that never were text", () => {
    const table = tableOf([
      ["serial", "S. No.", "Name", "Images"],
      ["x", "1", "Chair", `${url}\nhttps://a.example/a,b.jpg`],
    ]);

    const { products, images } = validateTable(table, { onInvalid: "reject", maxImages: 2 });

    expect(products).toMatchObject([{ row: 2, images: [1, 2], extraCells: ["x"] }]);
    expect(images.map((image) => image.url)).toEqual([url, "https://a.example/a,b.jpg"]);
  });

  test("names cell, header and text of a problem", () => {
    const { errors, errorsTotal, detail } = problemOf(`${head}A-1, ,see there\r\n`, { onInvalid: "reject" });

    expect(errors).toEqual([
      {
        row: 2,
        column: "A",
        code: "invalid_serial",
        message: 'A2 (S. No.): the serial number is "A-1"; it must consist of digits.',
        value: "A-1",
      },
      {
        row: 2,
        column: "B",
        code: "empty_name",
        message: "B2 (Product Name): the product name is empty.",
        value: "",
      },
      {
        row: 2,
        column: "C",
        code: "invalid_url",
        message:
          'C2 (Input Image Urls): "see there" is not an absolute http(s) URL: it does not begin with https:// or http://.',
        value: "see there",
      },
    ]);
    expect(errorsTotal).toBe(3);
    expect(detail).toBe(`The CSV has 3 problems, listed in errors. The first: ${errors?.[0]?.message}`);
  });

  test("says why a row is skipped, and gives it no image", () => {
    const { products, images } = validate(`${head}x,Chair,${url}\r\n2,Desk,https://a.example/2.jpg\r\n`);

    expect(products[0]).toMatchObject({ images: [], problem: expect.stringContaining("A2 (S. No.)"), inputUrls: url });
    expect(images).toEqual([{ position: 1, url: "https://a.example/2.jpg", uses: 1 }]);
  });

  test.each(["1", "007", " 12 ", "\u00a03", '="001"'])("takes %j for a serial number", (serial) => {
    const { products } = validateTable(
      tableOf([
        ["S. No.", "Name", "Images"],
        [serial, "Chair", url],
      ]),
      {
        onInvalid: "reject",
        maxImages: 1,
      },
    );

    expect(products[0]?.serial).toBe(serial);
  });

  test.each(["", " ", "1a", "1.0", "-1", "+1", "1 2", "١", '=""', "='1'"])("does not take %j for one", (serial) => {
    const table = tableOf([
      ["S. No.", "Name", "Images"],
      [serial, "Chair", url],
    ]);

    expect(() => validateTable(table, { onInvalid: "skip", maxImages: 1 })).toThrow(/invalid_rows/);
  });

  test("shortens what it quotes", () => {
    const { warnings } = validate(`${head}1,Chair,"${"x".repeat(200)}\r\n${"y".repeat(10_000)}"\r\n`);

    expect(warnings[0]?.value).toBe(`${"x".repeat(120)}…`);
    expect(warnings[0]?.message.length).toBeLessThan(250);
  });

  test("accepts as many images as allowed, repeated ones counted", () => {
    expect(validate(`${head}1,Chair,"${url} ${url} ${url}"\r\n`, { maxImages: 3 }).imagesTotal).toBe(3);
  });

  test("refuses one image more and says how many there are", () => {
    expect(problemOf(`${head}1,Chair,"${url} ${url} ${url} ${url}"\r\n`, { maxImages: 3 })).toMatchObject({
      status: 422,
      code: "too_many_images",
      detail: "The CSV has 4 image URLs; the limit is 3. Split it into several files.",
    });
  });

  test("lists a thousand errors in full", () => {
    expect(problemOf(`${head}${`x,Chair,${url}\n`.repeat(1000)}`).errors).toHaveLength(1000);
  });

  test("counts the errors past a thousand", () => {
    const { errors, errorsTotal } = problemOf(`${head}${`x,Chair,${url}\n`.repeat(1001)}`);

    expect(errors).toHaveLength(1000);
    expect(errorsTotal).toBe(1001);
  });

  test("counts the warnings past a thousand", () => {
    const { warnings, warningsTotal } = validate(`${head}${"1,Chair,\n".repeat(1001)}`);

    expect(warnings).toHaveLength(1000);
    expect(warningsTotal).toBe(1001);
  });

  test("accepts the greatest number of rows", () => {
    expect(validate(head + "1,A,\n".repeat(maxRows)).products).toHaveLength(maxRows);
  });

  test("refuses one row more", () => {
    expect(problemOf(head + "1,A,\n".repeat(maxRows + 1))).toMatchObject({ code: "too_many_rows" });
  });

  test("allows fewer rows the more columns there are, because short rows are filled up", () => {
    const wide = `S. No.,Name,Images${",c".repeat(maxColumns - 3)}\n`;

    expect(validate(wide + "1,A,\n".repeat(10_000)).products).toHaveLength(10_000);
    expect(problemOf(wide + "1,A,\n".repeat(10_001))).toMatchObject({ code: "too_many_rows" });
  });

  test("refuses one column too many", () => {
    expect(problemOf(`S. No.,Name,Images${",c".repeat(maxColumns - 2)}\n1,A,\n`)).toMatchObject({
      code: "too_many_columns",
      detail: `The header has ${maxColumns + 1} columns; the limit is ${maxColumns}.`,
    });
  });

  test("tells the names it knows when a column is missing", () => {
    expect(problemOf("Serial,Product Name,Image URLs\n1,Chair,x\n").detail).toBe(
      'The header has "Serial", "Product Name", "Image URLs"; S. No. is missing. Known names for S. No. are S. No., Serial Number, Sl No, Sr No, # and SKU.',
    );
  });
});
