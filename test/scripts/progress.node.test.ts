import { describe, expect, test } from "vitest";
import { displayProgress, isWorthALine, progressBar } from "../../scripts/demo/progress.ts";
import type { Progress } from "../../scripts/demo/progress.ts";

function progress(changes: Partial<Progress>): Progress {
  return { state: "processing", processed: 5, total: 20, failed: 0, elapsedSeconds: 3, ...changes };
}

function record(isTTY: boolean) {
  const written: string[] = [];
  return { written, output: { isTTY, columns: 80, write: (text: string) => written.push(text) } };
}

describe("progressBar", () => {
  test("fills the share that is done", () => {
    expect(progressBar(progress({ failed: 1 }), 80)).toBe(
      `[${"█".repeat(8)}${"░".repeat(22)}] processing 5/20 25 %, 1 failed, 3 s`,
    );
  });

  test("is full for a job without images", () => {
    expect(progressBar(progress({ processed: 0, total: 0 }), 80)).toContain("█".repeat(30));
  });

  test.each([10, 34, 35, 36, 80, 200])("is narrower than a terminal of %i columns", (columns) => {
    expect(progressBar(progress({ failed: 3 }), columns).length).toBeLessThan(columns);
  });
});

describe("isWorthALine", () => {
  const last = progress({ processed: 20, total: 200 });

  test("is true for the first look and for a new state", () => {
    expect(isWorthALine(null, last)).toBe(true);
    expect(isWorthALine(last, { ...last, state: "completed" })).toBe(true);
  });

  test("waits for a tenth of the work", () => {
    expect(isWorthALine(last, { ...last, processed: 39 })).toBe(false);
    expect(isWorthALine(last, { ...last, processed: 40 })).toBe(true);
  });

  test("breaks a silence of ten seconds", () => {
    expect(isWorthALine(last, { ...last, elapsedSeconds: 12.9 })).toBe(false);
    expect(isWorthALine(last, { ...last, elapsedSeconds: 13 })).toBe(true);
  });
});

describe("displayProgress", () => {
  test("draws over the same line on a terminal and ends it once", () => {
    const { written, output } = record(true);

    const display = displayProgress(output);
    display.show(progress({}));
    display.show(progress({ processed: 20 }));
    display.end();
    display.end();

    expect(written.slice(0, 2).every((text) => text.startsWith("\r") && !text.includes("\n"))).toBe(true);
    expect(written.slice(2)).toEqual(["\n"]);
  });

  test("writes few plain lines elsewhere", () => {
    const { written, output } = record(false);

    const display = displayProgress(output);
    for (let processed = 0; processed <= 1000; processed++) display.show(progress({ processed, total: 1000 }));
    display.end();

    expect(written).toHaveLength(11);
    expect(written.every((text) => /^[\x20-\x7e]+\n$/.test(text))).toBe(true);
  });
});
