// Runs the emscripten codecs of jSquash without a single await: the module is compiled already and the
// instance is made by hand, so that the codec is ready when its factory returns. No other image can come between decode
// and encode, and no lock is needed that a killed invocation could leave locked.
//
// Their modules were changed to import their memory (scripts/import-memory.ts), so that it can be shared.
//
// The glue code of these codecs sets `globalThis.ImageData` where there is none, and their pictures are instances of it.
// That is theirs; nothing of ours reads it.

import { createInstances } from "./wasm-instances.ts";
import { wasmMemories, type Loan } from "./wasm-memories.ts";

/** What of emscripten's module options is used. */
interface ModuleOptions<Module> {
  noInitialRun: true;
  print: (line: string) => void;
  printErr: (line: string) => void;
  instantiateWasm: (
    imports: WebAssembly.Imports,
    ready: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports;
  onRuntimeInitialized: (this: Module) => void;
}

type Factory<Module> = (options: ModuleOptions<Module>) => unknown;

export type Run<Result> =
  | { kind: "done"; result: Result; memoryBytes: number }
  /** The codec gave up on its input. */
  | { kind: "refused"; cause: unknown }
  /** It gave up because it may not have more memory. */
  | { kind: "out_of_memory" };

export interface Engine<Module> {
  /**
   * Calls `work` with a codec whose memory may grow up to `roomBytes`, and takes about `usualBytes`; null from `work`
   * means that the codec gave up. Its instance waits for the next image.
   */
  run<Result>(room: { roomBytes: number; usualBytes: number }, work: (module: Module) => Result | null): Run<Result>;
  /** Memory of the instance that waits. */
  idleBytes(): number;
}

const attemptsToGrow = 3;

/** `leastBytes`: what its module asks for at its start. */
export function createEngine<Module extends object>(
  factory: Factory<Module>,
  wasm: WebAssembly.Module,
  leastBytes: number,
): Engine<Module> {
  const instances = createInstances(leastBytes, (memory) => startInstance(factory, wasm, memory));
  return {
    run(room, work) {
      const lent = instances.take(room);
      let isSound = false;
      try {
        const run = runIn(lent.instance, lent.loan, capGrowth(lent.loan, room.roomBytes), work);
        // Else it is not to be trusted: libjpeg's error handler ends in `exit(1)` in the middle of everything.
        isSound = run.kind === "done";
        return run;
      } finally {
        instances.giveBack(lent, isSound);
      }
    },
    idleBytes: () => instances.idleBytes(),
  };
}

interface Cap {
  /** An allocation has failed. */
  isExhausted: boolean;
}

/**
 * Emscripten's allocator grows the memory from JavaScript. It asks for more than it needs and, when that throws, for less,
 * three times in all; then the allocation has failed.
 */
function capGrowth(loan: Loan, roomBytes: number): Cap {
  const cap: Cap = { isExhausted: false };
  let failedAttempts = 0;
  loan.beforeGrowth = (bytes) => {
    if (bytes > roomBytes) {
      failedAttempts++;
      if (failedAttempts === attemptsToGrow) cap.isExhausted = true;
      throw new RangeError("The codec may not have more memory.");
    }
    failedAttempts = 0;
    wasmMemories.makeRoom(bytes, roomBytes);
  };
  return cap;
}

function runIn<Module, Result>(
  module: Module,
  { memory }: Loan,
  cap: Cap,
  work: (module: Module) => Result | null,
): Run<Result> {
  let cause: unknown = null;
  try {
    const result = work(module);
    // libwebp may pass a failed allocation over and hand out a file of noise.
    if (result !== null && !cap.isExhausted) return { kind: "done", result, memoryBytes: memory.buffer.byteLength };
  } catch (error) {
    // Our own JavaScript ran out of memory, which says nothing about the picture.
    if (error instanceof RangeError && !cap.isExhausted) throw error;
    cause = error;
  }
  return cap.isExhausted ? { kind: "out_of_memory" } : { kind: "refused", cause };
}

function startInstance<Module>(factory: Factory<Module>, wasm: WebAssembly.Module, memory: WebAssembly.Memory): Module {
  const started: { module?: Module } = {};
  factory({
    noInitialRun: true,
    print: ignore,
    printErr: ignore,
    instantiateWasm(imports, ready) {
      const instance = new WebAssembly.Instance(wasm, { ...imports, env: { memory } });
      ready(instance);
      return instance.exports;
    },
    onRuntimeInitialized() {
      started.module = this;
    },
  });
  if (started.module === undefined) throw new Error("The codec did not start at once.");
  return started.module;
}

/** What a codec prints of a stranger's file has no place in our log. */
function ignore(): void {}
