// What a run is up against, from its seed alone: how often each part of the platform fails, what the sources are like, and
// what the callers do. Pure, so that a seed names a run.
import { createRandom } from "../support/random.ts";
import type { Random } from "../support/random.ts";

/** Parts of the platform that fail on their own. */
export const parts = ["d1", "r2", "queue", "coordinator", "mail"] as const;
export type Part = (typeof parts)[number];

export interface Weather {
  seed: number;
  /** Share of calls that go wrong. */
  trouble: Record<Part, number>;
  /** Share of calls at which the caller itself dies: an alarm, a batch, a request. */
  death: number;
  /** Share of batches that are lost, come again although they were handled, come out of order, or hold messages twice. */
  batch: { lost: number; again: number; shuffled: number; doubled: number };
  /** Share of messages that the queue loses, takes twice, or hands out late. */
  message: { lost: number; twice: number; late: number };
  /** Configuration of the Worker in this run. */
  vars: Record<string, string>;
}

/** Stands in every injected error: no caller may ever read it. */
export const privateDetail = "chaos-private-detail";

/** How much goes wrong in a run as a whole: the last seeds must not all look like the average. */
const strengths = [0, 0.02, 0.02, 0.08, 0.08, 0.2] as const;

export function forecast(seed: number): Weather {
  const random = createRandom(seed * 7919 + 1);
  const share = (most: number) => (random.chance(0.5) ? 0 : Math.round(random.fraction() * most * 1000) / 1000);
  return {
    seed,
    trouble: {
      d1: random.pick(strengths),
      r2: random.pick(strengths),
      queue: random.pick(strengths),
      coordinator: random.pick(strengths),
      mail: random.pick(strengths),
    },
    death: random.pick([0, 0, 0.005, 0.01, 0.02]),
    batch: { lost: share(0.15), again: share(0.3), shuffled: share(1), doubled: share(0.5) },
    message: { lost: share(0.1), twice: share(0.2), late: share(0.2) },
    vars: {
      DISPATCH_WINDOW: random.pick(["100", "2000"]),
      DOWNLOAD_ATTEMPTS: random.pick(["2", "4"]),
    },
  };
}

/** What happens to one call. `before`: it fails undone. `after`: it is done, and its answer is lost. */
export type Fate = "well" | "before" | "after" | "slow" | "death before" | "death after";

/** The n-th call of a part meets the same fate in every run of a seed, whatever the others do. */
export function fateOf(weather: Weather, part: Part, n: number, share: number): Fate {
  const random = drawFor(weather.seed, part, n);
  const draw = random.fraction();
  if (draw < weather.death) return random.pick(["death before", "death after"] as const);
  if (draw < weather.death + share) return random.pick(["before", "after"] as const);
  if (draw < weather.death + share * 1.5) return "slow";
  return "well";
}

/** A generator for the n-th event of a kind. */
export function drawFor(seed: number, kind: string, n: number): Random {
  let mixed = seed;
  for (const letter of kind) mixed = Math.imul(mixed, 31) + letter.charCodeAt(0);
  return createRandom(Math.imul(mixed, 2_654_435_761) + Math.imul(n, 40_503));
}
