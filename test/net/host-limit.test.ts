import { describe, expect, test } from "vitest";
import { HostLimit } from "../../src/net/host-limit.ts";

const never = 60_000;
const options = { perHost: 6, waitMs: never, holdMs: never, maxHosts: 100 };

/** Lets everything that is ready to run do so. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Work that goes on until `finish` is called, and counts what runs at the same time. */
function workplace() {
  const running: (() => void)[] = [];
  let most = 0;
  const work = () =>
    new Promise<void>((resolve) => {
      running.push(resolve);
      most = Math.max(most, running.length);
    });
  const finish = async () => {
    running.shift()?.();
    await settle();
  };
  return { work, finish, running, most: () => most };
}

describe("HostLimit", () => {
  test("runs six downloads of one host at a time and the seventh after one of them", async () => {
    const limit = new HostLimit(options);
    const { work, finish, running, most } = workplace();

    const all = Array.from({ length: 8 }, () => limit.run("shop.example", work));
    await settle();
    expect(running).toHaveLength(6);
    await finish();
    expect(running).toHaveLength(6);
    while (running.length > 0) await finish();
    await Promise.all(all);

    expect(most()).toBe(6);
  });

  test("does not make one host wait for another", async () => {
    const limit = new HostLimit({ ...options, perHost: 1 });
    const { work, finish, running } = workplace();

    const all = [limit.run("a.example", work), limit.run("b.example", work), limit.run("a.example", work)];
    await settle();
    expect(running).toHaveLength(2);

    while (running.length > 0) await finish();
    await Promise.all(all);
  });

  test("hands on the result, and frees the place when the work throws", async () => {
    const limit = new HostLimit({ ...options, perHost: 1 });

    await expect(limit.run("a.example", () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");

    await expect(limit.run("a.example", () => Promise.resolve(7))).resolves.toBe(7);
  });

  test("forgets a host when its last download ends", async () => {
    const limit = new HostLimit(options);

    await Promise.all([
      limit.run("a.example", () => Promise.resolve()),
      limit.run("a.example", () => Promise.resolve()),
    ]);

    expect(limit.rememberedHosts).toBe(0);
  });

  test("remembers no more hosts than it may", async () => {
    const limit = new HostLimit({ ...options, maxHosts: 2 });
    const { work, finish, running } = workplace();

    const all = ["a.example", "b.example", "c.example"].map((host) => limit.run(host, work));
    await settle();

    expect(running).toHaveLength(3);
    expect(limit.rememberedHosts).toBe(2);
    while (running.length > 0) await finish();
    await Promise.all(all);
  });

  test("starts a download after its time although the host is busy", async () => {
    const limit = new HostLimit({ ...options, perHost: 1, waitMs: 5 });
    const { work, finish } = workplace();

    const stuck = limit.run("a.example", work);
    await expect(limit.run("a.example", () => Promise.resolve("went ahead"))).resolves.toBe("went ahead");

    await finish();
    await stuck;
  });
});
