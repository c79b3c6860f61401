// `npm run corpus`: fetches the photos of the benchmark, desktop wallpapers from Debian packages, into a cache folder of
// the user. Needs apt-get and dpkg, no root. The packages of libjpeg-turbo's tools come along: `jpegtran` makes the
// baseline and progressive twins of each photo without loss.
//
// `npm run corpus -- --png-variants [FOLDER]`: writes the small PNGs of test/support/png-variants.ts as files instead, for
// other programs to be tried on. Needs nothing.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pngVariants } from "../support/png-variants.ts";

const packages = [
  "mate-backgrounds",
  "lomiri-wallpapers-16.04",
  "lomiri-wallpapers-20.04",
  "libjpeg-turbo-progs",
  "libturbojpeg0",
  "libjpeg62-turbo",
];

/** Where packages are unpacked; set HALFTONE_CORPUS for another place. */
export const corpusFolder =
  process.env["HALFTONE_CORPUS"] ??
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "halftone", "corpus");

function fetchCorpus(): void {
  mkdirSync(corpusFolder, { recursive: true });
  try {
    execFileSync("apt-get", ["download", ...packages], { cwd: corpusFolder, stdio: ["ignore", "inherit", "ignore"] });
  } catch (cause) {
    throw new Error("apt-get download failed: this needs Debian or Ubuntu with fresh package lists", { cause });
  }
  for (const file of readdirSync(corpusFolder).filter((name) => name.endsWith(".deb"))) {
    execFileSync("dpkg", ["-x", file, "unpacked"], { cwd: corpusFolder });
  }
  console.log(`The photos are in ${join(corpusFolder, "unpacked", "usr", "share", "backgrounds")}`);
}

/** A file of the unpacked packages, or null. */
export function findInCorpus(...path: string[]): string | null {
  const file = join(corpusFolder, "unpacked", ...path);
  return existsSync(file) ? file : null;
}

/** Into a folder for each fate. */
function writePngVariants(folder: string): void {
  const variants = pngVariants();
  for (const { name, fate, bytes } of variants) {
    mkdirSync(join(folder, fate), { recursive: true });
    writeFileSync(join(folder, fate, `${name}.png`), bytes);
  }
  console.log(`${variants.length} PNGs are in ${folder}`);
}

if (import.meta.main) {
  const at = process.argv.indexOf("--png-variants");
  if (at < 0) fetchCorpus();
  else writePngVariants(process.argv[at + 1] ?? join(corpusFolder, "png-variants"));
}
