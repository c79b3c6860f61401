// `npm run dev`: migrates the local database and runs `wrangler dev` with every flag handed on.

import { join, resolve } from "node:path";
import { exitOf, migrateFlags, projectFolder, spawnWrangler } from "./wrangler.ts";

const { WRANGLER_REGISTRY_PATH } = process.env;

const { flags, stateFolder } = readFlags(process.argv.slice(2));
// Two stacks of one name find each other through a shared registry and take each other's messages.
const registry = WRANGLER_REGISTRY_PATH ?? join(stateFolder ?? join(projectFolder, ".wrangler", "state"), "registry");
const stdio = "inherit";
const env = { WRANGLER_REGISTRY_PATH: registry };

let running = spawnWrangler(migrateFlags(stateFolder), {
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...env, CI: "1" },
});
// We end when wrangler has ended, never before it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => running.kill(signal));

let ended = await exitOf(running);
if (ended === 0) {
  running = spawnWrangler(["dev", ...flags], { stdio, env });
  ended = await exitOf(running);
}
endLike(ended);

/** Paths count from where npm was called, not from this project. */
function readFlags(given: string[]): { flags: string[]; stateFolder: string | null } {
  const calledFrom = process.env["INIT_CWD"] ?? process.cwd();
  const flags: string[] = [];
  let stateFolder: string | null = null;
  for (let i = 0; i < given.length; i++) {
    const flag = given[i] ?? "";
    const isSplit = flag === "--persist-to" && i + 1 < given.length;
    if (isSplit || flag.startsWith("--persist-to=")) {
      stateFolder = resolve(calledFrom, isSplit ? (given[++i] ?? "") : flag.slice("--persist-to=".length));
      flags.push("--persist-to", stateFolder);
    } else {
      flags.push(flag);
    }
  }
  return { flags, stateFolder };
}

/** Ends as wrangler did, so that a caller sees its exit code or its signal. */
function endLike(end: number | NodeJS.Signals): void {
  if (typeof end === "number") {
    process.exitCode = end;
    return;
  }
  process.removeAllListeners(end);
  process.kill(process.pid, end);
}
