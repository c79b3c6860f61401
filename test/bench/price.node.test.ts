import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { priceOf, totalOf } from "./cost/price.ts";
import { costPage, usual } from "./cost/report.ts";

/** A job so large that what a job costs beside its images is nothing. */
const plain = { ...usual, imagesPerJob: 1e9, attempts: 1, failedShare: 0, looksPerJob: 0 };

function lineOf(meter: string, load = plain) {
  return priceOf(load).find((line) => line.meter === meter);
}

describe("the price of a million images", () => {
  test.each([
    ["Queue, operations", 3, 1.2],
    ["R2, writes and lists", 1, 4.5],
    ["D1, rows written", 5.1, 5.1],
    ["CPU, codec", 14.6, 0.292],
    ["Analytics Engine, points", 1, 0.25],
    ["R2, storage", 80, 1.2],
    ["Worker requests", 0.1, 0.03],
  ])("%s: %d million are $%d", (meter, units, dollars) => {
    expect(lineOf(meter)?.units).toBeCloseTo(units, 5);
    expect(lineOf(meter)?.dollars).toBeCloseTo(dollars, 5);
  });

  test("stands with the dearest first and adds up", () => {
    const dollars = priceOf(usual).map((line) => line.dollars);

    expect(dollars).toEqual(dollars.toSorted((a, b) => b - a));
    expect(totalOf(priceOf(usual))).toBeCloseTo(dollars.reduce((sum, one) => sum + one, 0));
  });

  test("reads a message again for each further attempt, and fetches again, but writes once", () => {
    const thrice = { ...plain, attempts: 3 };

    expect(lineOf("Queue, operations", thrice)?.units).toBeCloseTo(5);
    expect(lineOf("Worker requests", thrice)?.units).toBeCloseTo(0.3);
    expect(lineOf("R2, writes and lists", thrice)?.units).toBeCloseTo(1);
  });

  test("has ten times the calls, and the counters' rows, where batches hold one message", () => {
    const single = { ...plain, perBatch: 1 };

    expect(lineOf("Worker requests", single)?.units).toBeCloseTo(1);
    expect(lineOf("Coordinator, requests", single)?.units).toBeCloseTo(1);
    expect(lineOf("D1, rows written", single)?.units).toBeCloseTo(6);
  });

  test("has a row less to write and one less to delete where no source is remembered", () => {
    expect(lineOf("D1, rows written", { ...plain, remembersSources: false })?.units).toBeCloseTo(3.1);
  });

  test("stores nothing of what fails", () => {
    const half = { ...plain, failedShare: 0.5 };

    expect(lineOf("R2, writes and lists", half)?.units).toBeCloseTo(0.5);
    expect(lineOf("R2, storage", half)?.units).toBeCloseTo(40);
  });

  test.each([
    ["all", 1],
    ["failed", 0.25],
    ["none", 0],
  ] as const)("with LOG_IMAGES=%s has %d lines an image", (logImages, lines) => {
    const logs = (choice: "all" | "failed" | "none") =>
      lineOf("Logs", { ...plain, failedShare: 0.25, logImages: choice })?.units ?? 0;

    expect(logs(logImages) - logs("none")).toBeCloseTo(lines);
  });

  test("leaves out what is not used", () => {
    expect(lineOf("Cloudflare Images")).toBeUndefined();
    expect(lineOf("Analytics Engine, points", { ...plain, analytics: false })).toBeUndefined();
    expect(lineOf("Cloudflare Images", { ...plain, imagesBindingShare: 0.05 })?.dollars).toBeCloseTo(25);
  });
});

test("docs/cost.md is what `npm run cost` writes", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "cost.md"), "utf8");

  expect(page).toBe(costPage());
});
