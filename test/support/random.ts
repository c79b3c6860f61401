// A small seeded generator, so that every random case can be named by a number and run again.

import { seededRandom } from "../../scripts/samples/seeded-random.ts";

export interface Random {
  /** In [0, 1). */
  fraction(): number;
  /** A whole number, both ends included. */
  integer(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  bytes(count: number): Uint8Array;
}

export function createRandom(seed: number): Random {
  const fraction = seededRandom(seed ^ 0x9e3779b9);

  function integer(low: number, high: number): number {
    return low + Math.floor(fraction() * (high - low + 1));
  }

  return {
    fraction,
    integer,
    chance: (probability) => fraction() < probability,
    pick(list) {
      const value = list[integer(0, list.length - 1)];
      if (value === undefined) throw new RangeError("nothing to pick from");
      return value;
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => integer(0, 255)),
  };
}
