// Before the first test of the page: the real thing in a `wrangler dev` of its own that asks for a key, as a deployment
// does, and a shop with pictures.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { startLocalStack } from "../../scripts/local-stack.ts";
import { openShop } from "./shop.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Origin of Halftone. */
    halftone: string;
    /** An API key of it. */
    apiKey: string;
    /** Origin of the shop. */
    shop: string;
  }
}

export default async function setUp(project: TestProject) {
  const stateFolder = await mkdtemp(join(tmpdir(), "halftone-page-"));
  const shop = await openShop();
  const stack = await startLocalStack({
    stateFolder,
    vars: {
      AUTH: "required",
      ALLOW_PRIVATE_HOSTS: new URL(shop.origin).host,
      // Held-back pictures must not be given up on.
      HEADERS_TIMEOUT_MS: "60000",
      DOWNLOAD_TIMEOUT_MS: "60000",
    },
  });
  project.provide("halftone", stack.origin);
  project.provide("apiKey", await makeKey(stateFolder));
  project.provide("shop", shop.origin);
  return async () => {
    await stack.stop();
    await shop.close();
    await rm(stateFolder, { recursive: true, force: true });
  };
}

async function makeKey(stateFolder: string): Promise<string> {
  const script = join(import.meta.dirname, "..", "..", "scripts", "keys.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [
    script,
    "create",
    "page",
    "--persist-to",
    stateFolder,
  ]);
  return stdout.trim();
}
