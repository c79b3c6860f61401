// A `wrangler dev` for chaos: another entry if asked, and a queue that hands its batches out at once.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalStack } from "../../scripts/local-stack.ts";
import type { LocalStack } from "../../scripts/local-stack.ts";
import { writeStackConfig } from "../support/stack-config.ts";

/** The receivers' secret: 24 bytes of the letter k. */
export const webhookSecret = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tr";

export interface ChaosStack extends LocalStack {
  /** Its state, for the next one on the same. */
  stateFolder: string;
  remove(): void;
}

export interface ChaosStackOptions {
  /** Below the project's folder. */
  entry: "src/index.ts" | "test/chaos/worker.ts";
  vars: Record<string, string>;
  /** Goes on with the state of an earlier stack. */
  stateFolder?: string;
}

export async function startChaosStack({ entry, vars, stateFolder }: ChaosStackOptions): Promise<ChaosStack> {
  const folder = stateFolder ?? mkdtempSync(join(tmpdir(), "halftone-chaos-"));
  const configPath = writeStackConfig(folder, {
    entry,
    batchTimeoutSeconds: 0.05,
    // The chaos worker handles batches behind the back of the local queue, which hands out one at a time.
    ...(entry !== "src/index.ts" && { compatibilityFlag: "queue_consumer_no_wait_for_wait_until" }),
  });
  const stack = await startLocalStack({
    stateFolder: folder,
    configPath,
    startTimeoutMs: 180_000,
    vars: {
      MAIL_FROM: "Halftone <halftone@halftone.example>",
      WEBHOOK_SECRET: webhookSecret,
      // Lost means lost: no run is as bad as eight rounds without one image.
      MAX_DISPATCH_ROUNDS: "8",
      ...vars,
    },
  });
  return {
    ...stack,
    stateFolder: folder,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
