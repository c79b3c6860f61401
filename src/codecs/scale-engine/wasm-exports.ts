// The compiled engine as TypeScript sees it: what assembly/index.ts exports. Addresses are byte offsets into `memory`.

import { isTold, startEngine, statusIn } from "../engine-exports.ts";

export interface EngineExports {
  memory: WebAssembly.Memory;
  beginPicture(
    width: number,
    height: number,
    outWidth: number,
    outHeight: number,
    hasAlpha: number,
    capBytes: number,
  ): number;
  inputAddress(): number;
  addRows(count: number): void;
  makeRow(): number;
  outputAddress(): number;
  usedBytes(): number;
}

/** `assembly/status.ts`, in its order. */
export const statuses = ["ok", "out_of_memory"] as const;

export type EngineStatus = (typeof statuses)[number];

export function statusOf(code: number): EngineStatus {
  return statusIn(statuses, code);
}

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): EngineExports {
  return startEngine(module, memory, isEngine, "scale");
}

function isEngine(exports: object): exports is EngineExports {
  return isTold(exports, "makeRow");
}
