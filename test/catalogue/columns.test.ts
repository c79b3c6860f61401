import { describe, expect, test } from "vitest";
import { columnLetters } from "../../src/catalogue/cells.ts";
import { chooseColumns, type ColumnName } from "../../src/catalogue/columns.ts";

function columnOf(name: string): ColumnName | undefined {
  const { indexes } = chooseColumns([name]);
  return (["serial", "name", "urls"] as const).find((column) => indexes[column] === 0);
}

describe("chooseColumns", () => {
  test.each([
    ["serial", ["S. No.", "Serial Number", "S.No.", "Sl No", "Sr No", "SNO", "#", "SKU", "s_no", "S.NO", "Sr. No."]],
    ["name", ["Product Name", "Name", "Product", "PRODUCT-NAME", "product\nname", "\u00a0Name\u200b", "\ufeffProduct"]],
    [
      "urls",
      [
        "Input Image Urls",
        "Image URLs",
        "Image URL",
        "Images",
        "Input Image URL",
        "image_urls",
        "IMAGE-URL",
        "Image\u00a0URLs",
      ],
    ],
  ])("knows %s by all its names", (column, names) => {
    expect(names.map(columnOf)).toEqual(names.map(() => column));
  });

  test.each(["", "No", "Number", "Names", "Output Image Urls", "Image", "##", "S. No. 2", "__proto__", "constructor"])(
    "does not know %j",
    (name) => {
      expect(columnOf(name)).toBeUndefined();
    },
  );

  test("takes the first of two equal columns", () => {
    expect(chooseColumns(["Name", "S. No.", "Images", "Product"])).toEqual({
      indexes: { serial: 1, name: 0, urls: 2 },
      passedOver: [{ index: 3, column: "name" }],
    });
  });

  test("takes a full name before a short one", () => {
    expect(chooseColumns(["#", "Product", "Serial Number", "Product Name", "Images"])).toEqual({
      indexes: { serial: 2, name: 3, urls: 4 },
      passedOver: [
        { index: 0, column: "serial" },
        { index: 1, column: "name" },
      ],
    });
  });
});

describe("columnLetters", () => {
  test.each([
    [0, "A"],
    [25, "Z"],
    [26, "AA"],
    [51, "AZ"],
    [52, "BA"],
    [701, "ZZ"],
    [702, "AAA"],
    [16_383, "XFD"],
  ])("calls column %i %s", (index, letters) => {
    expect(columnLetters(index)).toBe(letters);
  });
});
