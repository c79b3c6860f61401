// Instances of a compiled engine of ours. One that is done waits for the next picture, unless it has grown: wasm memory
// never shrinks. Whoever reads a picture and writes another at once gets two.

import type { Idle } from "./idle.ts";

export interface EngineInstances<Exports> extends Idle {
  /** Lends an instance whose memory may grow to `capBytes`, until `work` returns; one that trapped does not come back. */
  use<Result>(capBytes: number, work: (wasm: Exports) => Result): Result;
  /** The same for those who keep it longer, and give it back themselves. */
  take(capBytes: number): Exports;
  giveBack(wasm: Exports): void;
}

/** One that has grown past `keptMemoryBytes` is dropped after its picture. */
export function createInstances<Exports extends { memory: WebAssembly.Memory }>(
  start: () => Exports,
  keptMemoryBytes: number,
): EngineInstances<Exports> {
  let idle: Exports | null = null;
  const take = (capBytes: number): Exports => {
    // The cap is one on growth: an instance that has more already would not feel it.
    const wasm = idle !== null && idle.memory.buffer.byteLength <= capBytes ? idle : start();
    idle = null;
    return wasm;
  };
  const giveBack = (wasm: Exports): void => {
    if (wasm.memory.buffer.byteLength <= keptMemoryBytes) idle = wasm;
  };
  return {
    use(capBytes, work) {
      const wasm = take(capBytes);
      const result = work(wasm);
      giveBack(wasm);
      return result;
    },
    take,
    giveBack,
    idleBytes() {
      return idle?.memory.buffer.byteLength ?? 0;
    },
    release() {
      idle = null;
    },
  };
}
