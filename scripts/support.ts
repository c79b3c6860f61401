// Writes the table of formats into the README: `node scripts/support.ts`. A test holds the README to it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { supportTable } from "../src/codecs/support.ts";
import { readConfig } from "../src/config.ts";

const readme = join(import.meta.dirname, "..", "README.md");
const [begin, end] = ["<!-- formats: written by npm run support -->\n", "<!-- formats end -->"];

/** The README with the table of today between its marks. */
export function withTable(text: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error("The README has lost the marks of the table of formats");
  return `${text.slice(0, from + begin.length)}${formatTable()}${text.slice(to)}`;
}

function formatTable(): string {
  const rows = supportTable(readConfig({}).maxImagePixels).map(({ name, read, written, limit, kept }) =>
    [name, read ?? "no", written ?? "no", limit, kept].join(" | "),
  );
  const head = "| format | read | written | up to | comes along |\n|---|---|---|---|---|\n";
  return `\n${head}${rows.map((row) => `| ${row} |\n`).join("")}\n`;
}

if (import.meta.main) writeFileSync(readme, withTable(readFileSync(readme, "utf8")));
