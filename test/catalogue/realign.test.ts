import { describe, expect, test } from "vitest";
import { type Layout, realign } from "../../src/catalogue/realign.ts";

const last: Layout = { width: 3, nameAt: 1, urlsAt: 2, urlsSpan: 1, delimiter: "," };
const middle: Layout = { width: 4, nameAt: 2, urlsAt: 1, urlsSpan: 1, delimiter: ";" };
const a = "https://a.example/a.jpg";
const b = "https://a.example/b";

describe("realign", () => {
  test("leaves a row that fits as it is", () => {
    const row = ["1", "Chair", a];

    expect(realign(row, last).cells).toBe(row);
  });

  test.each([
    ["a list", ["1", "Chair", a, b, a], `${a},${b},${a}`],
    ["a list with empty places", ["1", "Chair", "", a, "", b, ""], `,${a},,${b}`],
    [
      "the commas of a URL",
      ["1", "Chair", "https://a.example/w_400", "h_400", "c_fill/a.jpg", b],
      `https://a.example/w_400,h_400,c_fill/a.jpg,${b}`,
    ],
    ["a name without scheme behind a URL", ["1", "Chair", a, "b.jpg"], `${a},b.jpg`],
    ["www. behind a URL", ["1", "Chair", a, "www.b.example/c"], `${a},www.b.example/c`],
  ])("joins %s", (_, row, urls) => {
    expect(realign(row, last)).toEqual({ cells: ["1", "Chair", urls], lostAt: null, nameWasJoined: false });
  });

  test("moves the columns behind a joined list back, with the delimiter of the file between its URLs", () => {
    expect(realign(["1", a, b, "Chair", "red"], middle).cells).toEqual(["1", `${a};${b}`, "Chair", "red"]);
  });

  test.each([
    ["a price behind an image", ["1", "Chair", a, "12.50"]],
    ["a price behind a URL", ["1", "Chair", b, "12.50"]],
    ["a remark", ["1", "Chair", b, "sold out/old"]],
    ["a word", ["1", "Chair", b, "red"]],
  ])("does not take %s for a piece of the URL, and says that it is lost", (_, row) => {
    expect(realign(row, last)).toEqual({ cells: row.slice(0, 3), lostAt: 3, nameWasJoined: false });
  });

  test("joins a name again when the URLs are then in their column", () => {
    expect(realign(["1", "Chair", " red", " big", a], last)).toEqual({
      cells: ["1", "Chair, red, big", a],
      lostAt: null,
      nameWasJoined: true,
    });
  });

  test("joins no name when that brings no URL into its column", () => {
    expect(realign(["1", "Chair", " red", "no picture"], last)).toMatchObject({ nameWasJoined: false, lostAt: 3 });
  });

  test("loses nothing in empty cells too many", () => {
    const row = ["1", "Chair", a, "", " ", "\u00a0"];

    expect(realign(row, last)).toMatchObject({ lostAt: null });
  });

  test("takes linear time for a list of 100,000 URLs", () => {
    const row = ["1", "Chair", ...Array.from({ length: 100_000 }, () => a)];

    expect(realign(row, last).cells).toHaveLength(3);
  });
});
