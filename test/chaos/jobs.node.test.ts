import { expect, test } from "vitest";
import { imageUrl, mustBeReused, planRun, readImagePath } from "./jobs.ts";
import type { PlannedJob } from "./jobs.ts";
import { plainOptions } from "./options.ts";

const runs = Array.from({ length: 60 }, (_, seed) => planRun(seed + 1));

test("a seed names its jobs", () => {
  expect(planRun(7)).toEqual(planRun(7));
  expect(planRun(7)).not.toEqual(planRun(8));
});

test("a job that follows another asks for images of that one", () => {
  const strangers = runs.flatMap(({ jobs }) =>
    jobs.filter(({ follows, products }) => {
      const theirs = new Set(follows === null ? [] : jobs[follows.job]?.products.flat());
      return theirs.size > 12 && !products.flat().some((address) => theirs.has(address));
    }),
  );

  expect(strangers).toEqual([]);
});

test("nobody waits for a job to be deleted that nobody follows", () => {
  const forsaken = runs.flatMap(({ jobs }) =>
    jobs.filter(
      ({ act }, index) =>
        act === "delete later" && !jobs.some(({ follows }) => follows?.job === index && follows.when === "after"),
    ),
  );

  expect(forsaken).toEqual([]);
});

test("an image's path tells its kind and its run", () => {
  const url = imageUrl(["one.example", "two.example"], leader, "tagged/1-7");

  expect(readImagePath(new URL(url).pathname)).toEqual({ kind: "tagged", run: "9" });
});

const leader: PlannedJob = {
  name: "9-1",
  run: "9",
  products: [["jpeg/1-1", "jpeg/1-2"]],
  options: plainOptions,
  follows: null,
  hookFailures: null,
  mail: false,
  act: "nothing",
  actAfterMs: 0,
};
const follower: PlannedJob = { ...leader, name: "9-2", follows: { job: 0, when: "after" } };

test("what an ended job had is reused by the next one, for certain where nothing was taken away", () => {
  expect([...mustBeReused([leader, follower], follower)]).toEqual(["jpeg/1-1", "jpeg/1-2"]);
});

test.each([
  ["it came beside the other", leader, { ...follower, follows: { job: 0, when: "beside" } }],
  ["it wants none", leader, { ...follower, options: { ...plainOptions, reuse: false } }],
  ["its options differ", leader, { ...follower, options: { ...plainOptions, quality: 20 } }],
  ["the other was cancelled", { ...leader, act: "cancel" }, follower],
  ["the other is deleted", { ...leader, act: "delete later" }, follower],
] satisfies [string, PlannedJob, PlannedJob][])("a job need not reuse anything where %s", (_, one, other) => {
  expect(mustBeReused([one, other], other).size).toBe(0);
});
