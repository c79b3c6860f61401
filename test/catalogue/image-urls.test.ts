import { describe, expect, test } from "vitest";
import { maxUrlCharacters, readImageUrl } from "../../src/catalogue/image-url.ts";
import { beginsWithUrl, splitImageUrls } from "../../src/catalogue/image-urls.ts";

function urlsOf(cell: string): string[] {
  return [...splitImageUrls(cell)].map((text) => readImageUrl(text).url);
}

function reasonOf(cell: string): string | null {
  return readImageUrl(cell).reason;
}

const one = "https://a.example/1.jpg";
const two = "https://a.example/2.jpg";

describe("splitImageUrls", () => {
  test.each([",", ";", "|", "\n", "\r\n", " ", "\t", ", ", " | ", ",,", "\u00a0", '","', "', '"])(
    "splits at %j",
    (separator) => {
      expect(urlsOf(one + separator + two)).toEqual([one, two]);
    },
  );

  test.each([
    ["a comma", "https://a.example/w_400,h_400/a.jpg"],
    ["a semicolon", "https://a.example/a;v=1.jpg"],
    ["a pipe", "https://a.example/a%7Cb.jpg"],
    ["a URL in its query", "https://proxy.example/?url=https://a.example/1.jpg,2"],
    ["a URL in brackets", "https://thumb.example/filters:watermark(https://b.example/w.png,10)/a.jpg"],
    ["a URL in its path", "https://web.example/web/2020/https://a.example/1.jpg"],
  ])("keeps a URL with %s whole", (_, url) => {
    expect(urlsOf(url)).toEqual([url]);
  });

  test.each(["", " ", ",", " ,;|\n", "\u00a0\u200b\ufeff", '""', "[]", "[", "“”"])("finds no URL in %j", (cell) => {
    expect(urlsOf(cell)).toEqual([]);
  });

  test("keeps a repeated URL at each of its places", () => {
    expect(urlsOf(`${one},${two},${one}`)).toEqual([one, two, one]);
  });

  test("removes a line break inside a URL, as browsers do", () => {
    expect(urlsOf("https://a.example/long-\nname.jpg")).toEqual(["https://a.example/long-name.jpg"]);
  });

  test("normalises once: what it gives, it gives again", () => {
    const url = urlsOf("HTTPS://Bücher.example/ä b%20c%zz/../ü.jpg?q=ö#x")[0] ?? "";

    expect(url).toBe("https://xn--bcher-kva.example/%C3%BC.jpg?q=%C3%B6#x");
    expect(urlsOf(url)).toEqual([url]);
  });

  test("makes a token of what stands before the first URL", () => {
    expect(urlsOf(`photo: ${one}`)).toEqual(["photo:", one]);
  });

  test.each([
    ["www.a.example/1.jpg", /does not begin with https/],
    ["https:/a.example/1.jpg", /does not begin with https/],
    ["https:a.jpg", /does not begin with https/],
    ["ftp://a.example/1.jpg", /^ftp:/],
    ["file:///C:/1.jpg", /^file:/],
    ["data:image/png;base64,AAAA", /holds the image itself/],
    ["https://", /host or port/],
    ["https://a b.example/1.jpg", /host or port/],
    ["https://a.example:99999/1.jpg", /host or port/],
  ])("says why %s is no URL, and gives none that could be fetched", (cell, reason) => {
    const [text = ""] = splitImageUrls(cell);
    const found = readImageUrl(text);

    expect(found.reason).toMatch(reason);
    expect(String(URL.parse(found.url)?.protocol)).not.toMatch(/^https?:$/);
  });

  test("keeps the commas of a data: URL, and the URL behind it", () => {
    expect(urlsOf(`data:image/png;base64,AA,${one}`)).toEqual(["data:image/png;base64,AA", one]);
  });

  test("takes a URL of the greatest length", () => {
    const url = "https://a.example/".padEnd(maxUrlCharacters, "a");

    expect(urlsOf(url)).toEqual([url]);
    expect(reasonOf(url)).toBeNull();
  });

  test("refuses a URL one character longer, and shortens it so that it fits into messages", () => {
    const url = "https://a.example/".padEnd(maxUrlCharacters + 1, "a");

    expect(reasonOf(url)).toBe(`it is longer than ${maxUrlCharacters} characters`);
    expect(urlsOf(url)[0]?.length).toBeLessThan(400);
    expect(URL.canParse(urlsOf(url)[0] ?? "")).toBe(false);
  });

  test("refuses a URL that only grows too long when it is escaped", () => {
    expect(reasonOf("https://a.example/".padEnd(4000, "ü"))).toBe(`it is longer than ${maxUrlCharacters} characters`);
  });

  test.each([
    ["https://a.example/1.jpg,2.jpg", true],
    ["https://a.example/1.jpg?v=1, b.png", true],
    ["https://a.example/1, www.b.example/2", true],
    ["https://a.example/1,//b.example/2", true],
    ["https://a.example/w_400,h_400,c_fill/a.jpg", false],
    ["https://a.example/chair,p-724211,s-700.jpg", false],
    ["https://a.example/my chair.jpg", false],
    ["https://a.example/1.jpg", false],
  ])("doubts that %s is one URL: %s", (cell, looksJoined) => {
    expect([...splitImageUrls(cell)]).toEqual([cell]);
    expect(readImageUrl(cell).looksJoined).toBe(looksJoined);
  });

  test.each([
    ["nothing but separators", ",".repeat(300_000)],
    ["schemes without a host", "http:// ".repeat(100_000)],
    ["slashes", "://".repeat(100_000)],
    ["quotes", `${one}${'"'.repeat(300_000)}`],
    ["image names", `${one}?${".jpg?".repeat(100_000)}`],
  ])("takes linear time for a cell of %s", (_, cell) => {
    expect([...splitImageUrls(cell)].length).toBeLessThanOrEqual(100_000);
  });
});

describe("beginsWithUrl", () => {
  test.each(["https://a", " “http://a", "www.a.example", "DATA:image/png,", "ftp://a", "['https://a".slice(2)])(
    "knows %j",
    (cell) => {
      expect(beginsWithUrl(cell)).toBe(true);
    },
  );

  test.each(["", "9.99", "h_400/a.jpg", "see https://a", "wwwa"])("does not take %j for one", (cell) => {
    expect(beginsWithUrl(cell)).toBe(false);
  });
});
