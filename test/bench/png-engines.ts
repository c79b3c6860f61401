// Who is compared on PNGs: our engine, sharp's palette and, where it is installed, pngquant.

import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import sharp from "sharp";
import { createPngEngine } from "../../src/codecs/png-engine/engine.ts";
import { compileWasm } from "../support/compile-wasm.ts";
import { cpuSince, type RasterEncoder } from "./raster.ts";

sharp.concurrency(1);
const wasm = join(import.meta.dirname, "../../src/codecs/png-engine/png-engine.wasm");
const engine = createPngEngine(compileWasm(wasm));

export const encodeOurs: RasterEncoder = async (source, quality) => {
  const before = process.cpuUsage();
  const result = await Promise.resolve(engine.recompressPng(source, { quality, maxMemoryBytes: 256 * 1024 * 1024 }));
  const cpuMs = cpuSince(before);
  if (result.kind === "already_small") return null;
  if (result.kind !== "compressed") throw new Error(JSON.stringify(result));
  const { bytes, colours, lossless, peakBytes } = result;
  return { bytes, cpuMs, colours, lossless, peakBytes };
};

export const encodeSharp: RasterEncoder = async (source, quality) => {
  const before = process.cpuUsage();
  const bytes = await sharp(source).keepIccProfile().png({ palette: true, quality }).toBuffer();
  return { bytes: new Uint8Array(bytes), cpuMs: cpuSince(before) };
};

/** Its start and its reading of the file are in its time, as it is a program of its own. */
export const encodePngquant: RasterEncoder = async (source, quality) => {
  const script = `pngquant --quality 0-${quality} --speed 4 - ; times >&2`;
  const run = spawnSync("bash", ["-c", script], { input: source, maxBuffer: 2 ** 30 });
  const children = run.stderr.toString().trim().split("\n").at(-1) ?? "";
  const cpuMs = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, min, s]) => sum + Number(min) * 60_000 + Number(s) * 1000,
    0,
  );
  return await Promise.resolve({ bytes: new Uint8Array(run.stdout), cpuMs });
};

export function hasPngquant(): boolean {
  try {
    execFileSync("pngquant", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
