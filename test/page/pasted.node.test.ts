import { describe, expect, test } from "vitest";
import { readUrlList, toCsv } from "../../src/page/app/start/pasted.js";

describe("toCsv", () => {
  test("gives addresses a header, numbers and names from their files", () => {
    expect(toCsv("https://shop.example/a/blue-mug_2.jpg\nhttps://shop.example/?id=7")).toBe(
      "S. No.,Product Name,Input Image Urls\r\n1,blue mug 2,https://shop.example/a/blue-mug_2.jpg\r\n2,Image,https://shop.example/?id=7\r\n",
    );
  });

  test("puts into quotes what a comma would tear apart", () => {
    expect(toCsv("https://shop.example/w_200,h_100/a%2Cb.jpg")).toContain(
      '\r\n1,"a,b","https://shop.example/w_200,h_100/a%2Cb.jpg"\r\n',
    );
  });

  test("leaves a table as it is", () => {
    const table = "S. No.\tProduct Name\tInput Image Urls\n1\tMug\thttps://shop.example/mug.jpg\n";

    expect(toCsv(table)).toBe(table);
  });
});

describe("readUrlList", () => {
  test.each([
    ["https://a.example/1.jpg, https://a.example/2.jpg;", ["https://a.example/1.jpg", "https://a.example/2.jpg"]],
    ["  \n", null],
    ["mug https://a.example/1.jpg", null],
    ["ftp://a.example/1.jpg", null],
  ])("reads %j as %j", (text, urls) => {
    expect(readUrlList(text)).toEqual(urls);
  });
});
