import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { codecNames, planCases } from "./plan.ts";

const root = join(import.meta.dirname, "..", "..");
const options = ["--import", "./test/support/wasm-modules.ts", "test/fuzz/run.ts", "--no-photos"];

async function fuzz(...more: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [...options, ...more], { cwd: root });
  return stdout.trim().split("\n");
}

test("a slice of the fuzz cases finds nothing in any codec", async () => {
  const lines = await fuzz("--cases", "250", "--seed", "20261121");

  expect(lines.map((line) => line.slice(0, line.indexOf(":")))).toEqual(codecNames);
  for (const line of lines) expect(line).toContain(" 0 problems;");
});

test("a case can be run alone", async () => {
  const [line] = await fuzz("--codec", "bmp", "--case", "7");

  expect(line).toMatch(/^bmp: 1 cases/);
});

test("every codec has a share, and all together no case less than asked for", () => {
  const plan = planCases(100_000, null);

  expect(plan.map(({ codec }) => codec)).toEqual(codecNames);
  expect(plan.reduce((sum, { from, to }) => sum + to - from, 0)).toBeGreaterThanOrEqual(100_000);
});
