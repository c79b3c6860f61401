import { describe, expect, test } from "vitest";
import { evaluatePreconditions, rangeHolds } from "../../src/http/preconditions.ts";

const etag = '"abc"';
const modified = "Sat, 21 Nov 2026 08:00:00 GMT";
const before = "Sat, 21 Nov 2026 07:59:59 GMT";
const after = "Sat, 21 Nov 2026 08:00:01 GMT";
const validators = { etag, lastModified: new Date("2026-11-21T08:00:00.999Z") };

describe("evaluatePreconditions", () => {
  test.each<[Record<string, string>, ReturnType<typeof evaluatePreconditions>]>([
    [{}, "met"],
    [{ "if-none-match": etag }, "not_modified"],
    [{ "if-none-match": `W/${etag}` }, "not_modified"],
    [{ "if-none-match": `"x", ${etag}` }, "not_modified"],
    [{ "if-none-match": "*" }, "not_modified"],
    [{ "if-none-match": '"x"' }, "met"],
    [{ "if-none-match": "abc" }, "met"],
    [{ "if-none-match": "" }, "met"],
    [{ "if-modified-since": modified }, "not_modified"],
    [{ "if-modified-since": after }, "not_modified"],
    [{ "if-modified-since": before }, "met"],
    [{ "if-modified-since": "9999" }, "met"],
    [{ "if-modified-since": "soon GMT" }, "met"],
    [{ "if-none-match": '"x"', "if-modified-since": modified }, "met"],
    [{ "if-match": etag }, "met"],
    [{ "if-match": "*" }, "met"],
    [{ "if-match": `"x",${etag}` }, "met"],
    [{ "if-match": `W/${etag}` }, "failed"],
    [{ "if-match": '"x"' }, "failed"],
    [{ "if-match": "abc" }, "failed"],
    [{ "if-unmodified-since": modified }, "met"],
    [{ "if-unmodified-since": before }, "failed"],
    [{ "if-unmodified-since": "nonsense" }, "met"],
    [{ "if-match": etag, "if-unmodified-since": before }, "met"],
    [{ "if-match": '"x"', "if-none-match": etag }, "failed"],
    [{ "if-match": etag, "if-none-match": etag }, "not_modified"],
  ])("of %j is %s", (asked, outcome) => {
    expect(evaluatePreconditions(new Headers(asked), validators)).toBe(outcome);
  });
});

describe("rangeHolds", () => {
  test.each([
    [null, true],
    [etag, true],
    [modified, true],
    [`W/${etag}`, false],
    ['"x"', false],
    [before, false],
    [after, false],
    ["nonsense", false],
  ])("with If-Range %j: %s", (condition, holds) => {
    expect(rangeHolds(new Headers(condition === null ? {} : { "if-range": condition }), validators)).toBe(holds);
  });
});
