// `npm run fuzz`: damaged JPEGs by the hundred thousand through the engine, and sound ones of every kind between them. Seeded: case n of seed s is the same anywhere,
// `--case n` runs it alone. A case ends the run's good record when the engine throws, takes over 2 s, gives out something
// a decoder does not like, or holds on to memory. Options: --cases 100000, --seed 1, --case n,
// --report (writes the summary into docs/benchmarks.md).
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import sharp from "sharp";
import { createRandom } from "../support/jpeg/random.ts";
import { loadJpegEngine } from "../support/jpeg/load-engine.ts";
import { judgeCase, judgeSound } from "./judge-case.ts";
import { benchmarkPage, publishSection } from "../bench/publish.ts";
import { commit } from "../bench/versions.ts";
import { mutate } from "./mutate.ts";
import { describeChoices, randomJpeg } from "../support/jpeg/random-jpeg.ts";
import { chooser, generatedSeedFiles, photoSeedFiles, type SeedFile } from "./seed-files.ts";

const hangMs = 2000;
const generatedFiles = 150;
/** What the process may grow between the first tenth and the end: collector's slack, no leak. */
const allowedGrowthBytes = 48 * 2 ** 20;

interface Task {
  seed: number;
  from: number;
  to: number;
  files: SeedFile[];
  /** [case under way, 1 while the engine works] for the watch. */
  shared: Int32Array<SharedArrayBuffer>;
}

type Report =
  | { kind: "problem"; index: number; file: string; problem: string; bytes: Uint8Array }
  | {
      kind: "progress";
      done: number;
      counts: Record<string, number>;
      slowestMs: number;
      peakBytes: number;
      heldBytes: number;
    }
  | { kind: "end" };

if (isMainThread) await watch();
else await work();

async function watch(): Promise<void> {
  const options = readOptions();
  const photos = await photoSeedFiles();
  const files = [...generatedSeedFiles(generatedFiles), ...photos];
  console.log(`${files.length} seed files (${photos.length} from photos), seed ${options.seed}`);
  const folder = join(tmpdir(), "halftone-fuzz");
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const totals = { cases: 0, problems: 0, slowestMs: 0, peakBytes: 0, counts: new Map<string, number>() };
  const started = Date.now();
  let held: number[] = [];
  let next = options.from;
  while (next < options.to) {
    const task: Task = { seed: options.seed, from: next, to: options.to, files, shared };
    next = await runWorker(task);
  }
  const growth = Math.max(0, (held.at(-1) ?? 0) - (held[Math.floor(held.length / 10)] ?? 0));
  const isFlat = growth <= allowedGrowthBytes;
  if (!isFlat) totals.problems++;
  const kinds = [...totals.counts].map(([kind, count]) => `${kind} ${count}`).join(", ");
  const summary =
    `${totals.cases} cases in ${Math.round((Date.now() - started) / 1000)} s, seed ${options.seed}: ${totals.problems} problems; ` +
    `slowest ${Math.round(totals.slowestMs)} ms, wasm peak ${megabytes(totals.peakBytes)}, ` +
    `memory ${isFlat ? "flat" : "GROWS"} (+${megabytes(growth)}); ${kinds}`;
  console.log(summary);
  if (process.argv.includes("--report"))
    publishSection(reportSection(summary, files.length, photos.length), benchmarkPage);
  process.exitCode = totals.problems === 0 ? 0 : 1;

  /** Runs until the task is done or a case hangs; gives the case to go on from. */
  async function runWorker(task: Task): Promise<number> {
    const worker = new Worker(import.meta.filename, { workerData: task });
    held = [];
    return await new Promise((resolve, reject) => {
      let [lastCase, since] = [-1, Date.now()];
      const timer = setInterval(() => {
        const current = Atomics.load(shared, 0);
        const isBusy = Atomics.load(shared, 1);
        if (current !== lastCase || isBusy === 0) [lastCase, since] = [current, Date.now()];
        else if (Date.now() - since > 2 * hangMs) {
          clearInterval(timer);
          note(current, "unknown", "it hangs", new Uint8Array());
          worker.terminate().then(() => resolve(current + 1), reject);
        }
      }, 200);
      worker.on("error", reject);
      worker.on("message", (report: Report) => {
        if (report.kind === "problem") note(report.index, report.file, report.problem, report.bytes);
        else if (report.kind === "progress") addProgress(report);
        else {
          clearInterval(timer);
          worker.terminate().then(() => resolve(task.to), reject);
        }
      });
    });
  }

  function note(index: number, file: string, problem: string, bytes: Uint8Array): void {
    totals.problems++;
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `seed${options.seed}-case${index}.jpg`);
    writeFileSync(path, bytes);
    console.log(`PROBLEM case ${index} (${file}): ${problem}\n  ${path}`);
  }

  function addProgress(report: Report & { kind: "progress" }): void {
    totals.cases += report.done;
    totals.slowestMs = Math.max(totals.slowestMs, report.slowestMs);
    totals.peakBytes = Math.max(totals.peakBytes, report.peakBytes);
    held.push(report.heldBytes);
    for (const [kind, count] of Object.entries(report.counts)) {
      totals.counts.set(kind, (totals.counts.get(kind) ?? 0) + count);
    }
    const rate = Math.round(totals.cases / ((Date.now() - started) / 1000));
    console.log(`${totals.cases} cases, ${rate}/s, ${totals.problems} problems, holds ${megabytes(report.heldBytes)}`);
  }
}

async function work(): Promise<void> {
  sharp.concurrency(1);
  sharp.cache(false);
  const task: Task = workerData;
  const { seed, from, to, files, shared } = task;
  const engine = loadJpegEngine();
  const choose = chooser(files);
  const others = files.filter(({ bytes }) => bytes.length < 50_000).map(({ bytes }) => bytes);
  let progress = emptyProgress();
  for (let index = from; index < to; index++) {
    const random = createRandom(seed * 7919 + index);
    const quality = random.pick([50, 50, 50, 1, 20, 75, 90, 100]);
    const engineDone = (): number => Atomics.store(shared, 1, 0);
    Atomics.store(shared, 0, index);
    Atomics.store(shared, 1, 1);
    // One in eight is sound and new; the others are damaged copies of the seed files.
    const isSound = index % 8 === 0;
    const sound = isSound ? randomJpeg(seed * 7919 + index) : null;
    const file = choose(random.fraction());
    const bytes = sound?.bytes ?? mutate(file.bytes, random, others);
    const name = sound === null ? file.name : `sound ${describeChoices(sound.choices)}`;
    const verdict =
      sound === null
        ? await judgeCase(engine, bytes, quality, engineDone)
        : await judgeSound(engine, sound, quality, engineDone);
    const problem =
      verdict.problem ?? (verdict.engineMs > hangMs ? `it took ${Math.round(verdict.engineMs)} ms` : null);
    if (problem !== null) send({ kind: "problem", index, file: `${name}, q${quality}`, problem, bytes });
    progress.done++;
    progress.slowestMs = Math.max(progress.slowestMs, verdict.engineMs);
    progress.peakBytes = Math.max(progress.peakBytes, verdict.peakBytes);
    const kind = isSound ? `sound ${verdict.kind}` : verdict.kind;
    progress.counts[kind] = (progress.counts[kind] ?? 0) + 1;
    if (progress.done === 2500 || index === to - 1) {
      const { external, arrayBuffers } = process.memoryUsage();
      send({ ...progress, heldBytes: external + arrayBuffers });
      progress = emptyProgress();
    }
  }
  send({ kind: "end" });
}

function emptyProgress(): Report & { kind: "progress" } {
  return { kind: "progress", done: 0, counts: {}, slowestMs: 0, peakBytes: 0, heldBytes: 0 };
}

function send(report: Report): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
  parentPort?.postMessage(report);
}

function reportSection(summary: string, files: number, photos: number): string {
  return [
    "## Hostile files: JPEG",
    "",
    `\`npm run fuzz\` on ${new Date().toISOString().slice(0, 10)} at commit ${commit}:`,
    "",
    `> ${summary}`,
    "",
    `Damaged are ${files} sound files, ${photos} of them from photos, the others of every kind the standard has; one case in`,
    "eight is a sound file never seen before, whose every coefficient is checked. A problem is: the engine throws, takes over",
    "2 s, writes into its input, gives out more bytes than came in or bytes that libjpeg-turbo (its warnings count) or our",
    "plain reader reject, refuses a sound file, or memory that grows.",
    "",
  ].join("\n");
}

function readOptions(): { seed: number; from: number; to: number } {
  const single = numberAfter("--case");
  const from = single ?? 0;
  return {
    seed: numberAfter("--seed") ?? 1,
    from,
    to: single === null ? (numberAfter("--cases") ?? 100_000) : single + 1,
  };
}

function numberAfter(option: string): number | null {
  const index = process.argv.indexOf(option);
  return index < 0 ? null : Number(process.argv[index + 1]);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
