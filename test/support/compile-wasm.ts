import { readFileSync } from "node:fs";

/** Node may compile wasm from bytes; the global types are those of Workers, where only an import may, and call it abstract. */
export function compileWasm(path: string): WebAssembly.Module {
  const module: unknown = Reflect.construct(WebAssembly.Module, [readFileSync(path)]);
  if (module instanceof WebAssembly.Module) return module;
  throw new TypeError(`${path} is no wasm`);
}
