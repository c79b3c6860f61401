// How the scripts run wrangler: this project's own, with this Node, asking nothing and calling nobody.

import { spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { dirname, join } from "node:path";

export const projectFolder = dirname(import.meta.dirname);

/** The program behind the `wrangler` command, without its wrapper, which would not pass signals on. */
const cli = join(projectFolder, "node_modules", "wrangler", "wrangler-dist", "cli.js");

export function spawnWrangler(args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(process.execPath, ["--no-warnings", cli, ...args], {
    cwd: projectFolder,
    ...options,
    env: { ...process.env, ...quiet, ...options.env },
  });
}

/** Flags of `wrangler d1 migrations apply` for the local database; `folder` null means wrangler's own place. */
export function migrateFlags(stateFolder: string | null): string[] {
  const place = stateFolder === null ? [] : ["--persist-to", stateFolder];
  return ["d1", "migrations", "apply", "DB", "--local", ...place];
}

/** Resolves with the exit code, or the signal's name when one ended it. */
export function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(signal ?? code ?? 1));
  });
}

const quiet = {
  // It writes a trace of every call of a binding into a database: a fifth of the CPU time of a job, for a view that the
  // log and the product's own figures stand in for. `X_LOCAL_OBSERVABILITY=true npm run dev` has it back.
  X_LOCAL_OBSERVABILITY: process.env["X_LOCAL_OBSERVABILITY"] ?? "false",
  // The banner is what looks for updates.
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
  // `request.cf` is a placeholder locally; fetching a real one needs the network.
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
} satisfies NodeJS.ProcessEnv;
