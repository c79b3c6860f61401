// The section about the whole of Halftone in `wrangler dev`, which gives everything one thread, beside a
// plain script with sharp on one thread. Options: --rounds 3, --images 220.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { valueOf } from "./arguments.ts";
import { loadEngines } from "./engines.ts";
import { findPhotos, generatePhotos } from "./photos.ts";
import type { Counts } from "./pipeline/counting-worker.ts";
import { writePipelineReport } from "./pipeline/report.ts";
import type { PipelineResult, SharpResult, StackResult } from "./pipeline/report.ts";
import { catalogueOf, secondsOf, startMeasuredStack, submit, waitForEnd } from "./pipeline/stack.ts";
import type { MeasuredStack } from "./pipeline/stack.ts";
import { median } from "./statistics.ts";
import { workerdUsage } from "./workerd-usage.ts";

const run = promisify(execFile);
const rounds = Number(valueOf("--rounds") ?? 3);
/** Of ten, so that no batch waits for more. */
const images = Number(valueOf("--images") ?? 220);

/** Photos, and which of them a measurement is about. */
interface PhotoSet {
  files: readonly Uint8Array[];
  of: readonly number[];
}

export async function measurePipeline(): Promise<string> {
  const started = Date.now();
  const found = await findPhotos(null);
  const photos = found.length > 0 ? found : await generatePhotos();
  const large = photos.map(({ bytes }) => bytes);
  const small = await Promise.all(photos.map(({ bytes }) => toShopSize(bytes)));
  const files = [...small, ...large];
  const shop: PhotoSet = { files, of: small.map((_, index) => index) };
  const asTheyCame: PhotoSet = { files, of: large.map((_, index) => small.length + index) };

  const results: PipelineResult[] = [];
  const growth: { images: number; cpuMs: number; seconds: number }[] = [];
  const stack = await startMeasuredStack("src/index.ts", files);
  try {
    // The first images are compiled for.
    await measureStack(stack, shop, 20);
    results.push(await compare(stack, "shop photos, 1200 px", shop, images));
    results.push(await compare(stack, "the photos as they came", asTheyCame, Math.floor(large.length / 10) * 10));
    for (const amount of [images / 2, images * 1.5, images * 4.5].map((n) => Math.round(n / 10) * 10)) {
      const { cpuMs, seconds } = await measureStack(stack, shop, amount);
      growth.push({ images: amount, cpuMs, seconds });
    }
  } finally {
    await stack.close();
  }
  const counts = await countCalls(shop);
  return writePipelineReport({
    results,
    growth,
    counts,
    isReal: found.length > 0,
    rounds,
    seconds: (Date.now() - started) / 1000,
  });
}

async function toShopSize(photo: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(photo).resize(1200, 1200, { fit: "inside" }).jpeg({ quality: 90 }).toBuffer());
}

/** Takes turns, so that all see the same machine. */
async function compare(stack: MeasuredStack, name: string, set: PhotoSet, amount: number): Promise<PipelineResult> {
  const ours: StackResult[] = [];
  const plain: SharpResult[] = [];
  const mozjpeg: SharpResult[] = [];
  const codecMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await measureStack(stack, set, amount));
    plain.push(await measureSharp(stack, set, amount, ""));
    mozjpeg.push(await measureSharp(stack, set, amount, "mozjpeg"));
    codecMs.push(await measureCodec(set));
    console.log(`${name}, round ${round + 1}: ${JSON.stringify([ours.at(-1), plain.at(-1), mozjpeg.at(-1)])}`);
  }
  const middle = <Key extends string>(list: readonly Record<Key, number>[], key: Key) =>
    median(list.map((entry) => entry[key]));
  const sharpMedian = (list: readonly SharpResult[]): SharpResult => ({
    seconds: middle(list, "seconds"),
    cpuMs: middle(list, "cpuMs"),
    bytes: middle(list, "bytes"),
  });
  return {
    name,
    images: amount,
    megapixels: await meanMegapixels(set),
    ours: { seconds: middle(ours, "seconds"), cpuMs: middle(ours, "cpuMs"), bytes: middle(ours, "bytes") },
    sharp: sharpMedian(plain),
    mozjpeg: sharpMedian(mozjpeg),
    codecMs: median(codecMs),
  };
}

async function measureStack(on: MeasuredStack, set: PhotoSet, amount: number): Promise<StackResult> {
  const urls = urlsOf(on, set, amount);
  const before = workerdUsage().cpuMs;
  const { id } = await submit(on.origin, catalogueOf(urls));
  const job = await waitForEnd(on.origin, id);
  if (job.images_failed > 0) throw new Error(`${job.images_failed} images failed`);
  return { seconds: secondsOf(job), cpuMs: workerdUsage().cpuMs - before, bytes: job.bytes_out };
}

async function measureSharp(
  on: MeasuredStack,
  set: PhotoSet,
  amount: number,
  engine: "" | "mozjpeg",
): Promise<SharpResult> {
  const folder = mkdtempSync(join(tmpdir(), "halftone-sharp-"));
  try {
    const list = join(folder, "urls.txt");
    writeFileSync(list, urlsOf(on, set, amount).join("\n"));
    const script = join(import.meta.dirname, "pipeline", "sharp-script.ts");
    const { stdout } = await run(process.execPath, [script, list, folder, engine], {
      env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
    });
    const { seconds, cpuMs, bytes }: SharpResult = JSON.parse(stdout);
    return { seconds, cpuMs, bytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** CPU of our engine alone on these files, in ms an image. */
async function measureCodec({ files, of }: PhotoSet): Promise<number> {
  const ours = (await loadEngines()).find(({ name }) => name === "halftone");
  const encodeAll = async () => {
    for (const index of of) await ours?.encode(files[index] ?? new Uint8Array(), 50);
  };
  await encodeAll();
  const before = process.cpuUsage();
  await encodeAll();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / of.length;
}

async function countCalls(set: PhotoSet): Promise<{ images: number; counts: Counts }> {
  const counting = await startMeasuredStack("test/bench/pipeline/counting-worker.ts", set.files);
  try {
    const { id } = await submit(counting.origin, catalogueOf(urlsOf(counting, set, images)));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await waitForEnd(counting.origin, id, 2_000);
    const told: Counts = JSON.parse(await (await fetch(`${counting.origin}/count`)).text());
    return { images, counts: told };
  } finally {
    await counting.close();
  }
}

function urlsOf({ sources }: MeasuredStack, { of }: PhotoSet, amount: number): string[] {
  return Array.from({ length: amount }, (_, n) => `${sources}/${of[n % of.length] ?? 0}/photo.jpg?n=${n}`);
}

async function meanMegapixels({ files, of }: PhotoSet): Promise<number> {
  const sizes = await Promise.all(of.map((index) => sharp(files[index]).metadata()));
  return sizes.reduce((sum, { width, height }) => sum + (width * height) / 1e6, 0) / sizes.length;
}
