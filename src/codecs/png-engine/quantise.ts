// Writes a picture with at most 256 colours, wherever its rows come from: they are counted, a palette is chosen, and they
// pass again to be mapped to it and deflated.

import type { ImageFailure } from "../../errors.ts";
import { chooseForm, type OutputForm, type ProfileKind } from "./output-form.ts";
import { paletteGoal } from "./quality.ts";
import type { EngineExports } from "./wasm-exports.ts";
import { createStripDeflater, writeFile } from "./write-picture.ts";

export interface RowSupply {
  width: number;
  height: number;
  /** A source with a palette is art, and its colours are few on purpose. */
  hasPalette: boolean;
  /**
   * Calls a step of the engine with all rows from the first on. A full strip goes to `takeStrip`, whose false stops it.
   * The same each time.
   */
  pass(step: () => number, takeStrip: () => boolean): "done" | "stopped" | ImageFailure;
}

export interface QuantiseOptions {
  /** 1 to 100; see quality.ts. */
  quality: number;
  /** Whole chunks that go into the output, and whose profile is among them. */
  carried: Uint8Array[];
  profile: ProfileKind;
  /** A longer file is none. */
  mostBytes: number;
}

export interface QuantisedPng {
  bytes: Uint8Array;
  colours: number;
  /** Every pixel that is not fully transparent has the value that was given. */
  isExact: boolean;
}

/**
 * Of zlib. For mixed patterns 7 saves 1 % and 9 saves 3 %, in 1.2 and 2.7 times the time of the whole; exact flat art
 * gains 5 % by 7, and 10 % by 9 in three times the time.
 */
const deflateLevels = { lossy: 6, exact: 7 };
/** So few that trying twice costs next to nothing. */
const cheapPixels = 65_536;

/** The first passing. Afterwards the engine knows whether the picture has colours, and how many. */
export function countColours(wasm: EngineExports, rows: RowSupply): ImageFailure | null {
  const counted = rows.pass(() => wasm.count(), unexpectedStrip);
  return typeof counted === "object" ? counted : null;
}

/** What passes again. `countColours` must have come before. */
export function quantise(
  wasm: EngineExports,
  rows: RowSupply,
  { quality, carried, profile, mostBytes }: QuantiseOptions,
): QuantisedPng | ImageFailure {
  const { width, height } = rows;
  const isExact = wasm.isExact() !== 0 && !isGreyPhoto(wasm, rows);
  const goal = paletteGoal(quality);
  const colours = isExact ? wasm.chooseExact() : wasm.chooseLossy(goal.error, goal.colours);
  const isCheap = width * height <= cheapPixels;
  const used = isExact || !isCheap ? Array.from({ length: colours }, (_, index) => index) : findUsed(wasm, rows);
  if (!Array.isArray(used)) return used;
  const entries = new Uint8Array(wasm.memory.buffer, wasm.paletteAddress(), 4 * colours);
  const form = chooseForm(entries, used, profile);
  new Uint8Array(wasm.memory.buffer).set(form.values, wasm.valuesAddress());

  const level = isCheap ? 9 : isExact ? deflateLevels.exact : deflateLevels.lossy;
  let data = write(wasm, rows, form, { isFiltered: false, level, mostBytes });
  if (!Array.isArray(data)) return data;
  // Where neighbours differ a little everywhere, filters may do better than indices as they are; only trying tells. In
  // a mixed pattern they hardly ever do.
  if (isShaded(wasm, rows) && (isExact || isCheap)) {
    const filtered = write(wasm, rows, form, { isFiltered: true, level, mostBytes: lengthOf(data) });
    if (!Array.isArray(filtered)) return filtered;
    if (lengthOf(filtered) < lengthOf(data)) data = filtered;
  }
  const bytes = writeFile(width, height, form, carried, data);
  return bytes.length > mostBytes ? { kind: "already_small" } : { bytes, colours: used.length, isExact };
}

/** Maps for no more than to see which entries there is no pixel for: in a small file they weigh. */
function findUsed(wasm: EngineExports, rows: RowSupply): number[] | ImageFailure {
  wasm.beginOutput(8, 1, 0);
  const mapped = rows.pass(
    () => wasm.write(),
    () => {
      wasm.takenStrip();
      return true;
    },
  );
  if (typeof mapped === "object") return mapped;
  const marks = new Uint8Array(wasm.memory.buffer, wasm.usedAddress(), 256);
  return Array.from(marks.keys()).filter((index) => marks[index] === 1);
}

/** Rows become strips of indices, and strips one zlib stream, in pieces. It ends anywhere once it is too long. */
function write(
  wasm: EngineExports,
  rows: RowSupply,
  form: OutputForm,
  { isFiltered, level, mostBytes }: { isFiltered: boolean; level: number; mostBytes: number },
): Uint8Array[] | ImageFailure {
  const deflater = createStripDeflater(wasm, { level, mostBytes });
  wasm.beginOutput(form.depth, form.samples, isFiltered ? 1 : 0);
  const written = rows.pass(
    () => wasm.write(),
    () => deflater.takeStrip(),
  );
  if (typeof written === "object") return written;
  deflater.end();
  return deflater.parts;
}

/** A photograph in grey has no more than 256 colours, and is no flat art all the same. */
function isGreyPhoto(wasm: EngineExports, rows: RowSupply): boolean {
  return !rows.hasPalette && wasm.isGrey() !== 0 && isShaded(wasm, rows);
}

/** Neighbours differ in many places, as they do not in flat art. */
function isShaded(wasm: EngineExports, { width, height }: RowSupply): boolean {
  return wasm.runs() > (width * height) / 4;
}

function lengthOf(parts: Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function unexpectedStrip(): never {
  throw new Error("A strip before there is a palette");
}
