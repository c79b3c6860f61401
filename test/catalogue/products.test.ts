import { describe, expect, test } from "vitest";
import {
  type Catalogue,
  parseHeaderLine,
  parseProductLine,
  type Product,
  productsToLines,
  splitLines,
} from "../../src/catalogue/products.ts";

const product: Product = {
  row: 2,
  serial: "1",
  name: 'Chair "Köln"\r\n\u2028 椅子',
  inputUrls: "https://a.example/1.jpg\nhttps://a.example/2.jpg",
  extraCells: ["", "red"],
  images: [1, 2, 1],
  problem: null,
};
const catalogue: Pick<Catalogue, "extraColumns" | "products"> = {
  extraColumns: ["", "__proto__"],
  products: [product, { ...product, row: 3, images: [], problem: "A3 (S. No.): the serial number is empty." }],
};

async function* chunksOf(text: string, size: number): AsyncGenerator<string> {
  for (let from = 0; from < text.length; from += size) yield text.slice(from, from + size);
}

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = [];
  for await (const line of lines) collected.push(line);
  return collected;
}

describe("productsToLines", () => {
  test.each([1, 7, 10_000])("comes back the same when it is read in pieces of %i characters", async (size) => {
    const text = [...productsToLines(catalogue)].join("");

    const [header = "", ...lines] = await collect(splitLines(chunksOf(text, size)));

    expect(parseHeaderLine(header)).toEqual({ extraColumns: catalogue.extraColumns });
    expect(lines.map(parseProductLine)).toEqual(catalogue.products);
  });
});

describe("parseProductLine", () => {
  test.each(["", "{", "null", "[]", '{"row":2}', JSON.stringify({ ...product, images: ["1"] })])(
    "throws on %j",
    (line) => {
      expect(() => parseProductLine(line)).toThrow(/JSON|Invalid|Unrecognized/);
    },
  );
});

describe("splitLines", () => {
  test("gives a last line without its line feed, and no line for nothing", async () => {
    expect(await collect(splitLines(chunksOf("a\n\nb", 2)))).toEqual(["a", "", "b"]);
    expect(await collect(splitLines(chunksOf("", 2)))).toEqual([]);
  });
});
