// Runs after `npm ci`: writes what is derived and therefore not committed.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { buildEngines } from "./build-engines.ts";
import { copySwaggerUi } from "./copy-swagger-ui.ts";
import { writeImportingCodecs } from "./import-memory.ts";

// What a developer's machine adds in `.env` is no part of the Worker's type.
run("wrangler", ["types", "--strict-vars=false"], { CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "false" });
buildEngines();
writeImportingCodecs();
copySwaggerUi();
if (existsSync(".git")) run("git", ["config", "core.hooksPath", ".githooks"]);

function run(command: string, args: string[], env: Record<string, string> = {}): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, ...env } });
}
