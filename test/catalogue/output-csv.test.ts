import { describe, expect, test } from "vitest";
import { type ImageOutcome, outputRows } from "../../src/catalogue/output-csv.ts";
import type { Product } from "../../src/catalogue/products.ts";

const chair: Product = {
  row: 2,
  serial: " 1",
  name: "Chair",
  inputUrls: "https://a.example/1.jpg|https://a.example/2.jpg|https://a.example/3.jpg",
  extraCells: ["red"],
  images: [1, 2, 3],
  problem: null,
};

function done(position: number, bytesIn: number, bytesOut: number): ImageOutcome {
  const url = `https://h.example/image/j-${position}.jpg`;
  return { outcome: "compressed", url, code: null, message: null, bytesIn, bytesOut };
}

const kept: ImageOutcome = { ...done(3, 100, 100), outcome: "kept_original", code: "already_small", message: "Kept." };
const missing: ImageOutcome = {
  outcome: "failed",
  url: null,
  code: "http_404",
  message: "The server answered with status 404.",
  bytesIn: null,
  bytesOut: null,
};

async function rowOf(product: Product, outcomes: (ImageOutcome | null)[], extended = false): Promise<string[]> {
  const at = (position: number) => outcomes[position - 1] ?? null;
  for await (const cells of outputRows([product], ["Colour", "Size"], at, { extended })) {
    if (cells[0] !== "S. No.") return cells;
  }
  throw new Error("There is no row.");
}

async function statusOf(product: Product, outcomes: (ImageOutcome | null)[]): Promise<string | undefined> {
  return (await rowOf(product, outcomes, true))[6];
}

describe("outputRows", () => {
  test.each([
    [false, ["S. No.", "Product Name", "Input Image Urls", "Output Image Urls", "Colour"]],
    [
      true,
      [
        "S. No.",
        "Product Name",
        "Input Image Urls",
        "Output Image Urls",
        "Colour",
        "Status",
        "Errors",
        "Original Bytes",
        "Output Bytes",
        "Saved %",
      ],
    ],
  ])("begins with the header; extended: %s", async (extended, header) => {
    const rows = outputRows([], ["Colour"], () => null, { extended });

    expect((await rows.next()).value).toEqual(header);
    expect((await rows.next()).done).toBe(true);
  });

  test("keeps the input's cells and fills up the further columns", async () => {
    expect(await rowOf({ ...chair, images: [] }, [])).toEqual([" 1", "Chair", chair.inputUrls, "", "red", ""]);
  });

  test("leaves the place of a failed image empty", async () => {
    const row = await rowOf(chair, [done(1, 100, 40), missing, kept]);

    expect(row[3]).toBe("https://h.example/image/j-1.jpg,,https://h.example/image/j-3.jpg");
  });

  test("repeats the output of an image that is used twice", async () => {
    const row = await rowOf({ ...chair, images: [1, 1] }, [done(1, 100, 40)]);

    expect(row[3]).toBe("https://h.example/image/j-1.jpg,https://h.example/image/j-1.jpg");
  });

  test("sums the bytes of what did not fail, and lists what did by its place", async () => {
    const row = await rowOf(chair, [done(1, 200, 50), missing, kept], true);

    expect(row.slice(6)).toEqual([
      "partial",
      "2: http_404: The server answered with status 404.",
      "300",
      "150",
      "50.0",
    ]);
  });

  test("names every failure of a row", async () => {
    const row = await rowOf({ ...chair, images: [2, 2] }, [null, missing], true);

    expect(row[7]?.split(" | ")).toHaveLength(2);
    expect(row.slice(8)).toEqual(["", "", ""]);
  });

  test("says what became of a row", async () => {
    expect(await statusOf(chair, [done(1, 2, 1), done(2, 2, 1), kept])).toBe("completed");
    expect(await statusOf(chair, [done(1, 2, 1), missing, kept])).toBe("partial");
    expect(await statusOf(chair, [missing, missing, missing])).toBe("failed");
    expect(await statusOf(chair, [missing, null, kept])).toBe("pending");
    expect(await statusOf({ ...chair, images: [] }, [])).toBe("no_images");
  });

  test("says why a row was skipped", async () => {
    const problem = "A2 (S. No.): the serial number is empty.";

    const row = await rowOf({ ...chair, images: [], problem }, [], true);

    expect(row.slice(6)).toEqual(["skipped", problem, "", "", ""]);
  });

  test("takes products that are still being read", async () => {
    const rows: string[][] = [];
    for await (const row of outputRows(twoProducts(), [], () => null, { extended: false })) rows.push(row);

    expect(rows.map(([serial]) => serial)).toEqual(["S. No.", " 1", "2"]);
  });
});

async function* twoProducts(): AsyncGenerator<Product> {
  yield chair;
  yield { ...chair, serial: "2" };
}
