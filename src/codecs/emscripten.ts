// Runs the emscripten codecs of jSquash without a single await: the module is compiled already and the
// instance is made by hand, so that the codec is ready when its factory returns. No other image can come between decode
// and encode, and no lock is needed that a killed invocation could leave locked.
//
// The glue code of these codecs sets `globalThis.ImageData` where there is none, and their pictures are instances of it.
// That is theirs; nothing of ours reads it.

import { makeRoomBeside, type Idle } from "./idle.ts";

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

interface Instance<Module> {
  module: Module;
  memory: WebAssembly.Memory;
  /** With how much it started: a new one would hold no less. */
  startBytes: number;
  cap: MemoryCap;
}

interface MemoryCap {
  bytes: number;
  waiting: Idle | null;
  besideBytes: number;
  /** Attempts to grow that failed since the last that did not. */
  failedAttempts: number;
  /** An allocation has failed. */
  exhausted: boolean;
}

export type Run<Result> =
  | { kind: "done"; result: Result; memoryBytes: number }
  /** The codec gave up on its input. */
  | { kind: "refused"; cause: unknown }
  /** It gave up because it may not have more memory. */
  | { kind: "out_of_memory" };

export interface RunOptions {
  /** An instance that holds more already is not used again; `maxBytes` where nothing is said. */
  usefulBytes?: number;
  /** What is let go as soon as this codec and it hold more than `besideBytes`. */
  waiting?: Idle | undefined;
  /** `maxBytes` where nothing is said. */
  besideBytes?: number;
}

export interface Engine<Module> extends Idle {
  /**
   * Calls `work` with a codec whose memory may grow up to `maxBytes`; null from `work` means that the codec gave up. Its
   * instance waits for the next image, however far it has grown: V8 does not see how much a dead one holds, and lets
   * them pile up.
   */
  run<Result>(maxBytes: number, work: (module: Module) => Result | null, options?: RunOptions): Run<Result>;
}

const wasmPageBytes = 64 * 1024;

const attemptsToGrow = 3;

export function createEngine<Module>(factory: Factory<Module>, wasm: WebAssembly.Module): Engine<Module> {
  let idle: Instance<Module> | null = null;
  return {
    run(maxBytes, work, { usefulBytes = maxBytes, waiting = null, besideBytes = maxBytes } = {}) {
      // The cap is one on growth: an instance that has more already would not feel it.
      const isUseful = idle !== null && bytesOf(idle) <= Math.max(idle.startBytes, Math.min(maxBytes, usefulBytes));
      const instance = idle !== null && isUseful ? idle : startInstance(factory, wasm);
      // After a throw it is not to be trusted: libjpeg's error handler ends in `exit(1)` in the middle of everything.
      idle = null;
      const allowed = { bytes: maxBytes, waiting, besideBytes, failedAttempts: 0, exhausted: false };
      Object.assign(instance.cap, allowed satisfies MemoryCap);
      makeRoom(bytesOf(instance), instance.cap);
      const run = runIn(instance, work);
      if (run.kind === "done") idle = instance;
      return run;
    },
    idleBytes() {
      return idle === null ? 0 : bytesOf(idle);
    },
    release() {
      idle = null;
    },
  };
}

function bytesOf({ memory }: Pick<Instance<unknown>, "memory">): number {
  return memory.buffer.byteLength;
}

function makeRoom(memoryBytes: number, { waiting, besideBytes }: MemoryCap): void {
  if (waiting !== null) makeRoomBeside(waiting, memoryBytes, besideBytes);
}

function runIn<Module, Result>(
  { module, memory, cap }: Instance<Module>,
  work: (module: Module) => Result | null,
): Run<Result> {
  let cause: unknown = null;
  try {
    const result = work(module);
    // libwebp may pass a failed allocation over and hand out a file of noise.
    if (result !== null && !cap.exhausted) {
      return { kind: "done", result, memoryBytes: memory.buffer.byteLength };
    }
  } catch (error) {
    // Our own JavaScript ran out of memory, which says nothing about the picture.
    if (error instanceof RangeError && !cap.exhausted) throw error;
    cause = error;
  }
  return cap.exhausted ? { kind: "out_of_memory" } : { kind: "refused", cause };
}

function startInstance<Module>(factory: Factory<Module>, wasm: WebAssembly.Module): Instance<Module> {
  const started: { module?: Module; memory?: WebAssembly.Memory } = {};
  const cap: MemoryCap = { bytes: 0, waiting: null, besideBytes: 0, failedAttempts: 0, exhausted: false };
  factory({
    noInitialRun: true,
    print: ignore,
    printErr: ignore,
    instantiateWasm(imports, ready) {
      const instance = new WebAssembly.Instance(wasm, imports);
      const memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
      if (memory !== undefined) {
        capGrowth(memory, cap);
        started.memory = memory;
      }
      ready(instance);
      return instance.exports;
    },
    onRuntimeInitialized() {
      started.module = this;
    },
  });
  const { module, memory } = started;
  if (module === undefined || memory === undefined) throw new Error("The codec did not start at once.");
  return { module, memory, startBytes: bytesOf({ memory }), cap };
}

/** What a codec prints of a stranger's file has no place in our log. */
function ignore(): void {}

/**
 * Emscripten's allocator grows the memory from JavaScript, through this one object. It asks for more than it needs and,
 * when that throws, for less, three times in all; then the allocation has failed.
 */
function capGrowth(memory: WebAssembly.Memory, cap: MemoryCap): void {
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    const bytes = memory.buffer.byteLength + pages * wasmPageBytes;
    if (bytes > cap.bytes) {
      cap.failedAttempts++;
      if (cap.failedAttempts === attemptsToGrow) cap.exhausted = true;
      throw new RangeError("The codec may not have more memory.");
    }
    cap.failedAttempts = 0;
    makeRoom(bytes, cap);
    return grow(pages);
  };
}
