// Runs the cases of a codec in a thread, notes what it reports, and goes on behind a case that does not end.
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { CodecName, Stretch } from "./plan.ts";
import type { SeedOptions } from "./seed-files.ts";
import type { Message, Progress, Task } from "./thread.ts";

export interface Findings {
  codec: CodecName;
  cases: number;
  problems: number;
  seconds: number;
  outcomes: Map<string, number>;
  slowestMs: number;
  peakBytes: number;
  idleBytes: number;
  /** Between the first batches and the last: what should be nothing. */
  grownBytes: number;
}

/** By the clock, so well above what is slow by the CPU: the machine may be busy. */
const hangMs = 30_000;
/** Compiled code and what the collector leaves, no leak: of a hundred batches one image a batch would show. */
const allowedGrowthBytes = 8 * 2 ** 20;

export interface Watch {
  runStretch(stretch: Stretch & SeedOptions & { seed: number }): Promise<Findings>;
  close(): Promise<void>;
}

export function openWatch(): Watch {
  const waiting: Held = { thread: null };
  return {
    runStretch: (stretch) => runStretch(stretch, waiting),
    async close() {
      await waiting.thread?.terminate();
    },
  };
}

/** The thread that waits: to start one takes as long as some hundred cases. */
interface Held {
  thread: Worker | null;
}

async function runStretch(stretch: Stretch & SeedOptions & { seed: number }, waiting: Held): Promise<Findings> {
  const started = Date.now();
  const findings: Findings = {
    codec: stretch.codec,
    cases: 0,
    problems: 0,
    seconds: 0,
    outcomes: new Map(),
    slowestMs: 0,
    peakBytes: 0,
    idleBytes: 0,
    grownBytes: 0,
  };
  for (let from = stretch.from; from < stretch.to;) {
    const held: number[] = [];
    from = await runInThread({ ...stretch, from }, waiting, { findings, held });
    findings.grownBytes = Math.max(findings.grownBytes, growthOf(held));
  }
  if (findings.grownBytes > allowedGrowthBytes) {
    findings.problems++;
    console.log(`PROBLEM ${stretch.codec}: memory grows by ${findings.grownBytes} bytes`);
  }
  return { ...findings, seconds: (Date.now() - started) / 1000 };
}

/** Until the task is done or a case hangs; gives the case to go on from. */
async function runInThread(
  stretch: Stretch & SeedOptions & { seed: number },
  waiting: Held,
  { findings, held }: { findings: Findings; held: number[] },
): Promise<number> {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const thread = waiting.thread ?? new Worker(join(import.meta.dirname, "thread.ts"));
  waiting.thread = null;
  return await new Promise<number>((resolve, reject) => {
    let [lastCase, since] = [-1, Date.now()];
    const timer = setInterval(() => {
      const current = Atomics.load(shared, 0);
      const isBusy = Atomics.load(shared, 1) === 1;
      if (current !== lastCase || !isBusy) [lastCase, since] = [current, Date.now()];
      else if (Date.now() - since > hangMs) {
        findings.cases++;
        note({ kind: "problem", index: current, file: "unknown", problem: "it hangs", bytes: new Uint8Array() });
        leave();
        thread.terminate().then(() => resolve(current + 1), reject);
      }
    }, 200);
    thread.on("error", fail);
    thread.on("message", take);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    thread.postMessage({ ...stretch, shared } satisfies Task);

    function take(message: Message): void {
      if (message.kind === "problem") note(message);
      else if (message.kind === "end") {
        leave();
        waiting.thread = thread;
        resolve(stretch.to);
      } else {
        addProgress(findings, message);
        held.push(message.heldBytes);
      }
    }

    function fail(error: Error): void {
      leave();
      reject(error);
    }

    function leave(): void {
      clearInterval(timer);
      thread.off("error", fail);
      thread.off("message", take);
    }
  });

  function note({ index, file, problem, bytes }: Message & { kind: "problem" }): void {
    findings.problems++;
    const folder = join(tmpdir(), "halftone-fuzz");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${stretch.codec}-seed${stretch.seed}-case${index}.bin`);
    writeFileSync(path, bytes);
    console.log(`PROBLEM ${stretch.codec} case ${index} (${file}): ${problem}\n  ${path}`);
  }
}

function addProgress(findings: Findings, progress: Progress): void {
  findings.cases += progress.done;
  findings.slowestMs = Math.max(findings.slowestMs, progress.slowestMs);
  findings.peakBytes = Math.max(findings.peakBytes, progress.peakBytes);
  findings.idleBytes = Math.max(findings.idleBytes, progress.idleBytes);
  for (const [outcome, count] of Object.entries(progress.outcomes)) {
    findings.outcomes.set(outcome, (findings.outcomes.get(outcome) ?? 0) + count);
  }
}

/** From where code is compiled and tables are filled, a tenth of the way. */
function growthOf(held: readonly number[]): number {
  const floor = held[Math.floor(held.length / 10)] ?? 0;
  return Math.max(0, (held.at(-1) ?? 0) - floor);
}
