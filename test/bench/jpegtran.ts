// libjpeg-turbo's lossless transformer: from the PATH, else from the corpus; null where neither has it.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { findInCorpus } from "./corpus.ts";

export function jpegtran(bytes: Uint8Array, options: readonly string[]): Uint8Array | null {
  return run("jpegtran", ["-copy", "all", ...options], bytes)?.output ?? null;
}

/** What `djpeg` has to say of a file: its warnings, "" for none; null where there is no djpeg. */
export function djpegWarnings(bytes: Uint8Array): string | null {
  return run("djpeg", ["-outfile", "/dev/null"], bytes)?.errors ?? null;
}

function run(
  tool: string,
  options: readonly string[],
  input: Uint8Array,
): { output: Uint8Array; errors: string } | null {
  const result = spawnSync(...command(tool, options), { input, maxBuffer: 2 ** 30, env: environment() });
  if (result.error !== undefined) return null;
  return { output: new Uint8Array(result.stdout), errors: result.stderr.toString().trim() };
}

function command(tool: string, options: readonly string[]): [string, string[]] {
  return [findInCorpus("usr", "bin", tool) ?? tool, [...options]];
}

function environment(): Record<string, string | undefined> {
  const libraries = findInCorpus("usr", "lib");
  if (libraries === null) return process.env;
  const folders = readdirSync(libraries).map((name) => `${libraries}/${name}`);
  return { ...process.env, LD_LIBRARY_PATH: folders.join(":") };
}
