// Whether the output CSV says of every product what the job says of its images.

import Papa from "papaparse";
import type { Image } from "./api.ts";

const titles = ["S. No.", "Product Name", "Input Image Urls", "Output Image Urls"];

/** Everything wrong with it, as sentences. `inputCsv` is given where its cells are known to be plain lists with commas. */
export function checkOutputCsv(
  outputCsv: string,
  images: readonly Pick<Image, "source" | "output">[],
  inputCsv: string | null,
): string[] {
  const [header = [], ...rows] = parse(outputCsv);
  if (titles.some((title, column) => header[column] !== title)) return [`Its header is ${header.join(",")}.`];
  const wrong: string[] = [];

  const inCsv = new Set(rows.flatMap((row) => (row[3] ?? "").split(",").filter((url) => url !== "")));
  const made = images.flatMap((image) => image.output ?? []);
  for (const url of made) if (!inCsv.delete(url)) wrong.push(`${url} is missing in it.`);
  for (const url of inCsv) wrong.push(`${url} is in it but is no image of the job.`);

  if (inputCsv === null) return wrong;
  const inputRows = parse(inputCsv).slice(1);
  if (inputRows.length !== rows.length)
    wrong.push(`It has ${rows.length} products, the input has ${inputRows.length}.`);
  const outputOf = new Map(images.map((image) => [image.source, image.output ?? ""]));
  for (const [index, input] of inputRows.entries()) {
    const row = rows[index] ?? [];
    const sources = input[2] ?? "";
    if (row.slice(0, 3).join("\n") !== input.slice(0, 3).join("\n"))
      wrong.push(`Product ${input[0]}: the input's cells have changed.`);
    const outputs = sources
      .split(",")
      .map((url) => outputOf.get(url) ?? "")
      .join(",");
    if (row[3] !== outputs) wrong.push(`Product ${input[0]}: the output URLs are ${row[3]} and must be ${outputs}.`);
  }
  return wrong;
}

function parse(csv: string): string[][] {
  return Papa.parse<string[]>(csv, { skipEmptyLines: true }).data;
}
