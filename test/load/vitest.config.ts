// `npm run limits`: how fast the local parts are, alone. Prints what test/load/measured.ts then states; no part of `npm test`.
import { dirname, join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const root = dirname(dirname(import.meta.dirname));
process.env["CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV"] = "false";

export default defineConfig({
  root,
  plugins: [
    cloudflareTest({
      wrangler: { configPath: join(root, "wrangler.toml") },
      miniflare: {
        bindings: { TEST_MIGRATIONS: await readD1Migrations(join(root, "migrations")), AUTH: "open" },
      },
    }),
  ],
  test: {
    setupFiles: ["./test/support/migrate.ts"],
    include: ["test/load/limits.load.ts"],
    testTimeout: 300_000,
  },
});
