import { describe, expect, test } from "vitest";
import { importMemory } from "../../scripts/import-memory.ts";

/** `(module (memory 2 9) (global (mut i32) (i32.const 200000)) (func (export "f") (result i32) (i32.load (i32.const 8))))`. */
const sections = {
  types: [1, 5, 1, 0x60, 0, 1, 0x7f],
  functions: [3, 2, 1, 0],
  memory: [5, 4, 1, 1, 2, 9],
  globals: [6, 8, 1, 0x7f, 1, 0x41, 0xc0, 0x9a, 0x0c, 0x0b],
  exports: [7, 5, 1, 1, 0x66, 0, 0],
  code: [10, 9, 1, 7, 0, 0x41, 8, 0x28, 2, 0, 0x0b],
};

function moduleOf(changed: Partial<typeof sections> & { imports?: number[] } = {}): Uint8Array<ArrayBuffer> {
  const { types, ...rest } = { ...sections, ...changed };
  const { imports = [2, 1, 0], ...others } = rest;
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...types, ...imports, ...Object.values(others).flat()]);
}

function start(module: Uint8Array, memory: WebAssembly.Memory): WebAssembly.Instance {
  // The Worker's types say that nothing can be compiled there.
  const compiled: WebAssembly.Module = Reflect.construct(WebAssembly.Module, [module]);
  return new WebAssembly.Instance(compiled, { env: { memory } });
}

describe("importMemory", () => {
  test("makes a module work in the memory that it is given", () => {
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 9 });
    new DataView(memory.buffer).setInt32(8, 4711, true);

    const { f } = start(importMemory(moduleOf()), memory).exports;

    expect(typeof f === "function" && f()).toBe(4711);
  });

  test("asks for as many pages as data and stack fill, and no more than its maximum", () => {
    const module = importMemory(moduleOf());
    const memoryOf = (initial: number, maximum: number) => new WebAssembly.Memory({ initial, maximum });

    // 200,000 bytes are 3.05 pages.
    expect(() => start(module, memoryOf(4, 9))).not.toThrow();
    expect(() => start(module, memoryOf(3, 9))).toThrow("memory import");
    expect(() => start(module, memoryOf(4, 10))).toThrow("memory import");
  });

  test("refuses a module that has no memory of its own, no imports, or no stack pointer", () => {
    expect(() => importMemory(moduleOf({ memory: [] }))).toThrow("no memory of its own");
    expect(() => importMemory(moduleOf({ memory: [5, 3, 1, 0, 2] }))).toThrow("no memory of its own");
    expect(() => importMemory(moduleOf({ imports: [] }))).toThrow("imports nothing");
    expect(() => importMemory(moduleOf({ globals: [] }))).toThrow("no stack pointer");
    expect(() => importMemory(moduleOf({ globals: [6, 6, 1, 0x7f, 0, 0x41, 7, 0x0b] }))).toThrow("no stack pointer");
  });
});
