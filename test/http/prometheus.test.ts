import { describe, expect, test } from "vitest";
import { formatFamilies } from "../../src/http/prometheus.ts";
import type { Family } from "../../src/http/prometheus.ts";
import { parsePrometheus } from "../support/prometheus.ts";

const family: Family = { name: "images_total", type: "counter", help: "Images.", samples: [{ labels: {}, value: 3 }] };

describe("formatFamilies", () => {
  test("writes help, type and a line a sample", () => {
    expect(formatFamilies([family])).toBe("# HELP images_total Images.\n# TYPE images_total counter\nimages_total 3\n");
  });

  test("escapes what would end a value or a line", () => {
    const labels = { said: 'a "b" \\ c\nd' };

    const text = formatFamilies([{ ...family, help: "one\ntwo \\", samples: [{ labels, value: 1 }] }]);

    expect(text.split("\n")).toEqual([
      String.raw`# HELP images_total one\ntwo \\`,
      "# TYPE images_total counter",
      String.raw`images_total{said="a \"b\" \\ c\nd"} 1`,
      "",
    ]);
    expect([...parsePrometheus(text).values()]).toEqual([1]);
  });

  test("leaves a family without samples out", () => {
    expect(formatFamilies([{ ...family, samples: [] }])).toBe("");
  });
});

describe("the parser of the tests", () => {
  test.each([
    ["no line end", "# HELP a_total A.\n# TYPE a_total counter\na_total 1"],
    ["a sample before its family", "a_total 1\n"],
    ["a family without a type", "# HELP a_total A.\na_total 1\n"],
    ["a series twice", "# HELP a_total A.\n# TYPE a_total counter\na_total 1\na_total 2\n"],
    ["a label twice", '# HELP a_total A.\n# TYPE a_total counter\na_total{x="1",x="2"} 1\n'],
    ["a quote in a value", '# HELP a_total A.\n# TYPE a_total counter\na_total{x="a"b"} 1\n'],
    ["a value that is no number", "# HELP a_total A.\n# TYPE a_total counter\na_total one\n"],
    ["a counter without its ending", "# HELP a A.\n# TYPE a counter\na 1\n"],
    ["an empty line", "# HELP a_total A.\n\n# TYPE a_total counter\na_total 1\n"],
  ])("refuses %s", (_, text) => {
    expect(() => parsePrometheus(text)).toThrow(Error);
  });
});
