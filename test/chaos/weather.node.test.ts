import { expect, test } from "vitest";
import { fateOf, forecast, parts } from "./weather.ts";

test("a seed names its weather and its fates", () => {
  const fates = () => parts.flatMap((part) => Array.from({ length: 50 }, (_, n) => fateOf(forecast(7), part, n, 0.2)));

  expect(forecast(7)).toEqual(forecast(7));
  expect(fates()).toEqual(fates());
});

test("two seeds are two runs", () => {
  expect(forecast(7)).not.toEqual(forecast(8));
});

test("about as many calls go wrong as the weather says, half of them done and half not", () => {
  const fates = Array.from({ length: 10_000 }, (_, n) => fateOf({ ...forecast(1), death: 0 }, "d1", n, 0.2));
  const share = (fate: string) => fates.filter((each) => each === fate).length / fates.length;

  expect(share("before")).toBeCloseTo(0.1, 1);
  expect(share("after")).toBeCloseTo(0.1, 1);
  expect(share("slow")).toBeCloseTo(0.1, 1);
  expect(share("well")).toBeCloseTo(0.7, 1);
});
