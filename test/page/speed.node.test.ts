import { describe, expect, test } from "vitest";
import { Speed } from "../../src/page/app/job/speed.js";

describe("Speed", () => {
  test("is unknown before half a second has gone", () => {
    const speed = new Speed();
    speed.add(0, 0);
    speed.add(10, 499);
    expect(speed.perSecond).toBeNull();

    speed.add(10, 500);
    expect(speed.perSecond).toBe(20);
  });

  test("is that of the last ten seconds, and falls when nothing comes", () => {
    const speed = new Speed();
    for (let second = 0; second <= 20; second++) speed.add(second * 10, second * 1000);
    expect(speed.perSecond).toBe(10);

    speed.add(200, 30_000);
    expect(speed.perSecond).toBe(0);
  });

  test("begins again when a retry sets the count back", () => {
    const speed = new Speed();
    speed.add(100, 0);
    speed.add(40, 1000);
    speed.add(60, 2000);
    expect(speed.perSecond).toBe(20);
  });
});
