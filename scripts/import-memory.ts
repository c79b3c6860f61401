// jSquash's modules bring their memory along. Here each is written anew, with the one change that it imports it
// (`env.memory`), so that the codecs of an isolate can share one: WebAssembly Core Specification 2, binary format, 5.5.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { projectFolder } from "./wrangler.ts";

const codecs = [
  { module: "webp/codec/dec/webp_dec.wasm", folder: "src/codecs/jsquash" },
  { module: "webp/codec/enc/webp_enc_simd.wasm", folder: "src/codecs/jsquash" },
  { module: "avif/codec/dec/avif_dec.wasm", folder: "src/codecs/jsquash" },
  { module: "avif/codec/enc/avif_enc.wasm", folder: "src/codecs/jsquash" },
  { module: "jxl/codec/dec/jxl_dec.wasm", folder: "src/codecs/jsquash" },
  { module: "jpeg/codec/dec/mozjpeg_dec.wasm", folder: "test/support/jsquash" },
  { module: "jpeg/codec/enc/mozjpeg_enc.wasm", folder: "test/support/jsquash" },
] as const;

const sections = { import: 2, memory: 5, global: 6 } as const;
const headerBytes = 8;
const pageBytes = 64 * 1024;
const i32 = { type: 0x7f, constant: 0x41 } as const;

export function writeImportingCodecs(): void {
  for (const { module, folder } of codecs) {
    const from = join(projectFolder, "node_modules/@jsquash", module);
    const to = join(projectFolder, folder);
    mkdirSync(to, { recursive: true });
    writeFileSync(join(to, basename(module)), importMemory(readFileSync(from)));
  }
}

/**
 * The same module with its one memory imported, which need not be larger at the start than what is laid out there: data
 * and stack. Emscripten's allocator begins behind the stack and grows the memory when it needs more.
 * @throws Error when the module is not of the kind that is known here.
 */
export function importMemory(module: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [module.subarray(0, headerBytes)];
  const all = [...sectionsOf(module)];
  const body = (id: number) => all.find((section) => section.id === id)?.body;
  const limits = readMemory(body(sections.memory));
  const pages = Math.ceil(readStackTop(body(sections.global)) / pageBytes);
  if (body(sections.import) === undefined) throw new Error("The module imports nothing.");
  for (const { id, body: bytes } of all) {
    if (id === sections.memory) continue;
    const written = id === sections.import ? addMemory(bytes, pages, limits.mostPages) : bytes;
    parts.push(Uint8Array.of(id, ...leb(written.length)), written);
  }
  return Buffer.concat(parts);
}

function* sectionsOf(module: Uint8Array): Generator<{ id: number; body: Uint8Array }> {
  for (let at = headerBytes; at < module.length;) {
    const id = module[at] ?? 0;
    const size = readLeb(module, at + 1);
    yield { id, body: module.subarray(size.end, size.end + size.value) };
    at = size.end + size.value;
  }
}

/** One memory with a maximum. */
function readMemory(body: Uint8Array | undefined): { mostPages: number } {
  if (body?.[0] !== 1 || body[1] !== 1) throw new Error("The module has no memory of its own with a maximum.");
  return { mostPages: readLeb(body, readLeb(body, 2).end).value };
}

/** The first global is the stack pointer (LLVM's linker), which starts at the top of the stack, above all data. */
function readStackTop(body: Uint8Array | undefined): number {
  const [, type, isMutable, instruction] = body ?? [];
  if (body === undefined || type !== i32.type || isMutable !== 1 || instruction !== i32.constant) {
    throw new Error("The module's first global is no stack pointer.");
  }
  return readLeb(body, 4).value;
}

function addMemory(body: Uint8Array, pages: number, mostPages: number): Uint8Array {
  const count = readLeb(body, 0);
  const memory = [...name("env"), ...name("memory"), 2, 1, ...leb(pages), ...leb(mostPages)];
  return Buffer.concat([Uint8Array.from(leb(count.value + 1)), body.subarray(count.end), Uint8Array.from(memory)]);
}

/** Short and plain. */
function name(text: string): number[] {
  return [text.length, ...Buffer.from(text)];
}

/** LEB128 without sign; also right for what is signed and not negative. */
function readLeb(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let shift = 0, end = at; ; shift += 7) {
    const byte = bytes[end++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end };
  }
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

if (import.meta.main) writeImportingCodecs();
