// What the coordinator of a job remembers: one value, stored whole, so that every change is one row written and none is
// ever half done.

import { newProgress } from "./progress.ts";
import type { Progress } from "./progress.ts";

export interface CoordinatorState {
  jobId: string;
  /** Where the API was called. */
  origin: string;
  /** What image links begin with. */
  imageBaseUrl: string;
  phase: "running" | "finishing" | "ended" | "reviving" | "discarding";
  cancelled: boolean;
  /** 1, and one more with every retry. */
  run: number;
  progress: Progress;
  /** In this run, positions up to here have been dispatched, or needed no dispatch. */
  cursor: number;
  /** Dispatched in this run and not reported. */
  outstanding: number;
  /** Messages sent in this run, and rounds of sending: more than the images and one where images stayed silent. */
  dispatched: number;
  rounds: number;
  startedAt: number;
  lastDispatchAt: number;
  /** Last dispatch or report: silence is counted from here. */
  lastNewsAt: number;
  /** Until then silence is expected: a consumer has put an image off. */
  quietUntil: number;
  /** Rounds of dispatching that brought no news at all. */
  silentRounds: number;
  completedAt: number | null;
  outputWritten: boolean;
  totalsRecorded: boolean;
  /** Alarms that failed in a row. */
  failures: number;
}

export interface NewCoordination {
  jobId: string;
  origin: string;
  imageBaseUrl: string;
  images: number;
  imagesTotal: number;
}

export function newState(job: NewCoordination, now: number): CoordinatorState {
  return {
    jobId: job.jobId,
    origin: job.origin,
    imageBaseUrl: job.imageBaseUrl,
    phase: "running",
    cancelled: false,
    run: 1,
    progress: newProgress(job.images, job.imagesTotal),
    cursor: 0,
    outstanding: 0,
    dispatched: 0,
    rounds: 1,
    startedAt: now,
    lastDispatchAt: now,
    lastNewsAt: now,
    quietUntil: 0,
    silentRounds: 0,
    completedAt: null,
    outputWritten: false,
    totalsRecorded: false,
    failures: 0,
  };
}

/** The same job once more, for the images that `progress` does not count. */
export function nextRun(state: CoordinatorState, progress: Progress, now: number): CoordinatorState {
  const { jobId, origin, imageBaseUrl } = state;
  const fresh = newState(
    { jobId, origin, imageBaseUrl, images: progress.images, imagesTotal: progress.imagesTotal },
    now,
  );
  return { ...fresh, progress, run: state.run + 1 };
}
