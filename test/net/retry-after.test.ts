import { expect, test } from "vitest";
import { parseRetryAfter } from "../../src/net/retry-after.ts";

const now = Date.UTC(2026, 10, 21, 12, 0, 0);

test.each([
  ["120", 120],
  [" 0 ", 0],
  ["86400", 86_400],
  ["86401", 86_400],
  ["99999999999999999999999", 86_400],
  ["Sat, 21 Nov 2026 12:00:30 GMT", 30],
  ["Saturday, 21-Nov-26 12:00:30 GMT", 30],
  ["Sat Nov 21 12:00:30 2026", 30],
  ["Sat, 21 Nov 2026 11:00:00 GMT", 0],
  ["Mon, 21 Dec 2026 12:00:00 GMT", 86_400],
  ["-5", null],
  ["1.5", null],
  ["soon", null],
  ["2 apples", null],
  ["", null],
  [null, null],
])("Retry-After %j is %j seconds", (header, seconds) => {
  expect(parseRetryAfter(header, now)).toBe(seconds);
});
