// Puts the viewer of `/docs` beside the page's own files, so that nothing of it comes from another host.

import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./wrangler.ts";

/** The bundle's licences go with it, as they ask. */
const files = [
  "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt",
  "swagger-ui.css",
  "LICENSE",
  "NOTICE",
] as const;

export function copySwaggerUi(): void {
  const from = join(projectFolder, "node_modules", "swagger-ui-dist");
  const to = join(projectFolder, "src", "page", "docs", "swagger-ui");
  mkdirSync(to, { recursive: true });
  for (const file of files) copyFileSync(join(from, file), join(to, file));
}
