// Compiles the JPEG engine's AssemblyScript. Raw loads and stores only, so the runtime is a stub.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const folder = "src/codecs/jpeg-engine";

export function buildJpegEngine(): void {
  const options = ["--runtime", "stub", "-O3", "--noAssert", "--enable", "simd"];
  execFileSync("asc", [join(folder, "assembly/index.ts"), "--outFile", join(folder, "jpeg-engine.wasm"), ...options], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

if (import.meta.main) buildJpegEngine();
