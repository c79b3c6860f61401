import { expect, test } from "vitest";
import { brokenRun, chaosSection } from "./report.ts";
import type { Run } from "./report.ts";

const good: Run = { seed: 1, jobs: 2, images: 30, reused: 4, faults: { "d1 before": 3 }, seconds: 5, wrong: [] };

test("runs that all held are summed up", () => {
  const section = chaosSection({ storms: [good, { ...good, seed: 2 }], kills: [], seconds: 9.6 }, "On a machine.");

  expect(section).toContain(
    "> 2 runs (0 with kills), 4 jobs, 60 images, 8 of them taken over from an earlier job, 6 faults, 10 s: every invariant held.",
  );
  expect(section).toContain("Seeds 1 to 2; with kills none.");
  expect(section).toContain("| d1 before | 6 |");
  expect(section).not.toContain("did not hold");
});

test("runs that failed or broke off are named by their seeds, with what did not hold", () => {
  const storms = [good, { ...good, seed: 2, wrong: ["job 2-1 has an orphan\nin R2"] }];
  const kills = [brokenRun(7, new Error("The local stack ended by itself."), "")];
  const section = chaosSection({ storms, kills, seconds: 9 }, "On a machine.");

  expect(section).toContain("2 RUNS DID NOT HOLD");
  expect(section).toContain("What did not hold (`--seed 2`, `--kill-seed 7`):");
  expect(section).toContain("- seed 2: job 2-1 has an orphan in R2");
  expect(section).toContain("- kill-seed 7: broke off: The local stack ended by itself.");
});
