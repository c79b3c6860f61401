// `npm run load`: many jobs at once in one `wrangler dev`. How long the API takes while the queue is busy, whether any job
// starves, and whether memory stays flat. Options: --jobs 20, --images 1000, --further 10000 (images after that, in jobs of
// 1,000 and two at a time, for the memory), --out FILE ("-": print).
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { valueOf } from "./arguments.ts";
import { circumstances } from "./circumstances.ts";
import { heapOf, openInspector, totalOf } from "./inspector.ts";
import { catalogueOf, getJob, secondsOf, startMeasuredStack, submit } from "./pipeline/stack.ts";
import type { Job, MeasuredStack } from "./pipeline/stack.ts";
import { benchmarkPage, publishSection } from "./publish.ts";
import { quantile } from "./statistics.ts";
import { workerdUsage } from "./workerd-usage.ts";

const jobs = Number(valueOf("--jobs") ?? 20);
const imagesPerJob = Number(valueOf("--images") ?? 1_000);
const further = Number(valueOf("--further") ?? 10_000);

interface Sample {
  images: number;
  /** Of the isolate, the least and the most seen since the sample before, in bytes: heap and array buffers. */
  leastBytes: number;
  mostBytes: number;
  residentBytes: number;
}

const [width, height] = [160, 120];
const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
const picture = await sharp({ create: { width, height, channels: 3, background: "#808080", noise } })
  .blur(1)
  .jpeg({ quality: 90 })
  .toBuffer();

const stack = await startMeasuredStack("src/index.ts", [picture]);
const inspector = await openInspector(stack.inspectorPort);
const answers: number[] = [];
const samples: Sample[] = [];
let held: number[] = [];
const watch = setInterval(() => void heapOf(inspector).then((now) => held.push(totalOf(now))), 100);
try {
  // The first requests are compiled for.
  await followAll(stack, [await submitJob(stack, 20)]);
  const started = Date.now();
  const ids = await Promise.all(Array.from({ length: jobs }, () => submitJob(stack, imagesPerJob)));
  const acceptedSeconds = (Date.now() - started) / 1000;
  const ended = await followAll(stack, ids, answers);
  const seconds = (Date.now() - started) / 1000;
  sample(jobs * imagesPerJob);
  for (let done = 2_000; done <= further; done += 2_000) {
    await followAll(stack, await Promise.all([submitJob(stack, 1_000), submitJob(stack, 1_000)]));
    sample(jobs * imagesPerJob + done);
  }
  const report = writeReport({ ended, seconds, acceptedSeconds });
  const out = valueOf("--out") ?? benchmarkPage;
  if (out === "-") console.log(report);
  else publishSection(report, out);
} finally {
  clearInterval(watch);
  inspector.close();
  await stack.close();
}

async function submitJob({ origin, sources }: MeasuredStack, images: number): Promise<string> {
  const batch = crypto.randomUUID();
  const urls = Array.from({ length: images }, (_, n) => `${sources}/0/${batch}.jpg?n=${n}`);
  return (await submit(origin, catalogueOf(urls))).id;
}

/** Asks after the jobs in turn, four times a second, until all have ended. */
async function followAll(on: MeasuredStack, ids: readonly string[], took: number[] = []): Promise<Job[]> {
  const ended = new Map<string, Job>();
  for (let turn = 0; ended.size < ids.length; turn++) {
    const id = ids[turn % ids.length] ?? "";
    if (ended.has(id)) continue;
    const started = performance.now();
    const job = await getJob(on.origin, id);
    took.push(performance.now() - started);
    if (job.completed_at !== null) ended.set(id, job);
    await sleep(250);
  }
  for (const job of ended.values()) if (job.images_failed > 0) throw new Error(`${job.images_failed} images failed`);
  return [...ended.values()];
}

function sample(images: number): void {
  const { residentBytes } = workerdUsage();
  samples.push({ images, leastBytes: quantile(held, 0), mostBytes: quantile(held, 1), residentBytes });
  held = [];
  console.log(JSON.stringify(samples.at(-1)));
}

function writeReport(run: { ended: readonly Job[]; seconds: number; acceptedSeconds: number }): string {
  const { ended, seconds, acceptedSeconds } = run;
  const lasted = ended.map(secondsOf).toSorted((a, b) => a - b);
  const total = ended.reduce((sum, job) => sum + job.images_processed, 0);
  const at = (share: number) => quantile(answers, share).toFixed(0);
  const [first, last] = [samples[0], samples.at(-1)];
  const growth = ((last?.leastBytes ?? 0) - (first?.leastBytes ?? 0)) / 1e6;
  return [
    "## Load",
    "",
    ...circumstances(seconds, "npm run load"),
    "",
    `${jobs} jobs of ${imagesPerJob.toLocaleString("en-US")} images of ${width} x ${height} pixels (${(picture.length / 1000).toFixed(1)} KB), uploaded at once to one \`wrangler dev\`, where HTTP, the`,
    "queue, the codecs and the simulators of the platform share one thread; a deployment has an isolate for each.",
    "",
    `- All ${jobs} were accepted in ${acceptedSeconds.toFixed(1)} s and ended in **${seconds.toFixed(0)} s: ${(total / seconds).toFixed(0)} images a second**.`,
    `- \`GET /v1/jobs/{id}\` while the queue was busy: **p50 ${at(0.5)} ms, p99 ${at(0.99)} ms**, at most ${at(1)} ms, of ${answers.length}.`,
    `- Nothing starves: the first job ended after ${lasted[0]?.toFixed(0)} s, the last after ${lasted.at(-1)?.toFixed(0)} s; ${total} images, each with its outcome, none failed.`,
    `- Memory: what the isolate holds at least went by **${growth >= 0 ? "+" : ""}${growth.toFixed(1)} MB** from image ${first?.images.toLocaleString("en-US")} to image ${last?.images.toLocaleString("en-US")}.`,
    "",
    "| images so far | the isolate holds at least | at most | resident in workerd |",
    "|---|---|---|---|",
    ...samples.map(
      ({ images, leastBytes, mostBytes, residentBytes }) =>
        `| ${images.toLocaleString("en-US")} | ${(leastBytes / 1e6).toFixed(1)} MB | ${(mostBytes / 1e6).toFixed(1)} MB | ${(residentBytes / 1e6).toFixed(0)} MB |`,
    ),
    "",
    "What the isolate holds is V8's heap, array buffers and workerd's own objects, but no memories of wasm, as the inspector says ten",
    "times a second (`Runtime.getHeapUsage`); the least since the row above is what a collection leaves. Resident is the whole process,",
    "simulators included.",
    "",
  ].join("\n");
}
