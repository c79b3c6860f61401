import { describe, expect, test } from "vitest";
import { formatBytes, formatSaved, renderTable, shorten } from "../../scripts/demo/table.ts";

describe("renderTable", () => {
  test("aligns names to the left and numbers to the right", () => {
    const table = renderTable(
      ["Image", "After"],
      [["mug.jpg", "9 B"], ["a", "1.0 KB"], null, ["Total", ""]],
      new Set(["After"]),
    );

    expect(table.split("\n")).toEqual([
      "Image     After",
      "-------  ------",
      "mug.jpg     9 B",
      "a        1.0 KB",
      "-------  ------",
      "Total",
    ]);
  });
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 KB"],
  [999_949, "999.9 KB"],
  [999_950, "1.00 MB"],
  [2_671_234, "2.67 MB"],
])("formatBytes(%i) is %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [200, 50, "75.0 %"],
  [200, 200, "0.0 %"],
  [0, 0, ""],
])("formatSaved(%i, %i) is %j", (before, after, text) => {
  expect(formatSaved(before, after)).toBe(text);
});

test("shorten keeps the end", () => {
  expect(shorten("front-view.jpg", 14)).toBe("front-view.jpg");
  expect(shorten("front-view.jpg", 13)).toBe("...t-view.jpg");
});
