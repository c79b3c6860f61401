import { describe, expect, test } from "vitest";
import { readDemoArguments } from "../../scripts/demo/arguments.ts";

describe("readDemoArguments", () => {
  test("means the sample when nothing is given", () => {
    expect(readDemoArguments([], "/shop")).toEqual({ csvPath: null, allowPrivate: [], timeoutSeconds: 240 });
  });

  test("finds a CSV from where npm was called", () => {
    expect(readDemoArguments(["lists/my.csv"], "/shop")).toMatchObject({
      csvPath: "/shop/lists/my.csv",
      timeoutSeconds: 3600,
    });
    expect(readDemoArguments(["/other/my.csv"], "/shop")).toMatchObject({ csvPath: "/other/my.csv" });
  });

  test("collects private hosts", () => {
    expect(
      readDemoArguments(["my.csv", "--allow-private", "nas.local", "--allow-private=10.0.0.5:8080"], "/shop"),
    ).toMatchObject({
      allowPrivate: ["nas.local", "10.0.0.5:8080"],
    });
  });

  test.each([
    [["a.csv", "b.csv"], "One CSV at a time"],
    [["--timeout", "0"], "1 to 86400"],
    [["--timeout", "86401"], "1 to 86400"],
    [["--timeout", "soon"], "1 to 86400"],
    [["--allow"], "Unknown option"],
  ])("refuses %j", (given, sentence) => {
    expect(() => readDemoArguments(given, "/shop")).toThrow(sentence);
  });

  test("knows --help", () => {
    expect(readDemoArguments(["--help"], "/shop")).toBe("help");
  });
});
