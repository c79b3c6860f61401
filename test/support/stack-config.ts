// The project's wrangler configuration for another entry: the same bindings, read from another folder.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../scripts/wrangler.ts";

export interface StackConfig {
  /** The Worker, below the project's folder: `src/index.ts`. */
  entry: string;
  /** How long a queue waits for a batch to fill; the project's own without it. */
  batchTimeoutSeconds?: number;
  /** Beside the project's own. */
  compatibilityFlag?: string;
}

/** Answers where it is, for `configPath` of a local stack. */
export function writeStackConfig(
  folder: string,
  { entry, batchTimeoutSeconds, compatibilityFlag }: StackConfig,
): string {
  const own = readFileSync(join(projectFolder, "wrangler.toml"), "utf8");
  const moved = own
    .replace("compatibility_flags = [", compatibilityFlag === undefined ? "$&" : `$&"${compatibilityFlag}", `)
    .replace('main = "src/index.ts"', `main = "${join(projectFolder, entry)}"`)
    .replace('directory = "src/page"', `directory = "${join(projectFolder, "src/page")}"`)
    .replace('migrations_dir = "migrations"', `migrations_dir = "${join(projectFolder, "migrations")}"`);
  const path = join(folder, "wrangler.toml");
  writeFileSync(
    path,
    batchTimeoutSeconds === undefined
      ? moved
      : moved.replaceAll(/max_batch_timeout = \d+/g, `max_batch_timeout = ${batchTimeoutSeconds}`),
  );
  return path;
}
