// The compiled engine as TypeScript sees it: what assembly/index.ts exports. Addresses are byte offsets into `memory`.

import { isTold, startEngine, statusIn } from "../engine-exports.ts";

export interface EngineExports {
  memory: WebAssembly.Memory;
  stageAddress(): number;
  beginPicture(mcusWide: number, mcusHigh: number, rowsInStrip: number, components: number, capBytes: number): number;
  setComponent(
    index: number,
    h: number,
    v: number,
    blocksWide: number,
    blocksHigh: number,
    outH: number,
    outV: number,
    outWide: number,
    outHigh: number,
    halvesAcross: number,
    halvesDown: number,
    coarsens: number,
    tableClass: number,
  ): number;
  setReduction(
    index: number,
    across: number,
    down: number,
    joinsAcross: number,
    joinsDown: number,
    samplesWide: number,
    samplesHigh: number,
  ): number;
  setSteps(index: number): void;
  addTable(valueCount: number, isDc: number): number;
  addedTable(): number;
  addScan(
    kind: number,
    bandStart: number,
    bandEnd: number,
    low: number,
    restartInterval: number,
    restarts: number,
    bytes: number,
  ): number;
  addPart(component: number, dcTable: number, acTable: number): void;
  takeStaged(count: number): void;
  endScan(): void;
  decode(rateDistortion: number): number;
  stoppedAtMcuRow(): number;
  stoppedInScan(): number;
  beginWriting(
    width: number,
    height: number,
    components: number,
    isOpaque: number,
    background: number,
    rateDistortion: number,
    capBytes: number,
  ): number;
  setWritingSteps(index: number): void;
  rowToWrite(): number;
  writeRow(): number;
  endWriting(): number;
  plannedBytes(): number;
  makeOutputRoom(bytes: number): number;
  plan(outMcusWide: number, outMcusHigh: number): number;
  codeSpec(code: number): number;
  codeValues(code: number): number;
  codeValueCount(code: number): number;
  writeInterleaved(): number;
  writeDc(): number;
  writeAc(component: number): number;
  outputStart(): number;
  peak(): number;

  beginRows(width: number, height: number, mcuAcross: number, mcuDown: number, colour: number): number;
  setPlane(index: number, across: number, down: number, width: number, height: number): number;
  readRows(mcuRow: number): number;
  rowsAddress(): number;
  rowCount(): number;
}

/** `assembly/memory.ts` has the same number. */
export const stageBytes = 64 * 1024;

/** `assembly/status.ts`, in its order. */
export const statuses = [
  "ok",
  "data_ran_out",
  "interval_too_short",
  "no_such_code",
  "run_too_long",
  "forbidden_symbol",
  "out_of_memory",
  "not_a_prefix_code",
] as const;

export type EngineStatus = (typeof statuses)[number];

/** `assembly/scan.ts`, in its order. */
export const scanKinds = ["sequential", "dc_first", "dc_refine", "ac_first", "ac_refine"] as const;

/** `assembly/read-rows.ts`, in its order. */
export const rowColours = ["grey", "ycbcr", "rgb"] as const;

export function statusOf(code: number): EngineStatus {
  return statusIn(statuses, code);
}

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): EngineExports {
  return startEngine(module, memory, isEngine, "JPEG");
}

function isEngine(exports: object): exports is EngineExports {
  return isTold(exports, "takeStaged");
}
