// `npm run bench [-- FOLDER]`: us beside our peers. Each section measures, prints as it goes, and writes its part of
// docs/benchmarks.md. With a folder of pictures, only what is about pictures, and it is printed.
// Options: --only SECTION (jpeg, png, webp, csv, pipeline, accept, memory), --out FILE ("-": print), and those of the sections.
import { measureAccept } from "./accept.ts";
import { folderArgument, valueOf } from "./arguments.ts";
import { measureCsv } from "./csv.ts";
import { measureJpeg } from "./jpeg.ts";
import { measureMemory } from "./memory.ts";
import { measurePipeline } from "./pipeline.ts";
import { measurePng } from "./png.ts";
import { benchmarkPage, publishSection } from "./publish.ts";
import { measureWebp } from "./webp.ts";

/** A section answers null when there is nothing to measure. */
type Sections = Record<string, () => Promise<string | null>>;

const aboutPictures: Sections = { jpeg: measureJpeg, png: measurePng, webp: measureWebp };
const aboutTheRest: Sections = {
  csv: measureCsv,
  pipeline: measurePipeline,
  accept: measureAccept,
  memory: measureMemory,
};
const all: Sections = { ...aboutPictures, ...aboutTheRest };

const asked = valueOf("--only");
if (asked !== null && !Object.hasOwn(all, asked)) {
  throw new Error(`There is no section ${asked}. Those known are ${Object.keys(all).join(", ")}.`);
}
const folder = folderArgument();
const file = valueOf("--out") ?? (folder === null ? benchmarkPage : "-");
for (const [name, measure] of Object.entries(asked === null && folder !== null ? aboutPictures : all)) {
  if (asked !== null && asked !== name) continue;
  const section = await measure();
  if (section === null) console.log(`${name}: no pictures. \`npm run corpus\` fetches some.`);
  else if (file === "-") console.log(section);
  else publishSection(section, file);
}
