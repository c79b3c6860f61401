// The faults of the run that is on: decides them by its weather, commits them, and counts what it did.
import { realSleep } from "./clock.ts";
import { drawFor, fateOf, privateDetail } from "./weather.ts";
import type { Part, Weather } from "./weather.ts";
import type { Random } from "../support/random.ts";

/** Whoever makes calls, and can die of one. */
export interface Caller {
  isDead: boolean;
  /** Dies; does not come back where it ends the code that runs. */
  die(): void;
  /** No more of its calls go wrong than this share: a caller that tries again by hand must come through some time. */
  mostTrouble: number;
}

/** An invocation of the Worker. */
export class Invocation implements Caller {
  isDead = false;
  readonly mostTrouble: number;
  readonly death: Promise<never>;
  private end: (error: Error) => void = () => {};

  constructor(mostTrouble: number) {
    this.mostTrouble = mostTrouble;
    this.death = new Promise((_, reject) => (this.end = reject));
    this.death.catch(() => {});
  }

  die(): void {
    this.isDead = true;
    this.end(new Error(`${privateDetail}: the isolate is gone`));
  }
}

let weather: Weather | null = null;
let counters = new Map<string, number>();
let committed: Record<string, number> = {};

export function begin(next: Weather): void {
  weather = next;
  counters = new Map();
  committed = {};
}

/** From now on nothing goes wrong any more. */
export function calm(): Record<string, number> {
  weather = null;
  return committed;
}

export function currentWeather(): Weather | null {
  return weather;
}

/** Makes one call of the platform, or has it fail. */
export async function call<Result>(caller: Caller, part: Part, work: () => Promise<Result>): Promise<Result> {
  if (caller.isDead) return nothing();
  const now = weather;
  if (now === null) return work();
  const fate = fateOf(now, part, count(part), Math.min(now.trouble[part], caller.mostTrouble));
  if (fate === "well") return work();
  note(`${part} ${fate}`);
  switch (fate) {
    case "before":
      throw new Error(`${privateDetail}: ${part} cannot be reached`);
    case "after":
      await work();
      throw new Error(`${privateDetail}: the answer of ${part} was lost`);
    case "slow":
      await realSleep(drawFor(now.seed, `${part} slow`, count(`${part} slow`)).integer(20, 400));
      return work();
    case "death before":
      caller.die();
      return nothing();
    case "death after":
      await work();
      caller.die();
      return nothing();
  }
}

/** A generator for the next event of a kind; null where nothing goes wrong. */
export function draw(kind: string): { weather: Weather; random: Random } | null {
  return weather === null ? null : { weather, random: drawFor(weather.seed, kind, count(kind)) };
}

export function note(fault: string, times = 1): void {
  committed[fault] = (committed[fault] ?? 0) + times;
}

function count(kind: string): number {
  const n = counters.get(kind) ?? 0;
  counters.set(kind, n + 1);
  return n;
}

/** What the dead are answered. */
function nothing(): Promise<never> {
  return new Promise(() => {});
}
