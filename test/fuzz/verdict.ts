// What came of one case. An answer in place of a picture must be a failure that a codec may give, with a sentence.
import { describeFailure, type ImageFailure } from "../../src/errors.ts";
import type { Threw } from "./trial.ts";

export interface Verdict {
  /** For the count of what happened. */
  outcome: string;
  /** What is wrong, or null. */
  problem: string | null;
  /** Of an engine that tells. */
  peakBytes: number;
}

const allowedFailures: ReadonlySet<string> = new Set([
  "not_an_image",
  "unsupported_format",
  "unsupported_variant",
  "truncated",
  "corrupt",
  "already_small",
  "animated",
  "too_many_pixels",
  "too_large_for_memory",
] satisfies ImageFailure["kind"][]);

export function verdictOn(failure: ImageFailure | Threw): Verdict {
  return { outcome: failure.kind, problem: problemOfFailure(failure), peakBytes: 0 };
}

export function problemOfFailure(failure: ImageFailure | Threw): string | null {
  if (failure.kind === "threw") return `it throws: ${failure.error}`;
  if (!allowedFailures.has(failure.kind)) return `${failure.kind} is no failure of a codec`;
  const sentence = describeFailure(failure);
  return /undefined|NaN|null|Infinity|-\d/.test(sentence) ? `it says: ${sentence}` : null;
}
