// Runs the emscripten codecs of jSquash (JPEG, WebP) without a single await: the module is compiled already and the
// instance is made by hand, so that the codec is ready when its factory returns. No other image can come between decode
// and encode, and no lock is needed that a killed invocation could leave locked.
//
// The glue code of these codecs sets `globalThis.ImageData` where there is none; decoded pictures are instances of it.

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

interface Instance<Module> {
  module: Module;
  memory: WebAssembly.Memory;
  /** What the codec printed, warnings of libjpeg above all. */
  said: string[];
}

export interface Engine<Module> {
  /** Calls `work` with a codec instance; what it throws, the codec threw, and the instance is gone. */
  run<Result>(work: (module: Module) => Result): { result: Result; said: string[] };
  /** Leaves the idle instance to the garbage collector. */
  release(): void;
}

/**
 * These codecs start with 16 MiB. An instance that had to grow never shrinks again and is not kept; one that did not is
 * used again, because dead instances pile up between two garbage collections. After a throw an instance is not to be
 * trusted: libjpeg's error handler ends in `exit(1)` in the middle of everything.
 */
const keptBytes = 17 * 1024 * 1024;

export function createEngine<Module>(
  factory: (options: ModuleOptions<Module>) => unknown,
  wasm: WebAssembly.Module,
): Engine<Module> {
  let idle: Instance<Module> | null = null;
  return {
    run(work) {
      const instance = idle ?? startInstance(factory, wasm);
      idle = null;
      const result = work(instance.module);
      if (instance.memory.buffer.byteLength <= keptBytes) idle = instance;
      return { result, said: instance.said.splice(0) };
    },
    release() {
      idle = null;
    },
  };
}

function startInstance<Module>(
  factory: (options: ModuleOptions<Module>) => unknown,
  wasm: WebAssembly.Module,
): Instance<Module> {
  const started: { module?: Module; memory?: WebAssembly.Memory } = {};
  const said: string[] = [];
  factory({
    noInitialRun: true,
    print: (line) => said.push(line),
    printErr: (line) => said.push(line),
    instantiateWasm(imports, ready) {
      const instance = new WebAssembly.Instance(wasm, imports);
      for (const value of Object.values(instance.exports))
        if (value instanceof WebAssembly.Memory) started.memory = value;
      ready(instance);
      return instance.exports;
    },
    onRuntimeInitialized() {
      started.module = this;
    },
  });
  const { module, memory } = started;
  if (module === undefined || memory === undefined) throw new Error("The codec did not start at once.");
  return { module, memory, said };
}
