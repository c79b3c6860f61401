// The compiled engine as TypeScript sees it: what assembly/index.ts exports. Addresses are byte offsets into `memory`.

import { isTold, startEngine, statusIn } from "../engine-exports.ts";

export interface EngineExports {
  memory: WebAssembly.Memory;
  beginPicture(
    width: number,
    height: number,
    colourType: number,
    depth: number,
    interlaced: number,
    capBytes: number,
  ): number;
  beginGiven(width: number, height: number, isHeld: number, capBytes: number): number;
  beginReading(
    width: number,
    height: number,
    colourType: number,
    depth: number,
    interlaced: number,
    capBytes: number,
  ): number;
  setPaletteSize(count: number): void;
  setPaletteEntry(index: number, rgba: number): void;
  setKey(red: number, green: number, blue: number): void;
  inputTail(): number;
  inputRoom(): number;
  addInput(bytes: number, isLast: number): void;
  givenTail(): number;
  givenRoom(): number;
  addGiven(bytes: number): void;
  isHeld(): number;
  restartReading(): void;
  readRows(): number;
  takenRows(): void;
  batchAddress(): number;
  batchBytes(): number;
  count(): number;
  isExact(): number;
  runs(): number;
  isGrey(): number;
  hasLostDepth(): number;
  chooseExact(): number;
  chooseLossy(target: number, most: number): number;
  paletteAddress(): number;
  valuesAddress(): number;
  usedAddress(): number;
  beginOutput(depth: number, samples: number, filtered: number): void;
  write(): number;
  stripAddress(): number;
  stripBytes(): number;
  stripHistoryBytes(): number;
  stripChecksum(): number;
  takenStrip(): void;
  usedBytes(): number;
}

/** `assembly/status.ts`, in its order. */
export const statuses = [
  "ok",
  "needs_input",
  "strip_full",
  "data_ran_out",
  "bad_zlib_header",
  "bad_deflate",
  "too_much_data",
  "bad_checksum",
  "bad_filter",
  "bad_index",
  "out_of_memory",
] as const;

export type EngineStatus = (typeof statuses)[number];

export function statusOf(code: number): EngineStatus {
  return statusIn(statuses, code);
}

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): EngineExports {
  return startEngine(module, memory, isEngine, "PNG");
}

function isEngine(exports: object): exports is EngineExports {
  return isTold(exports, "takenStrip");
}
