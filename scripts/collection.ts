// `npm run collection -- FOLDER`: writes the API as a Postman collection, which Bruno and others import too.

import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { app } from "../src/http/app.ts";
import { makeCollection } from "./collection/postman.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Name the folder: npm run collection -- FOLDER");
  process.exit(2);
}
// Paths count from where npm was called, not from this project.
const target = resolve(process.env["INIT_CWD"] ?? process.cwd(), folder);
const response = await app.request("http://localhost:8787/openapi.json", {}, { AUTH: "required" });
const file = join(target, "halftone.postman_collection.json");
mkdirSync(target, { recursive: true });
writeFileSync(file, `${JSON.stringify(makeCollection(await response.json()), null, 2)}\n`);
console.log(file);
