import { expect, test } from "vitest";
import { readRange } from "../../src/http/byte-range.ts";

test.each([
  ["bytes=0-0", { offset: 0, length: 1 }],
  ["bytes=0-9", { offset: 0, length: 10 }],
  ["bytes=0-10", { offset: 0, length: 10 }],
  ["bytes=9-", { offset: 9, length: 1 }],
  ["bytes=-1", { offset: 9, length: 1 }],
  ["bytes=-10", { offset: 0, length: 10 }],
  ["bytes=-11", { offset: 0, length: 10 }],
  [`bytes=3-${"9".repeat(400)}`, { offset: 3, length: 7 }],
  ["Bytes=2-3", { offset: 2, length: 2 }],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=10-11", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  [`bytes=${"9".repeat(400)}-`, "unsatisfiable"],
  ["bytes=3-2", null],
  ["bytes=-", null],
  ["bytes=0-1,3-4", null],
  ["bytes=1e0-2", null],
  ["lines=0-1", null],
  ["bytes", null],
  ["", null],
  [null, null],
])("of ten bytes %j is %j", (header, range) => {
  expect(readRange(header, 10)).toEqual(range);
});

test("of nothing there is no range", () => {
  expect(["bytes=0-", "bytes=-1"].map((header) => readRange(header, 0))).toEqual(["unsatisfiable", "unsatisfiable"]);
});
