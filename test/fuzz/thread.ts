// The thread in which the cases run, one task after the other, so that another can tell when one does not end.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort } from "node:worker_threads";
import sharp from "sharp";
import { wasmMemories } from "../../src/codecs/wasm-memories.ts";
import { jpegEngine } from "../../src/codecs/jpeg.ts";
import { createRandom } from "../support/random.ts";
import { describeChoices, randomJpeg } from "../support/jpeg/random-jpeg.ts";
import { judgeSound } from "./judge-jpeg.ts";
import type { Stretch } from "./plan.ts";
import { chooser, seedFiles, type SeedOptions } from "./seed-files.ts";
import { targets } from "./targets.ts";
import { createTrial } from "./trial.ts";
import type { Verdict } from "./verdict.ts";

export interface Task extends Stretch, SeedOptions {
  seed: number;
  /** [case under way, 1 while ours is at work] for the watch. */
  shared: Int32Array<SharedArrayBuffer>;
}

export type Message =
  | { kind: "problem"; index: number; file: string; problem: string; bytes: Uint8Array }
  | ({ kind: "progress" } & Progress)
  | { kind: "end" };

export interface Progress {
  done: number;
  outcomes: Record<string, number>;
  slowestMs: number;
  /** Of one picture, by engines that tell. */
  peakBytes: number;
  /** What idle codecs had when the batch was over. */
  idleBytes: number;
  /** What the thread holds when they are let go and garbage is collected. */
  heldBytes: number;
}

/** CPU time of ours above which a case is a problem, whatever came of it. */
const slowMs = 2000;
const batch = 1000;

sharp.concurrency(1);
sharp.cache(false);
setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

parentPort?.on("message", (task: Task) => void work(task));

async function work(task: Task): Promise<void> {
  const { codec, seed, from, to, shared } = task;
  const files = await seedFiles(codec, task);
  const choose = chooser(files);
  const others = files.filter(({ bytes }) => bytes.length < 50_000).map(({ bytes }) => bytes);
  const trial = createTrial((isBusy) => Atomics.store(shared, 1, isBusy ? 1 : 0));
  let progress = emptyProgress();
  for (let index = from; index < to; index++) {
    const random = createRandom(seed * 7919 + index);
    Atomics.store(shared, 0, index);
    // One JPEG in eight is sound and new; all else are damaged copies of the seed files.
    const sound = codec === "jpeg" && index % 8 === 0 ? randomJpeg(seed * 7919 + index) : null;
    const file = choose(random.fraction());
    const bytes = sound?.bytes ?? targets[codec].damage(file.bytes, random, others);
    const before = checksum(bytes);
    const verdict =
      sound === null
        ? await targets[codec].judge(bytes, random, trial)
        : await judgeSound(jpegEngine, sound, random.pick([50, 50, 50, 1, 20, 75, 90, 100]), trial);
    // As `compress` does: what is held of an interlaced picture that nobody releases.
    wasmMemories.takeAllBack();
    const ms = trial.takeMs();
    const problem = verdict.problem ?? problemOfRun(ms, checksum(bytes) === before);
    const name = sound === null ? file.name : `sound ${describeChoices(sound.choices)}`;
    if (problem !== null) send({ kind: "problem", index, file: name, problem, bytes });
    count(progress, sound === null ? verdict : { ...verdict, outcome: `sound ${verdict.outcome}` }, ms);
    if (progress.done === batch || index === to - 1) {
      progress.idleBytes = wasmMemories.heldBytes();
      wasmMemories.clear();
      // Once is not enough for what a finaliser frees.
      for (let round = 0; round < 2; round++) {
        collectGarbage();
        await new Promise((resolve) => setImmediate(resolve));
      }
      const { heapUsed, external } = process.memoryUsage();
      progress.heldBytes = heapUsed + external;
      send({ kind: "progress", ...progress });
      progress = emptyProgress();
    }
  }
  send({ kind: "end" });
}

function problemOfRun(ms: number, isUntouched: boolean): string | null {
  if (!isUntouched) return "the source was written to";
  return ms > slowMs ? `it took ${Math.round(ms)} ms` : null;
}

function count(progress: Progress, { outcome, peakBytes }: Verdict, ms: number): void {
  progress.done++;
  progress.slowestMs = Math.max(progress.slowestMs, ms);
  progress.peakBytes = Math.max(progress.peakBytes, peakBytes);
  progress.outcomes[outcome] = (progress.outcomes[outcome] ?? 0) + 1;
}

function emptyProgress(): Progress {
  return { done: 0, outcomes: {}, slowestMs: 0, peakBytes: 0, idleBytes: 0, heldBytes: 0 };
}

function send(message: Message): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
  parentPort?.postMessage(message);
}

/** FNV-1a over some of the bytes: enough to see that nothing wrote into the caller's array. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i += 7) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}
