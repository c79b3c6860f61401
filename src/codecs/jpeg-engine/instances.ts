// Instances of the compiled engine. One that is done waits for the next picture, unless it has grown: wasm memory never
// shrinks. Whoever reads a picture and writes another at once gets two.
import { type EngineExports, instantiate } from "./wasm-exports.ts";

export interface EngineInstances {
  /** Lends an instance whose memory may grow to `capBytes`, until `work` returns. */
  use<Result>(capBytes: number, work: (wasm: EngineExports) => Result): Result;
  /** Memory of the instance that waits for the next picture. */
  idleBytes(): number;
  /** Leaves that instance to the garbage collector. */
  release(): void;
}

/** An instance that has grown past this is dropped after its picture. */
const keptMemoryBytes = 8 * 1024 * 1024;

export function createInstances(module: WebAssembly.Module): EngineInstances {
  let idle: EngineExports | null = null;
  return {
    use(capBytes, work) {
      // The cap is one on growth: an instance that has more already would not feel it.
      const wasm = idle !== null && idle.memory.buffer.byteLength <= capBytes ? idle : instantiate(module);
      idle = null; // an instance that trapped would not be used again
      const result = work(wasm);
      if (wasm.memory.buffer.byteLength <= keptMemoryBytes) idle = wasm;
      return result;
    },
    idleBytes() {
      return idle?.memory.buffer.byteLength ?? 0;
    },
    release() {
      idle = null;
    },
  };
}
