// `npm run cost`: writes docs/cost.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { costPage } from "./cost/report.ts";

const page = join(import.meta.dirname, "..", "..", "docs", "cost.md");
writeFileSync(page, costPage());
console.log(`Written to ${page}`);
