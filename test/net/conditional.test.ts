import { describe, expect, test } from "vitest";
import { conditionsFor, confirms, validatorsOf } from "../../src/net/conditional.ts";

const url = "https://shop.example/a.jpg";
const now = Date.parse("2026-11-21T12:00:00Z");
const answer = { finalUrl: url, etag: '"v1"', lastModified: "Sat, 21 Nov 2026 11:00:00 GMT" };

function of(changes: Partial<typeof answer> | { etag: null } | { lastModified: null }, source = url) {
  return validatorsOf({ ...answer, ...changes }, source, now);
}

describe("validatorsOf", () => {
  test("keeps what the server said of the image", () => {
    expect(of({})).toEqual({ url, etag: answer.etag, lastModified: answer.lastModified });
  });

  test.each(['"v1"', 'W/"v1"', "unquoted", '""', `"${"x".repeat(254)}"`])("keeps the tag %s as it is", (etag) => {
    expect(of({ etag })?.etag).toBe(etag);
  });

  test.each(["", '"a b"', '"schlüssel"', `"${"x".repeat(255)}"`])("leaves the tag %s aside", (etag) => {
    expect(of({ etag })).toEqual({ url, etag: null, lastModified: answer.lastModified });
  });

  test("keeps a date that is a minute old, and none that is younger, or no date", () => {
    const dates = [
      "Sat, 21 Nov 2026 11:59:00 GMT",
      "Sat, 21 Nov 2026 11:59:01 GMT",
      "Sun, 22 Nov 2026 12:00:00 GMT",
      "x",
      "",
    ];

    expect(dates.map((lastModified) => of({ lastModified })?.lastModified)).toEqual([dates[0], null, null, null, null]);
  });

  test("is null where nothing is left", () => {
    expect(validatorsOf({ finalUrl: url, etag: null, lastModified: null }, url, now)).toBeNull();
  });

  test("keeps nothing of a redirect to what may be signed, but of a source with a query it does", () => {
    const signed = `${url}?signature=1`;

    expect(of({ finalUrl: signed })).toBeNull();
    expect(of({ finalUrl: signed }, signed)?.url).toBe(signed);
    expect(of({ finalUrl: `${url}?q=%C3%A4` }, `${url}?q=ä`)).not.toBeNull();
    expect(of({ finalUrl: "https://cdn.example/a.jpg" })?.url).toBe("https://cdn.example/a.jpg");
  });
});

describe("conditionsFor", () => {
  const known = { url, etag: '"v1"', lastModified: answer.lastModified };

  test("asks by the tag, and by the date only where there is no tag", () => {
    expect(conditionsFor(new URL(url), known)).toEqual({ "if-none-match": '"v1"' });
    expect(conditionsFor(new URL(url), { ...known, etag: null })).toEqual({ "if-modified-since": answer.lastModified });
  });

  test.each(["https://shop.example/b.jpg", "http://shop.example/a.jpg", `${url}?v=2`])("asks %s for all", (other) => {
    expect(conditionsFor(new URL(other), known)).toEqual({});
  });

  test("asks for all where nothing is known", () => {
    expect(conditionsFor(new URL(url), null)).toEqual({});
  });
});

describe("confirms", () => {
  test.each([
    ['"v1"', '"v1"', true],
    ['"v1"', 'W/"v1"', true],
    ['W/"v1"', '"v1"', true],
    ['"v1"', null, true],
    [null, '"v2"', true],
    ['"v1"', '"v2"', false],
  ])("of %s, answered with %s, is %s", (etag, answered, expected) => {
    expect(confirms({ url, etag, lastModified: null }, answered)).toBe(expected);
  });
});
