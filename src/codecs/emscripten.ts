// Runs the emscripten codecs of jSquash without a single await: the module is compiled already and the
// instance is made by hand, so that the codec is ready when its factory returns. No other image can come between decode
// and encode, and no lock is needed that a killed invocation could leave locked.
//
// The glue code of these codecs sets `globalThis.ImageData` where there is none, and their pictures are instances of it.
// That is theirs; nothing of ours reads it.

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
  cap: MemoryCap;
}

interface MemoryCap {
  bytes: number;
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

export interface Engine<Module> {
  /** Calls `work` with a codec whose memory may grow up to `maxBytes`; null from `work` means that the codec gave up. */
  run<Result>(maxBytes: number, work: (module: Module) => Result | null): Run<Result>;
  /** Memory of the instance that waits for the next image. */
  idleBytes(): number;
  /** Leaves that instance to the garbage collector. */
  release(): void;
}

/**
 * These codecs start with 16 MiB. An instance that had to grow never shrinks again and is not kept; one that did not is
 * used again, because dead instances pile up between two garbage collections. After a throw an instance is not to be
 * trusted: libjpeg's error handler ends in `exit(1)` in the middle of everything.
 */
const keptBytes = 17 * 1024 * 1024;

const wasmPageBytes = 64 * 1024;

const attemptsToGrow = 3;

export function createEngine<Module>(factory: Factory<Module>, wasm: WebAssembly.Module): Engine<Module> {
  let idle: Instance<Module> | null = null;
  return {
    run(maxBytes, work) {
      const instance = idle ?? startInstance(factory, wasm);
      idle = null;
      Object.assign(instance.cap, { bytes: maxBytes, failedAttempts: 0, exhausted: false } satisfies MemoryCap);
      const run = runIn(instance, work);
      if (run.kind === "done" && run.memoryBytes <= keptBytes) idle = instance;
      return run;
    },
    idleBytes() {
      return idle?.memory.buffer.byteLength ?? 0;
    },
    release() {
      idle = null;
    },
  };
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
  const cap: MemoryCap = { bytes: 0, failedAttempts: 0, exhausted: false };
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
  return { module, memory, cap };
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
    if (memory.buffer.byteLength + pages * wasmPageBytes > cap.bytes) {
      cap.failedAttempts++;
      if (cap.failedAttempts === attemptsToGrow) cap.exhausted = true;
      throw new RangeError("The codec may not have more memory.");
    }
    cap.failedAttempts = 0;
    return grow(pages);
  };
}
