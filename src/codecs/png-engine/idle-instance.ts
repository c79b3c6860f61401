// Keeps an instance of the wasm between pictures. Its memory never shrinks, so one that has grown too large is dropped.

import { type EngineExports, instantiate } from "./wasm-exports.ts";

export interface IdleInstance {
  /** The idle one, or a new one if there is none or it holds more than `capBytes` already. */
  take(capBytes: number): EngineExports;
  /** After a picture; an instance that trapped must not come back. */
  giveBack(wasm: EngineExports): void;
  /** What the instance holds that waits for the next picture. */
  idleBytes(): number;
  /** Lets it go. */
  release(): void;
}

export function keepIdleInstance(module: WebAssembly.Module, keptMemoryBytes: number): IdleInstance {
  let idle: EngineExports | null = null;
  return {
    take(capBytes) {
      // The cap is one on growth: an instance that has more already would not feel it.
      const wasm = idle !== null && idle.memory.buffer.byteLength <= capBytes ? idle : instantiate(module);
      idle = null;
      return wasm;
    },
    giveBack(wasm) {
      idle = wasm.memory.buffer.byteLength <= keptMemoryBytes ? wasm : null;
    },
    idleBytes() {
      return idle?.memory.buffer.byteLength ?? 0;
    },
    release() {
      idle = null;
    },
  };
}
