import { describe, expect, test } from "vitest";
import { breachOf, makeTheSame, plainOptions } from "./options.ts";
import type { HandedOut } from "./options.ts";

const made: HandedOut = {
  outcome: "compressed",
  format: "png",
  width: 120,
  height: 91,
  bytesIn: 1_000,
  outputFormat: "webp",
  outputWidth: 60,
  outputHeight: 46,
  bytesOut: 999,
};
const asked = { ...plainOptions, format: "webp", scale: 0.5 } as const;

describe("breachOf", () => {
  test("finds nothing in what was asked for", () => {
    expect(breachOf(asked, made)).toBeNull();
  });

  test.each([
    ["another size", { outputHeight: 45 }],
    ["another format", { outputFormat: "png" }],
    ["nothing gained", { bytesOut: 1_000 }],
    ["a kept source in another format", { outcome: "kept_original" }],
  ])("names %s", (_, change) => {
    expect(breachOf(asked, { ...made, ...change })).toContain("60 x ");
  });

  test("lets a source be kept as it is, whatever was asked for", () => {
    const kept = { outcome: "kept_original", outputFormat: "png", outputWidth: 120, outputHeight: 91, bytesOut: 1_000 };

    expect(breachOf(asked, { ...made, ...kept })).toBeNull();
  });

  test("takes no AVIF for the smallest, and a GIF for nothing that is written", () => {
    expect(breachOf({ ...asked, format: "auto" }, made)).toBeNull();
    expect(breachOf({ ...asked, format: "auto" }, { ...made, outputFormat: "avif" })).not.toBeNull();
    expect(breachOf({ ...asked, format: "keep" }, { ...made, format: "gif", outputFormat: "png" })).toBeNull();
    expect(breachOf({ ...asked, format: "keep" }, made)).not.toBeNull();
  });
});

test("two jobs make the same unless an option differs that their outputs show", () => {
  expect(makeTheSame(plainOptions, { ...plainOptions, reuse: false })).toBe(true);
  expect(makeTheSame(plainOptions, { ...plainOptions, background: "#c0ffee" })).toBe(false);
});
