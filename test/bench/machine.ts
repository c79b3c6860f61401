// What was measured on.
import { cpus, loadavg, totalmem } from "node:os";
import { commit } from "./versions.ts";

/** @param seconds that the section took. */
export function whereAndWhen(seconds: number, command = "npm run bench"): string {
  return `Measured on ${new Date().toISOString().slice(0, 10)} at commit ${commit} by \`${command}\`, ${Math.round(seconds)} s.`;
}

export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown CPU";
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(" / ");
  return `Machine: ${model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, load average ${load}.`;
}
