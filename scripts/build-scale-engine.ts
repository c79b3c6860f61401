// Compiles the scale engine's AssemblyScript. Raw loads and stores only, so the runtime is a stub.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const folder = "src/codecs/scale-engine";

export function buildScaleEngine(): void {
  const options = ["--runtime", "stub", "-O3", "--noAssert", "--enable", "simd", "--disableWarning", "112"];
  execFileSync("asc", [join(folder, "assembly/index.ts"), "--outFile", join(folder, "scale-engine.wasm"), ...options], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

if (import.meta.main) buildScaleEngine();
