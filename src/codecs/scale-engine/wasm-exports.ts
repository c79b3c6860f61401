// The compiled engine as TypeScript sees it: what assembly/index.ts exports. Addresses are byte offsets into `memory`.

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
  const status = statuses[code];
  if (status === undefined) throw new Error(`The engine answered ${code}`);
  return status;
}

export function instantiate(module: WebAssembly.Module): EngineExports {
  const { exports } = new WebAssembly.Instance(module);
  if (!isEngine(exports)) throw new Error("This is not the scale engine");
  return exports;
}

/** A wasm module's exports carry no types: one name tells the module, the compiler wrote the rest with it. */
function isEngine(exports: object): exports is EngineExports {
  return "memory" in exports && "makeRow" in exports && typeof exports.makeRow === "function";
}
