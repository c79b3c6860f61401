import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withTable } from "../../scripts/support.ts";

test("the README has the table of formats that the code has", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

  expect(withTable(readme)).toBe(readme);
  expect(readme).toContain("| AVIF | ");
});
