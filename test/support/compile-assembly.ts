// One AssemblyScript file of an engine as a module of its own, so that a test reaches what the engine does not export.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileWasm } from "./compile-wasm.ts";

export function compileAssembly(path: string): WebAssembly.Module {
  const folder = mkdtempSync(join(tmpdir(), "halftone-assembly-"));
  const outFile = join(folder, "module.wasm");
  try {
    execFileSync("asc", [path, "--outFile", outFile, "--runtime", "stub", "-O3", "--noAssert", "--enable", "simd"], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    return compileWasm(outFile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
