import { expect, test } from "vitest";
import { withSection } from "./publish.ts";

const page = "# Benchmarks\n\n## One\n\nold\n\n### Part\n\n## Two\n\nkept\n";

test("a section takes the place of its forerunner and leaves the others", () => {
  expect(withSection(page, "## One\n\nnew\n")).toBe("# Benchmarks\n\n## One\n\nnew\n\n## Two\n\nkept\n");
});

test("a new section goes to the end", () => {
  expect(withSection(page, "## Three\n\nnew\n")).toBe(`${page.trim()}\n\n## Three\n\nnew\n`);
});
