// Compiles the AssemblyScript of the engines. Raw loads and stores only, so the runtime is a stub; memory is imported, as
// src/codecs/wasm-memories.ts lends it.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const engines = ["jpeg-engine", "png-engine", "scale-engine"];
const build = ["--runtime", "stub", "-O3", "--noAssert", "--enable", "simd", "--importMemory"];
/** Vectors in function types, which never reach JavaScript. */
const quiet = ["--disableWarning", "112"];

export function buildEngines(): void {
  for (const engine of engines) {
    const folder = join("src/codecs", engine);
    const files = [join(folder, "assembly/index.ts"), "--outFile", join(folder, `${engine}.wasm`)];
    execFileSync("asc", [...files, ...build, ...quiet], { stdio: ["ignore", "ignore", "inherit"] });
  }
}

if (import.meta.main) buildEngines();
