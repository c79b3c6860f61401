// Whether an opened picture is what picture.ts promises: whole rows, as many as it claims, opaque and grey where it says
// so, and the same again when it is read again.
import type { Picture } from "../../src/codecs/picture.ts";
import type { ImageFailure } from "../../src/errors.ts";
import type { Threw, Trial } from "./trial.ts";
import { problemOfFailure, verdictOn, type Verdict } from "./verdict.ts";

// Lies make pictures of any size; of larger ones only the beginning is read.
const readPixels = 1_000_000;

export async function judgePicture(opened: Picture | ImageFailure | Threw, trial: Trial): Promise<Verdict> {
  if ("kind" in opened) return verdictOn(opened);
  const { width, height } = opened;
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    return { outcome: "read", problem: `it has ${width} x ${height} pixels`, peakBytes: 0 };
  }
  const first = await readThrough(opened, trial);
  if (first.failure !== null) {
    const problem = first.wrong ?? problemOfFailure(first.failure);
    return { outcome: first.failure.kind, problem, peakBytes: 0 };
  }
  if (first.wrong !== null || first.isCut) {
    return { outcome: first.isCut ? "read in part" : "read", problem: first.wrong, peakBytes: 0 };
  }
  if (first.bytes !== 4 * width * height) {
    const problem = `${first.bytes} bytes came of ${width} x ${height} pixels`;
    return { outcome: "read", problem, peakBytes: 0 };
  }
  const second = await readThrough(opened, trial);
  const isSame = second.failure === null && second.hash === first.hash && second.bytes === first.bytes;
  return { outcome: "read", problem: isSame ? null : "it reads otherwise the second time", peakBytes: 0 };
}

interface Reading {
  failure: ImageFailure | Threw | null;
  wrong: string | null;
  bytes: number;
  hash: number;
  /** Ended by us. */
  isCut: boolean;
}

async function readThrough(picture: Picture, trial: Trial): Promise<Reading> {
  const { width, hasAlpha, isGrey } = picture;
  const reading: Reading = { failure: null, wrong: null, bytes: 0, hash: 0x811c9dc5, isCut: false };
  reading.failure = await trial.run(() =>
    picture.read((rows) => {
      if (reading.isCut) reading.wrong ??= "rows come after the last that were wanted";
      if (rows.length === 0 || rows.length % (4 * width) !== 0) reading.wrong ??= "it hands out a part of a row";
      if (!hasAlpha && !isOpaque(rows)) reading.wrong ??= "it claims to be opaque and is not";
      if (isGrey && !hasNoColour(rows)) reading.wrong ??= "it claims to be grey and is not";
      for (let at = 0; at < rows.length; at += 3) {
        reading.hash = Math.imul(reading.hash ^ (rows[at] ?? 0), 0x01000193);
      }
      reading.bytes += rows.length;
      reading.isCut = reading.bytes > 4 * readPixels;
      return !reading.isCut;
    }),
  );
  return reading;
}

function isOpaque(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return false;
  return true;
}

function hasNoColour(rgba: Uint8Array): boolean {
  for (let at = 0; at < rgba.length; at += 4) {
    if (rgba[at] !== rgba[at + 1] || rgba[at] !== rgba[at + 2]) return false;
  }
  return true;
}
