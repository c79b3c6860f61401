// Our own few lines between JavaScript and the wasm of @jsquash/png. Its own glue keeps one instance for the life of the
// isolate, whose memory never shrinks, and copies every picture once more; here each call gets a fresh instance and the
// decoded picture is a view of its memory.

// @ts-expect-error -- the package types this file as an instance; what a Worker imports is the compiled module
import compiled from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import type { Pixels } from "../../src/codecs/pixels.ts";

const wasm: WebAssembly.Module = compiled;

interface Exports {
  memory: WebAssembly.Memory;
  malloc: (bytes: number, align: number) => number;
  decode: (data: number, length: number) => number;
}

/**
 * Decodes a file that comes in parts. The picture is a view of wasm memory.
 * @throws WebAssembly.RuntimeError or Error when the decoder cannot read the file.
 */
export function decodePng(parts: Uint8Array[]): Pixels {
  const decoded: { picture?: Picture } = {};
  const instance = startInstance((picture) => {
    decoded.picture = picture;
  });
  const { at, length } = copyIn(instance, parts);
  instance.decode(at, length);
  const { picture } = decoded;
  if (picture === undefined) throw new Error("The PNG decoder gave nothing back.");
  const data = new Uint8Array(instance.memory.buffer, picture.at, picture.length);
  return { data, width: picture.width, height: picture.height };
}

/** Where in the wasm memory the decoder left what it decoded. */
interface Picture {
  at: number;
  length: number;
  width: number;
  height: number;
}

function startInstance(takePicture: (picture: Picture) => void): Exports {
  const holder: { exports?: Exports } = {};
  const memory = (): WebAssembly.Memory => {
    if (holder.exports === undefined) throw new Error("The PNG codec called back before it was started.");
    return holder.exports.memory;
  };
  // wasm-bindgen ends these names in a hash of its version.
  const functions: Record<string, (...args: number[]) => number | void> = {
    __wbg_newwithownedu8clampedarrayandsh: (at = 0, length = 0, width = 0, height = 0) => {
      takePicture({ at: at >>> 0, length: length >>> 0, width: width >>> 0, height: height >>> 0 });
      return 0;
    },
    __wbindgen_object_drop_ref: () => undefined,
    __wbindgen_throw: (at = 0, length = 0) => {
      throw new Error(new TextDecoder().decode(new Uint8Array(memory().buffer, at >>> 0, length >>> 0)));
    },
  };
  const wbg: Record<string, (...args: number[]) => number | void> = {};
  for (const { name } of WebAssembly.Module.imports(wasm)) {
    const known = functions[name.replace(/_[0-9a-f]{16}$/, "")];
    // The rest serves 16-bit decoding, which is not used.
    wbg[name] =
      known ??
      (() => {
        throw new Error(`The PNG codec called ${name}.`);
      });
  }
  holder.exports = readExports(new WebAssembly.Instance(wasm, { wbg }).exports);
  return holder.exports;
}

function readExports(exports: WebAssembly.Exports): Exports {
  const { memory, __wbindgen_malloc: malloc, decode } = exports;
  if (!(memory instanceof WebAssembly.Memory) || !isFunction(malloc) || !isFunction(decode)) {
    throw new Error("The PNG codec has other exports than expected.");
  }
  return { memory, malloc, decode };
}

function copyIn(instance: Exports, parts: (Uint8Array | Uint8ClampedArray)[]): { at: number; length: number } {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const at = instance.malloc(length, 1) >>> 0;
  const target = new Uint8Array(instance.memory.buffer, at, length);
  let to = 0;
  for (const part of parts) {
    target.set(part, to);
    to += part.length;
  }
  return { at, length };
}

function isFunction(value: unknown): value is (...args: number[]) => number {
  return typeof value === "function";
}
