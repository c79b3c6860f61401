// `npm run fuzz`: damaged files of every format by the hundred thousand through the codecs. Seeded: case n of a codec and
// seed s is the same anywhere, but for the photos of the corpus. A case ends the run's good record when a codec throws,
// takes over 2 s of CPU, gives out what another decoder does not like, or keeps memory.
// Options: --cases 100000 (shared out among all), --codec NAME (all cases for one), --seed 1, --case N (with --codec, that
// one alone), --no-photos, --report (writes the summary into docs/benchmarks.md).
import { parseArgs } from "node:util";
import { benchmarkPage, publishSection } from "../bench/publish.ts";
import { codecNames, isCodecName, planCases } from "./plan.ts";
import { fuzzSection, lineOf } from "./report.ts";
import { type Findings, openWatch } from "./watch.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "100000" },
    codec: { type: "string" },
    seed: { type: "string", default: "1" },
    case: { type: "string" },
    "no-photos": { type: "boolean", default: false },
    report: { type: "boolean", default: false },
  },
});

await run();

async function run(): Promise<void> {
  const { codec = null } = values;
  if (codec !== null && !isCodecName(codec))
    throw new Error(`There is no codec ${codec}. Known: ${codecNames.join(", ")}.`);
  if (values.case !== undefined && codec === null) throw new Error("--case needs --codec: each has cases of its own.");
  const [seed, single] = [Number(values.seed), Number(values.case)];
  const plan =
    codec !== null && values.case !== undefined
      ? [{ codec, from: single, to: single + 1 }]
      : planCases(Number(values.cases), codec);
  const started = Date.now();
  const all: Findings[] = [];
  const watch = openWatch();
  for (const stretch of plan) {
    const findings = await watch.runStretch({ ...stretch, seed, withPhotos: !values["no-photos"] });
    console.log(lineOf(findings));
    all.push(findings);
  }
  await watch.close();
  const seconds = (Date.now() - started) / 1000;
  if (values.report) publishSection(fuzzSection(all, seed, seconds), benchmarkPage);
  process.exitCode = all.every(({ problems }) => problems === 0) ? 0 : 1;
}
