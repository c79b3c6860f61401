// What a run found, for people: a line when a codec is done, a section of the benchmark page at the end.
import { machine } from "../bench/machine.ts";
import { commit } from "../bench/versions.ts";
import type { Findings } from "./watch.ts";

export function lineOf(findings: Findings): string {
  const { codec, cases, problems, slowestMs, peakBytes, idleBytes, grownBytes, seconds } = findings;
  return (
    `${codec}: ${cases} cases in ${seconds.toFixed(0)} s, ${problems} problems; slowest ${slowestMs.toFixed(0)} ms; ` +
    `wasm peak ${megabytes(peakBytes)}, idle ${megabytes(idleBytes)}, growth ${megabytes(grownBytes)}; ${outcomesOf(findings)}`
  );
}

export function fuzzSection(all: readonly Findings[], seed: number, seconds: number): string {
  const cases = all.reduce((sum, one) => sum + one.cases, 0);
  const problems = all.reduce((sum, one) => sum + one.problems, 0);
  return [
    "## Hostile files",
    "",
    `\`npm run fuzz\` on ${new Date().toISOString().slice(0, 10)} at commit ${commit}, seed ${seed}: ` +
      `**${cases.toLocaleString("en")} cases, ${problems} problems**, ${Math.round(seconds)} s.`,
    machine(),
    "",
    "Sound files of every kind are damaged in one to eight places: bits, bytes, lengths, sizes, checksums that fit again, parts",
    "that are cut, doubled, moved or come from another file. One JPEG in eight is sound, never seen before, and every coefficient",
    "of it checked. A problem is: a codec throws or traps, takes over 2 s of CPU, writes into its input, gives out more bytes",
    "than came in or bytes that sharp (its warnings count) rejects or finds of another size, opens a picture whose rows are",
    "not as many, as opaque, as grey or the same each time as it says, fails for no reason that a codec may have, or memory",
    "that is more at the end than after a tenth of the cases (idle codecs let go, garbage collected, 8 MiB allowed).",
    "",
    "| codec | cases | problems | slowest, CPU ms | growth | what came of them |",
    "|---|---:|---:|---:|---:|---|",
    ...all.map((one) => {
      const { codec, problems: found, slowestMs, grownBytes } = one;
      const cells = [codec, one.cases, found, slowestMs.toFixed(0), megabytes(grownBytes), outcomesOf(one)];
      return `| ${cells.join(" | ")} |`;
    }),
    "",
  ].join("\n");
}

function outcomesOf({ outcomes }: Findings): string {
  return [...outcomes]
    .toSorted(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${outcome} ${count}`)
    .join(", ");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
