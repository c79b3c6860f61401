// Catalogues of a given size in the shapes that cost a parser most, made without chance: the same bytes every time.

export const shapes = ["plain", "quoted", "spilled", "stray", "unclosed", "UTF-16"] as const;
export type Shape = (typeof shapes)[number];

export const meanings: Readonly<Record<Shape, string>> = {
  plain: "one URL a row, nothing quoted",
  quoted: "quoted names with doubled quotes and newlines, three URLs a cell on lines of their own",
  spilled: "four URLs that were not quoted and spilled over the columns",
  stray: "quotes inside unquoted cells, spaces before quotes, and every 500 rows a cell of 20,000 spaces and quotes",
  unclosed: "as plain, with a quote in row 2 that is never closed",
  "UTF-16": "as plain, in UTF-16 with a byte order mark",
};

const header = "S. No.,Product Name,Input Image Urls\r\n";
const mark = "\ufeff";

export function makeCatalogue(shape: Shape, bytes: number): Uint8Array {
  if (shape === "UTF-16") {
    const text = mark + fill(bytes / 2 - 1, plainRow);
    return new Uint8Array(Uint16Array.from(text, (character) => character.charCodeAt(0)).buffer);
  }
  return new TextEncoder().encode(fill(bytes, rowsOf[shape]));
}

type RowWriter = (row: number) => string;

const url = (row: number, view: string) => `https://cdn.shop.example/catalogue/2026/autumn/product-${row}-${view}.jpg`;

const plainRow: RowWriter = (row) =>
  `${row},Stoneware mug in speckled sage with a handle number ${row},${url(row, "front")}\r\n`;

const rowsOf: Record<Exclude<Shape, "UTF-16">, RowWriter> = {
  plain: plainRow,
  quoted: (row) =>
    `"${row}","Mug, ""large"",\nspeckled ${row}","${url(row, "front")}\n${url(row, "back")}\n${url(row, "side")}"\r\n`,
  spilled: (row) => `${row},Mug ${row},${["front", "back", "side", "top"].map((view) => url(row, view)).join()}\r\n`,
  stray: (row) => {
    const long = row % 500 === 0 ? `${" ".repeat(10_000)}x${'" '.repeat(5_000)}` : "";
    return `${row}, "Mug 12" deep, "large" ${row}"${long},${url(row, "front")} \r\n`;
  },
  unclosed: (row) => (row === 1 ? `1,"Mug,${url(1, "front")}\r\n` : plainRow(row)),
};

/** Rows up to that many characters, and no part of a row. All of it is ASCII. */
function fill(characters: number, write: RowWriter): string {
  const parts = [header];
  let length = header.length;
  for (let row = 1; ; row++) {
    const text = write(row);
    if (length + text.length > characters) return parts.join("");
    parts.push(text);
    length += text.length;
  }
}
