// Any picture as a PNG of at most 256 colours. It is read twice, to count its colours and to write them (and once more
// where exact colours are tried with filters); a small one once, and held in between, as whoever reads it may have to
// decode and scale a far larger source for it.

import type { ImageFailure } from "../../errors.ts";
import type { Metadata, Picture } from "../picture.ts";
import { failureOf, type PictureLimit } from "./failures.ts";
import { metadataChunks } from "./metadata-chunks.ts";
import { countColours, quantise, type QuantisedPng, type RowSupply } from "./quantise.ts";
import { type EngineExports, type EngineStatus, statusOf } from "./wasm-exports.ts";

export interface WriteOptions {
  /** 1 to 100; see quality.ts. Pictures of few colours stay as they are at any quality. */
  quality: number;
  metadata: Metadata;
  /** How far the wasm memory may grow; only for a very wide picture it needs more than 12 MB. */
  maxMemoryBytes: number;
  /** A longer file is none: `already_small`. */
  mostBytes: number;
}

/** Of the rows of a picture that is held: 1.5 megapixels. */
const heldBytes = 6 * 1024 * 1024;

export function writeRows(
  wasm: EngineExports,
  picture: Picture,
  { quality, metadata, maxMemoryBytes, mostBytes }: WriteOptions,
  limit: PictureLimit,
): QuantisedPng | ImageFailure {
  const { width, height } = picture;
  // Rows take some 40 bytes a column beside the plane.
  const isHeld = width * height <= Math.min(heldBytes / 4, limit.limitPixels - 16 * width);
  const begun = statusOf(wasm.beginGiven(width, height, isHeld ? 1 : 0, maxMemoryBytes));
  if (begun !== "ok") return failureOf(begun, limit);
  const rows: RowSupply = {
    width,
    height,
    hasPalette: false,
    pass: (step, takeStrip) => giveRows(wasm, picture, step, takeStrip),
  };
  const failure = countColours(wasm, rows);
  if (failure !== null) return failure;
  const { chunks, profile } = metadataChunks(metadata, { isGrey: wasm.isGrey() !== 0 });
  return quantise(wasm, rows, { quality, carried: chunks, profile, mostBytes });
}

/** Reads the picture and calls the step with as many rows as the engine takes at once, or with those it holds. */
function giveRows(
  wasm: EngineExports,
  picture: Picture,
  step: () => number,
  takeStrip: () => boolean,
): "done" | "stopped" | ImageFailure {
  const last: { status: EngineStatus } = { status: "needs_input" };
  const run = (): void => {
    do last.status = statusOf(step());
    while (last.status === "strip_full" && takeStrip());
  };
  if (wasm.isHeld() !== 0) run();
  else {
    const failure = picture.read((rows) => {
      for (let at = 0; at < rows.length && last.status !== "strip_full";) {
        if (last.status === "ok") throw new Error(`A picture of ${picture.height} rows gave more`);
        const some = rows.subarray(at, at + wasm.givenRoom());
        new Uint8Array(wasm.memory.buffer).set(some, wasm.givenTail());
        wasm.addGiven(some.length);
        at += some.length;
        run();
      }
      // After the last row the source may still have something to check.
      return last.status !== "strip_full";
    });
    if (failure !== null) return failure;
  }
  switch (last.status) {
    case "ok":
      return "done";
    case "strip_full":
      return "stopped";
    default:
      throw new Error(`The engine stopped with ${last.status} at rows that were given`);
  }
}
