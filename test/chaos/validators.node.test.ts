import { expect, test } from "vitest";
import { dated, isUnchanged, tagged, weaklyTagged } from "./validators.ts";

const firstDate = { "if-modified-since": "Thu, 01 Jan 2026 00:00:00 GMT" };

test("a server knows its picture again by the tag or the date that it gave", () => {
  expect(isUnchanged({ "if-none-match": '"first"' }, tagged(false))).toBe(true);
  expect(isUnchanged({ "if-none-match": 'W/"first"' }, weaklyTagged(false))).toBe(true);
  expect(isUnchanged(firstDate, dated(false))).toBe(true);
});

test("a server sends its picture once it has changed, and to those who know nothing", () => {
  expect(isUnchanged({ "if-none-match": '"first"' }, tagged(true))).toBe(false);
  expect(isUnchanged(firstDate, dated(true))).toBe(false);
  expect(isUnchanged({}, tagged(false))).toBe(false);
  expect(isUnchanged(firstDate, {})).toBe(false);
});
