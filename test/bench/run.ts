// `npm run bench [-- FOLDER]`: us beside our peers. Each section measures, prints as it goes, and writes its part of
// docs/benchmarks.md. Options: --only SECTION (jpeg, csv, pipeline, accept, memory), --out FILE ("-": print), and those of the sections.
import { measureAccept } from "./accept.ts";
import { valueOf } from "./arguments.ts";
import { measureCsv } from "./csv.ts";
import { measureJpeg } from "./jpeg.ts";
import { measureMemory } from "./memory.ts";
import { measurePipeline } from "./pipeline.ts";
import { benchmarkPage, publishSection } from "./publish.ts";

const sections: Record<string, () => Promise<string>> = {
  jpeg: measureJpeg,
  csv: measureCsv,
  pipeline: measurePipeline,
  accept: measureAccept,
  memory: measureMemory,
};

const asked = valueOf("--only");
if (asked !== null && !Object.hasOwn(sections, asked)) {
  throw new Error(`There is no section ${asked}. Those known are ${Object.keys(sections).join(", ")}.`);
}
const file = valueOf("--out") ?? benchmarkPage;
for (const [name, measure] of Object.entries(sections)) {
  if (asked !== null && asked !== name) continue;
  const section = await measure();
  if (file === "-") console.log(section);
  else publishSection(section, file);
}
