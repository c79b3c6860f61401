import { describe, expect, test } from "vitest";
import { codeOf, describeFailure, isTransient, outcomeOf } from "../src/errors.ts";

describe("ImageFailure", () => {
  test("carries the upstream status in its code", () => {
    expect(codeOf({ kind: "http_status", status: 404, retryAfterSeconds: null })).toBe("http_404");
  });

  test("keeps the source only where the picture itself is good", () => {
    expect(outcomeOf({ kind: "already_small" })).toBe("kept_original");
    expect(outcomeOf({ kind: "truncated", reason: "half of it is missing" })).toBe("failed");
  });

  test.each([
    [500, true],
    [429, true],
    [408, true],
    [425, true],
    [404, false],
    [403, false],
  ])("status %i is transient: %s", (status, transient) => {
    expect(isTransient({ kind: "http_status", status, retryAfterSeconds: null })).toBe(transient);
  });

  test("says what to do", () => {
    expect(describeFailure({ kind: "dns_error", host: "exmaple.com" })).toContain("Check its spelling");
  });
});
