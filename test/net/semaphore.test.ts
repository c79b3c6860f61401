import { describe, expect, test } from "vitest";
import { Semaphore } from "../../src/net/semaphore.ts";

const never = 60_000;

describe("Semaphore.tryAcquire", () => {
  test("gives what fits, to the last part, and nothing past it", () => {
    const semaphore = new Semaphore({ capacity: 3, waitMs: never, holdMs: never });

    const first = semaphore.tryAcquire(2);
    expect(semaphore.tryAcquire(2)).toBeNull();
    expect(semaphore.tryAcquire(1)?.weight).toBe(1);
    expect(semaphore.used).toBe(3);

    first?.release();
    expect(semaphore.used).toBe(1);
  });

  test("overtakes nobody who waits", async () => {
    const semaphore = new Semaphore({ capacity: 3, waitMs: never, holdMs: never });
    const first = semaphore.tryAcquire(2);
    const large = semaphore.acquire(3);

    expect(semaphore.tryAcquire(1)).toBeNull();

    first?.release();
    (await large).release();
    expect(semaphore.isIdle).toBe(true);
  });

  test("takes back from the dead before it looks", () => {
    let now = 0;
    const semaphore = new Semaphore({ capacity: 1, waitMs: never, holdMs: 100, now: () => now });
    semaphore.tryAcquire(1);

    now = 99;
    expect(semaphore.tryAcquire(1)).toBeNull();
    now = 100;
    expect(semaphore.tryAcquire(1)).not.toBeNull();
  });
});
