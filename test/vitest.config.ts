// Two projects: `worker` runs inside workerd with real local bindings, `node` beside native peers that workerd cannot load.
import { dirname } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { findChromium } from "../scripts/find-chromium.ts";
import { serveInternet } from "./support/internet.ts";

const root = dirname(import.meta.dirname);

// What `.env` holds is for `wrangler dev`; tests begin with the defaults of src/config.ts.
process.env["CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV"] = "false";

// The page in a real browser, on a `wrangler dev` of its own.
const pageProject = {
  root,
  test: {
    name: "page",
    include: ["test/**/*.page.test.ts"],
    environment: "node",
    globalSetup: ["./test/page/setup.ts"],
    // All of them use the one stack, and a browser is enough for two cores.
    fileParallelism: false,
  },
};
const chromium = findChromium();
if (chromium === null) {
  console.warn(
    "LEFT OUT: the tests of the page, because no Chromium was found. Install one, or name it in CHROMIUM_PATH.",
  );
}

export default defineConfig({
  root,
  test: {
    // A line that a Durable Object logs while it dies would be waited for for ever by the one who brings it here.
    disableConsoleIntercept: true,
    // Only to end what hangs: nothing here is about time, and CI has two cores for everything.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        root,
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("migrations"),
                // Tests of the other mode say so: `envWith({ AUTH: "required" })`.
                AUTH: "open",
                // The smallest, so that ordinary tests go past it.
                DISPATCH_WINDOW: "100",
                MAIL_FROM: "Halftone <halftone@halftone.example>",
                // 24 bytes of the letter k.
                WEBHOOK_SECRET: "whsec_a2tra2tra2tra2tra2tra2tra2tra2tr",
              },
              // Tests make thousands of calls from one address; those of the limits bring limiters of their own.
              ratelimits: {
                UPLOAD_LIMIT: { namespace_id: "1001", simple: { limit: 1_000_000, period: 60 } },
                REQUEST_LIMIT: { namespace_id: "1002", simple: { limit: 1_000_000, period: 60 } },
              },
              queueConsumers: {
                images: { maxBatchTimeout: 0.05, maxBatchSize: 10, maxRetries: 10, deadLetterQueue: "images-dead" },
                "images-dead": { maxBatchTimeout: 0.05 },
              },
              // No test can reach the network: every fetch of the Worker ends here.
              outboundService: { node: serveInternet },
            },
          }),
        ],
        test: {
          name: "worker",
          setupFiles: ["./test/support/migrate.ts"],
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.node.test.ts", "test/**/*.page.test.ts"],
        },
      },
      {
        root,
        test: {
          name: "node",
          include: ["test/**/*.node.test.ts"],
          environment: "node",
        },
      },
      ...(chromium === null ? [] : [pageProject]),
    ],
  },
});
