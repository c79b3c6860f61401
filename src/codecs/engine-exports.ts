// What the engines of our own have in common as TypeScript sees them: exports without types, and answers that are numbers.

/** The answer in words: `statuses` are those of the engine's `assembly/status.ts`, in its order. */
export function statusIn<Status extends string>(statuses: readonly Status[], code: number): Status {
  const status = statuses[code];
  if (status === undefined) throw new Error(`The engine answered ${code}`);
  return status;
}

/** What the static data of each of our engines fits in. */
export const leastEngineBytes = 64 * 1024;

/**
 * An instance in a memory of `leastEngineBytes` at least, once its exports are known for those of the engine; `name` is
 * for the words when they are not.
 */
export function startEngine<Exports extends object>(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  isEngine: (exports: object) => exports is Exports,
  name: string,
): Exports {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  if (!isEngine(exports)) throw new Error(`This is not the ${name} engine`);
  return exports;
}

/** A wasm module's exports carry no types: one name tells the module, the compiler wrote the rest with it. */
export function isTold(exports: object, by: string): boolean {
  return "memory" in exports && typeof Reflect.get(exports, by) === "function";
}
