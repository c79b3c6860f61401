// How long the parts of one image's way took, in ms.
//
// Deployed, a Worker's clock stands still while code runs and moves on with the next answer from outside. What an image
// costs in computing therefore shows in the lap behind it: `encode` is about nothing and `store` holds both. Only their sum
// means something, and it holds the computing of other images too, whose turn came in between. CPU time itself is told by
// the platform, for a batch at a time. Locally the clock runs and the laps are what they are called.

/** `wait`: for a turn at the host and for room in memory. `fetch`: the rest of the download. */
export type Lap = "wait" | "fetch" | "encode" | "store";

export class Laps {
  readonly ms: Record<Lap, number> = { wait: 0, fetch: 0, encode: 0, store: 0 };

  /** Adds what `work` takes to a lap. */
  async time<Result>(lap: Lap, work: () => Promise<Result>): Promise<Result> {
    const began = Date.now();
    try {
      return await work();
    } finally {
      this.ms[lap] += Date.now() - began;
    }
  }
}
