import { describe, expect, test } from "vitest";
import { ByteBudget } from "../../src/net/byte-budget.ts";
import type { ByteReservation } from "../../src/net/byte-budget.ts";

const never = 60_000;

function budget(changes: Partial<{ totalBytes: number; waitMs: number; holdMs: number; now: () => number }> = {}) {
  return new ByteBudget({ totalBytes: 100, waitMs: never, holdMs: never, ...changes });
}

/** Reserves in the background and writes down the order in which reservations are granted. */
function recorder(of: ByteBudget) {
  const granted: string[] = [];
  const held: Record<string, ByteReservation> = {};
  const ask = async (name: string, bytes: number) => {
    held[name] = await of.reserve(bytes);
    granted.push(name);
  };
  const give = (name: string) => held[name]?.release();
  return { granted, ask, give };
}

/** Lets everything that is ready to run do so. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("ByteBudget", () => {
  test("grants up to its total and not a byte more", async () => {
    const of = budget();
    const { granted, ask, give } = recorder(of);

    await ask("exactly", 60);
    await ask("full", 40);
    const late = ask("late", 1);
    await settle();
    expect(granted).toEqual(["exactly", "full"]);
    expect(of.reservedBytes).toBe(100);

    give("full");
    await late;
    expect(of.reservedBytes).toBe(61);
  });

  test("serves in order, so that small ones do not starve a large one", async () => {
    const { granted, ask, give } = recorder(budget());

    await ask("first", 50);
    const all = [ask("large", 80), ask("small", 10)];
    await settle();
    expect(granted).toEqual(["first"]);

    give("first");
    await Promise.all(all);
    expect(granted).toEqual(["first", "large", "small"]);
  });

  test("grants more than the whole budget when nothing else is held", async () => {
    const { granted, ask, give } = recorder(budget());

    await ask("one", 1);
    const huge = ask("huge", 1000);
    await settle();
    expect(granted).toEqual(["one"]);

    give("one");
    await huge;
    const next = ask("next", 1);
    await settle();
    expect(granted).toEqual(["one", "huge"]);

    give("huge");
    await next;
  });

  test("lets the next one in when a reservation shrinks, and never grows one", async () => {
    const of = budget();
    const held = await of.reserve(100);
    const { granted, ask } = recorder(of);
    const waiting = ask("waiting", 30);

    held.shrink(70);
    await waiting;
    expect(granted).toEqual(["waiting"]);
    held.shrink(90);
    expect(held.weight).toBe(70);
    expect(of.reservedBytes).toBe(100);
  });

  test("takes a release that is repeated for one", async () => {
    const of = budget();
    const held = await of.reserve(100);
    held.release();
    await of.reserve(60);

    held.release();
    held.shrink(0);

    expect(of.reservedBytes).toBe(60);
  });

  test("lets a waiter go ahead after its time, whatever is held", async () => {
    const of = budget({ waitMs: 5 });
    await of.reserve(100);

    const anyway = await of.reserve(50);

    expect(of.reservedBytes).toBe(150);
    anyway.release();
    expect(of.reservedBytes).toBe(100);
  });

  test("takes back what the dead hold, and nothing a moment before", async () => {
    let time = 0;
    const of = budget({ holdMs: 1000, now: () => time });
    const dead = await of.reserve(100);
    const { granted, ask, give } = recorder(of);

    time = 999;
    const waiting = ask("waiting", 10);
    await settle();
    expect(granted).toEqual([]);

    time = 1000;
    await ask("later", 10);
    await waiting;
    expect(of.reservedBytes).toBe(20);

    dead.release();
    give("later");
    expect(of.reservedBytes).toBe(10);
  });

  test("does not let a dead waiter stand in the way", async () => {
    let time = 0;
    const of = budget({ waitMs: never, now: () => time });
    const held = await of.reserve(50);
    void of.reserve(100);

    time = never;
    held.release();
    await of.reserve(60);

    expect(of.reservedBytes).toBe(60);
  });
});
