import { describe, expect, test } from "vitest";
import { parseText } from "../../src/job/csv.ts";
import { validateTable } from "../../src/job/validate.ts";

describe("validateTable", () => {
  test("gives products and distinct images", () => {
    const table = parseText(
      'S. No.,Product Name,Input Image Urls\r\n1,Chair,"https://a.example/1.jpg,https://a.example/2.jpg"\r\n2,Desk,https://a.example/1.jpg\r\n',
    );

    expect(validateTable(table, { onInvalid: "skip", maxImages: 10 })).toEqual({
      extraColumns: [],
      products: [
        {
          row: 2,
          serial: "1",
          name: "Chair",
          inputUrls: "https://a.example/1.jpg,https://a.example/2.jpg",
          extraCells: [],
          images: [1, 2],
          problem: null,
        },
        {
          row: 3,
          serial: "2",
          name: "Desk",
          inputUrls: "https://a.example/1.jpg",
          extraCells: [],
          images: [1],
          problem: null,
        },
      ],
      images: [
        { position: 1, url: "https://a.example/1.jpg", uses: 2 },
        { position: 2, url: "https://a.example/2.jpg", uses: 1 },
      ],
      imagesTotal: 3,
      warnings: [],
      warningsTotal: 0,
    });
  });
});
