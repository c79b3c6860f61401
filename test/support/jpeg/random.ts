// A small seeded generator, so that every random case can be named by a number and run again.

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
  let state = (seed ^ 0x9e3779b9) >>> 0;

  // mulberry32: one multiply chain per number, period 2^32, good enough to choose test cases.
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

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
