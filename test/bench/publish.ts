// The benchmark page is made of sections, each written by the program that measures it; the others are left as they stand.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const benchmarkPage = join(import.meta.dirname, "..", "..", "docs", "benchmarks.md");

/** Replaces the section of the same heading (the first line of `section`, "## ..."), or adds it. */
export function publishSection(section: string, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const page = existsSync(file) ? readFileSync(file, "utf8") : "# Benchmarks\n";
  writeFileSync(file, withSection(page, section));
  console.log(`Written to ${file}`);
}

export function withSection(page: string, section: string): string {
  const heading = section.slice(0, section.indexOf("\n"));
  const parts = page.split(/\n(?=## )/).map((part) => part.trim());
  const index = parts.findIndex((part) => part === heading || part.startsWith(`${heading}\n`));
  const others = index < 0 ? [...parts, section.trim()] : parts.with(index, section.trim());
  return `${others.join("\n\n")}\n`;
}
