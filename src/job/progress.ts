// Counts the images of one job, each once. Pure; the coordinator stores it whole.

import type { Outcome } from "../errors.ts";

export interface Progress {
  /** Distinct images: positions 1 to `images`. */
  images: number;
  /** URLs in the CSV. An image weighs as often as its URL is used. */
  imagesTotal: number;
  /** One bit per position. This is what makes the second report of an image change nothing. */
  reported: Uint8Array;
  reportedCount: number;
  succeeded: number;
  failed: number;
  /** Of those that succeeded, the outputs of an earlier job. Absent where nobody has counted them yet. */
  reused?: number;
  /** Of distinct images that succeeded. */
  bytesIn: number;
  bytesOut: number;
}

export interface CountedOutcome {
  position: number;
  uses: number;
  outcome: Outcome;
  bytesIn: number | null;
  bytesOut: number | null;
  reused?: boolean;
}

export function newProgress(images: number, imagesTotal: number): Progress {
  return {
    images,
    imagesTotal,
    reported: new Uint8Array(Math.ceil(images / 8)),
    reportedCount: 0,
    succeeded: 0,
    failed: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
}

/** Adds an outcome; false, and no change, when its position is already counted or not of this job. */
export function countOutcome(progress: Progress, counted: CountedOutcome): boolean {
  const { position } = counted;
  if (!Number.isInteger(position) || position < 1 || position > progress.images) return false;
  if (isReported(progress, position)) return false;
  progress.reported[(position - 1) >> 3] = byteOf(progress, position) | bitOf(position);
  progress.reportedCount += 1;
  if (counted.outcome === "failed") {
    progress.failed += counted.uses;
  } else {
    progress.succeeded += counted.uses;
    if (counted.reused === true) progress.reused = (progress.reused ?? 0) + counted.uses;
    progress.bytesIn += counted.bytesIn ?? 0;
    progress.bytesOut += counted.bytesOut ?? 0;
  }
  return true;
}

export function isComplete(progress: Progress): boolean {
  return progress.reportedCount === progress.images;
}

/** The positions up to and including `last` that nobody has reported, in order. */
export function unreportedUpTo(progress: Progress, last: number): number[] {
  const positions: number[] = [];
  for (let position = 1; position <= last; position++) {
    if (!isReported(progress, position)) positions.push(position);
  }
  return positions;
}

/** Of the positions behind `after` that nobody has reported, the first `count`, in order. */
export function unreportedAfter(progress: Progress, after: number, count: number): number[] {
  const positions: number[] = [];
  for (let position = after + 1; position <= progress.images && positions.length < count; position++) {
    if (!isReported(progress, position)) positions.push(position);
  }
  return positions;
}

function isReported(progress: Progress, position: number): boolean {
  return (byteOf(progress, position) & bitOf(position)) !== 0;
}

function byteOf(progress: Progress, position: number): number {
  return progress.reported[(position - 1) >> 3] ?? 0;
}

function bitOf(position: number): number {
  return 1 << ((position - 1) & 7);
}
