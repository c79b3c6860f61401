// The section about the whole of Halftone in `wrangler dev`, which gives everything one thread, beside a plain script with
// sharp whose encoding has one thread, and beside the same calls of the platform with nothing of Halftone between them.
// Options: --rounds 3, --images 300.
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
import type { GrowthPoint, PipelineResult, Run } from "./pipeline/report.ts";
import { catalogueOf, runFloor, secondsOf, startMeasuredStack, submit, waitForEnd } from "./pipeline/stack.ts";
import type { MeasuredStack } from "./pipeline/stack.ts";
import { median } from "./statistics.ts";
import { workerdUsage } from "./workerd-usage.ts";

const run = promisify(execFile);
const rounds = Number(valueOf("--rounds") ?? 3);
/** Of ten, so that no batch waits for more. */
const images = Number(valueOf("--images") ?? 300);

/** As many as the script does before its clock runs: what stood still for long is compiled anew. */
const warmUpImages = 20;
/** The longer sides of the photos of a shop, in turn: at quality 80 they have some 30 to 60 KB. */
const shopSides = [600, 800, 1000] as const;
const growthSizes = [100, 300, 1_000] as const;

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
  const small = await Promise.all(photos.map(({ bytes }, index) => toShopSize(bytes, index)));
  const files = [...small, ...large];
  const shop: PhotoSet = { files, of: small.map((_, index) => index) };
  const asTheyCame: PhotoSet = { files, of: large.map((_, index) => small.length + index) };

  const results: PipelineResult[] = [];
  const stack = await startMeasuredStack("src/index.ts", files);
  const floor = await startMeasuredStack("test/bench/pipeline/floor-worker.ts", files);
  let growth: GrowthPoint[];
  try {
    const stacks = { stack, floor };
    // The first images are compiled for.
    for (let turn = 0; turn < 3; turn++) await measureStack(stack, shop, 40);
    await measureFloor(floor, shop, 60, 0.5);
    results.push(await compare(stacks, `shop photos, ${shopSides.join(", ")} px`, shop, images));
    results.push(await compare(stacks, "the photos as they came", asTheyCame, Math.floor(large.length / 10) * 10));
    growth = await measureGrowth(stack, shop);
  } finally {
    await stack.close();
    await floor.close();
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

async function toShopSize(photo: Uint8Array, index: number): Promise<Uint8Array> {
  const side = shopSides[index % shopSides.length] ?? shopSides[0];
  return new Uint8Array(await sharp(photo).resize(side, side, { fit: "inside" }).jpeg({ quality: 80 }).toBuffer());
}

/** Takes turns, so that all see the same machine. */
async function compare(
  { stack, floor }: { stack: MeasuredStack; floor: MeasuredStack },
  name: string,
  set: PhotoSet,
  amount: number,
): Promise<PipelineResult> {
  const runs: Record<"ours" | "sharp" | "mozjpeg" | "floor", Run[]> = { ours: [], sharp: [], mozjpeg: [], floor: [] };
  const codecMs: number[] = [];
  const bytesIn = set.of.reduce((sum, index) => sum + (set.files[index]?.length ?? 0), 0) / set.of.length;
  for (let round = 0; round < rounds; round++) {
    await measureStack(stack, set, warmUpImages);
    const ours = await measureStack(stack, set, amount);
    runs.ours.push(ours);
    runs.sharp.push(await measureSharp(stack, set, amount, ""));
    runs.mozjpeg.push(await measureSharp(stack, set, amount, "mozjpeg"));
    const share = ours.bytes / amount / bytesIn;
    await measureFloor(floor, set, warmUpImages, share);
    runs.floor.push(await measureFloor(floor, set, amount, share));
    codecMs.push(await measureCodec(set));
    console.log(`${name}, round ${round + 1}: ${JSON.stringify(Object.values(runs).map((list) => list.at(-1)))}`);
  }
  return {
    name,
    images: amount,
    megapixels: await meanMegapixels(set),
    bytesIn,
    ours: middleOf(runs.ours),
    sharp: middleOf(runs.sharp),
    mozjpeg: middleOf(runs.mozjpeg),
    floor: middleOf(runs.floor),
    codecMs: median(codecMs),
  };
}

function middleOf(runs: readonly Run[]): Run {
  const middle = (key: keyof Run) => median(runs.map((run) => run[key]));
  return { seconds: middle("seconds"), cpuMs: middle("cpuMs"), bytes: middle("bytes") };
}

async function measureGrowth(stack: MeasuredStack, set: PhotoSet): Promise<GrowthPoint[]> {
  const all: GrowthPoint[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const size of growthSizes) all.push({ images: size, ...(await measureStack(stack, set, size)) });
  }
  return growthSizes.map((size) => ({ images: size, ...middleOf(all.filter((run) => run.images === size)) }));
}

async function measureStack(on: MeasuredStack, set: PhotoSet, amount: number): Promise<Run> {
  const urls = urlsOf(on, set, amount);
  const before = workerdUsage().cpuMs;
  const { id } = await submit(on.origin, catalogueOf(urls));
  const job = await waitForEnd(on.origin, id);
  if (job.images_failed > 0) throw new Error(`${job.images_failed} images failed`);
  return { seconds: secondsOf(job), cpuMs: workerdUsage().cpuMs - before, bytes: job.bytes_out };
}

/** @param share of a source's bytes that are stored. */
async function measureFloor(on: MeasuredStack, set: PhotoSet, amount: number, share: number): Promise<Run> {
  const before = workerdUsage().cpuMs;
  const seconds = await runFloor(on.origin, urlsOf(on, set, amount), share);
  return { seconds, cpuMs: workerdUsage().cpuMs - before, bytes: 0 };
}

async function measureSharp(on: MeasuredStack, set: PhotoSet, amount: number, engine: "" | "mozjpeg"): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "halftone-sharp-"));
  try {
    const list = join(folder, "urls.txt");
    writeFileSync(list, urlsOf(on, set, amount).join("\n"));
    const script = join(import.meta.dirname, "pipeline", "sharp-script.ts");
    const { stdout } = await run(process.execPath, [script, list, folder, engine], {
      env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
    });
    const { seconds, cpuMs, bytes }: Run = JSON.parse(stdout);
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
  const passes = Math.ceil(60 / of.length);
  const before = process.cpuUsage();
  for (let pass = 0; pass < passes; pass++) await encodeAll();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / of.length / passes;
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

let jobs = 0;

/** No URL is in two jobs, or the second would be handed the outputs of the first. */
function urlsOf({ sources }: MeasuredStack, { of }: PhotoSet, amount: number): string[] {
  const job = ++jobs;
  return Array.from({ length: amount }, (_, n) => `${sources}/${of[n % of.length] ?? 0}/photo.jpg?job=${job}&n=${n}`);
}

async function meanMegapixels({ files, of }: PhotoSet): Promise<number> {
  const sizes = await Promise.all(of.map((index) => sharp(files[index]).metadata()));
  return sizes.reduce((sum, { width, height }) => sum + (width * height) / 1e6, 0) / sizes.length;
}
