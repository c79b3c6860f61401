import { describe, expect, test } from "vitest";
import { Problem } from "../../src/errors.ts";
import {
  formatCsv,
  formatCsvStream,
  type FormatOptions,
  parseCsv,
  parseText,
  tableOf,
} from "../../src/catalogue/csv.ts";

function cellsOf(text: string): (readonly string[])[] {
  return [...parseText(text).rows].map(({ cells }) => cells);
}

function formatted(rows: string[][], options?: FormatOptions): string {
  return [...formatCsv(rows, options)].join("");
}

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe("parseText", () => {
  test.each([
    ["a plain row", "a,b\r\n", [["a", "b"]]],
    ["no line end at the end", "a,b", [["a", "b"]]],
    ["an empty cell at the end", "a,\r\n", [["a", ""]]],
    [
      "an empty cell at the end of the file",
      "a,b\nc,",
      [
        ["a", "b"],
        ["c", ""],
      ],
    ],
    ["an empty quoted cell", 'a,"",c', [["a", "", "c"]]],
    [
      "a quoted line break and delimiter",
      'a,"b\r\n,c"\r\nd,e',
      [
        ["a", "b\r\n,c"],
        ["d", "e"],
      ],
    ],
    ["doubled quotes", 'a,"""b"" c"', [["a", '"b" c']]],
    ["a quote inside a plain cell", 'a,24" b', [["a", '24" b']]],
    ["spaces around a quoted cell", 'a, "b,c" \t,d', [["a", "b,c", "d"]]],
    ["spaces around a plain cell", "a, b ,c", [["a", " b ", "c"]]],
    ["a quote that is not doubled", 'a,"24" b",c', [["a", '24" b', "c"]]],
    ["the same before a delimiter in the cell", 'a,"24" b, 27" c",d', [["a", '24" b, 27" c', "d"]]],
    ["a word in quotes", 'a,"b" c,d', [["a", '"b" c', "d"]]],
    ["a word in quotes before a quoted cell", 'a,"b" c,"d,e"', [["a", '"b" c', "d,e"]]],
    [
      "a quote at the end of the file",
      'a,b\nc,"',
      [
        ["a", "b"],
        ["c", '"'],
      ],
    ],
    [
      "a lone quote before other rows",
      'a,"b\nc,d\ne,f',
      [
        ["a", '"b'],
        ["c", "d"],
        ["e", "f"],
      ],
    ],
    [
      "a lone quote before a quoted cell",
      'a,"b,"c,d"\n"e",f',
      [
        ["a", '"b', "c,d"],
        ["e", "f"],
      ],
    ],
    ["a quotation after a comma", 'a,"b, "c" d",e', [["a", 'b, "c" d', "e"]]],
    [
      "two lone quotes, which must not pair",
      'a,"b\nc,d\ne,"f',
      [
        ["a", '"b'],
        ["c", "d"],
        ["e", '"f'],
      ],
    ],
  ])("reads %s", (_, text, rows) => {
    expect(cellsOf(text)).toEqual(rows);
  });

  test("counts rows as a spreadsheet shows them", () => {
    const rows = [...parseText('a,b\n\n\r\n"c\nd",e\r\r\nf,g').rows];

    expect(rows.map(({ row }) => row)).toEqual([1, 4, 6]);
  });

  test("says which cells began with a stray quote", () => {
    const rows = [...parseText('"a,b,"c\n"d",e').rows];

    expect(rows.map(({ strayQuotes }) => strayQuotes)).toEqual([[0, 2], []]);
  });

  test("can be iterated again", () => {
    const { rows } = parseText("a,b\nc,d");

    expect([...rows]).toEqual([...rows]);
  });

  test.each([
    ["the one that finds the columns", "S. No.;Product, Name;Product Name;Images\n", ";"],
    ["the one that finds them below a title", "List, of all, items\n\nS. No.|Name|Images", "|"],
    ["the one that cuts the first row most when no column is known", "a;b\tc\td\n", "\t"],
    ["the comma when nothing is cut", "a\nb", ","],
    ["the one a sep= line names, against all appearances", "sep=|\r\nS. No.,Name,Images", "|"],
  ])("takes as delimiter %s", (_, text, delimiter) => {
    expect(parseText(text).delimiter).toBe(delimiter);
  });

  test("leaves a sep= line out and counts from the row after it", () => {
    expect([...parseText("sep=;\r\na;b").rows]).toEqual([{ row: 1, cells: ["a", "b"], strayQuotes: [] }]);
  });

  test("reads a row of 250,000 cells", () => {
    expect(cellsOf(",".repeat(249_999))[0]).toHaveLength(250_000);
  });

  test("refuses a row of 250,001 cells and names it", () => {
    const problem = thrownBy(() => cellsOf(`a\n${",".repeat(250_000)}`));

    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ status: 422, code: "invalid_csv", detail: expect.stringContaining("Row 2 ") });
  });

  // Quadratic time would take minutes here, not milliseconds: the test's own time limit is the judge.
  test.each([
    ["quotes before a run of spaces", `"${'"x'.repeat(500_000)}${" ".repeat(500_000)},`],
    ["quoted words without an end", '"a"b\n'.repeat(200_000)],
    ["opening quotes without an end", '"a\n'.repeat(300_000)],
    ["pairs of quotes behind a stray one", `"x\n${'""y\n'.repeat(200_000)}`],
    ["only quotes", '"'.repeat(1_000_001)],
  ])("reads a megabyte of %s in linear time", (_, text) => {
    expect(cellsOf(text).length).toBeGreaterThan(0);
  });
});

describe("parseCsv", () => {
  test.each([
    ["504b0304", "Excel workbook (.xlsx)"],
    ["d0cf11e0a1b11ae1", "Excel workbook (.xls)"],
    ["1f8b0800", "gzip"],
    ["255044462d312e37", "PDF"],
    ["89504e470d0a1a0a", "PNG"],
    ["ffd8ffe0", "JPEG"],
  ])("says what a file that begins with %s is", (hex, kind) => {
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

    expect(thrownBy(() => parseCsv(bytes))).toMatchObject({
      code: "invalid_csv",
      detail: expect.stringContaining(kind),
    });
  });
});

describe("tableOf", () => {
  test("numbers the rows from 1", () => {
    expect([...tableOf([["a"], ["b"]]).rows].map(({ row, cells }) => [row, ...cells])).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
  });
});

describe("formatCsv", () => {
  test("quotes where needed, also to keep outer spaces, and ends lines with CRLF", () => {
    expect(formatted([["a b", "c,d", 'e"f', "g\nh", "i\r", "", " j;k"]])).toBe(
      'a b,"c,d","e""f","g\nh","i\r",," j;k"\r\n',
    );
  });

  test("writes a row of one empty cell so that it is still a row", () => {
    expect(formatted([["a"], [""]])).toBe('a\r\n""\r\n');
  });

  test("changes no cell unless asked", () => {
    expect(formatted([["=1+1", "-5", "@a"]])).toBe("=1+1,-5,@a\r\n");
  });

  test("begins with a byte order mark for Excel", () => {
    expect(formatted([["a"]], { excel: true })).toBe("\ufeffa\r\n");
  });

  test.each(["=1+1", "+1", "-1", "@a", "\ta", "\ra", " =1+1", "   @a", "\u00a0=a", "\uff1da"])(
    "makes %j text for Excel",
    (cell) => {
      const [row] = cellsOf(formatted([["a", cell]], { excel: true }).replace("\ufeff", ""));

      expect(row).toEqual(["a", `'${cell}`]);
    },
  );

  test.each(["a=1", "5", "https://a.example/-", "", " a"])("leaves %j alone for Excel", (cell) => {
    const [row] = cellsOf(formatted([["a", cell]], { excel: true }).replace("\ufeff", ""));

    expect(row).toEqual(["a", cell]);
  });

  test("writes rows that are still being read", async () => {
    let text = "";
    for await (const line of formatCsvStream(twoRows(), { excel: true })) text += line;

    expect(text).toBe('\ufeffa,"b,c"\r\nd,e\r\n');
  });
});

async function* twoRows(): AsyncGenerator<string[]> {
  yield ["a", "b,c"];
  yield ["d", "e"];
}
