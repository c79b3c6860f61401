// When, on what and with what the whole stack was measured.
import sharp from "sharp";
import { machine, whereAndWhen } from "./machine.ts";
import { versionOf } from "./versions.ts";

/** @param seconds that the section took. */
export function circumstances(seconds: number, command = "npm run bench"): string[] {
  const versions = [
    `Node ${process.versions.node}`,
    `wrangler ${versionOf("wrangler")}`,
    `workerd ${versionOf("workerd")}`,
    `sharp ${versionOf("sharp")} (libvips ${sharp.versions.vips})`,
  ].join(", ");
  return [whereAndWhen(seconds, command), `${machine()} ${versions}.`];
}
