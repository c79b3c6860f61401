// The section about what the Worker's isolate holds while it works on pictures at the gates of their formats,
// as V8's inspector says it. Option: --copies 4.
import { setTimeout as sleep } from "node:timers/promises";
import { valueOf } from "./arguments.ts";
import { circumstances } from "./circumstances.ts";
import { heapOf, openInspector, totalOf } from "./inspector.ts";
import type { Inspector } from "./inspector.ts";
import { memoryCases } from "./memory/cases.ts";
import { findPhotos, generatePhotos } from "./photos.ts";
import { catalogueOf, getImages, startMeasuredStack, submit, waitForEnd } from "./pipeline/stack.ts";
import type { MeasuredStack } from "./pipeline/stack.ts";
import { resetPeak, workerdUsage } from "./workerd-usage.ts";

const isolateBytes = 128 * 1024 * 1024;
const copies = Number(valueOf("--copies") ?? 4);

interface MemoryResult {
  name: string;
  megapixels: number;
  sourceBytes: number;
  /** What became of the copies, each once. */
  outcomes: string;
  /** When their sum was highest. */
  heapBytes: number;
  bufferBytes: number;
  /** The most between that moment and the look before. */
  wasmBytes: number;
  /** All three at most, before anything is collected. */
  withGarbageBytes: number;
  samples: number;
  processPeakBytes: number;
}

export async function measureMemory(): Promise<string> {
  const started = Date.now();
  const found = await findPhotos(null);
  const photos = found.length > 0 ? found : await generatePhotos();
  const sources: Uint8Array[] = [];
  for (const each of memoryCases) sources.push(await each.make(photos));

  // workerd does not answer the inspector's own request to collect garbage.
  process.env["MINIFLARE_WORKERD_V8_FLAGS"] = "--expose-gc";
  const stack = await startMeasuredStack("test/bench/memory/worker.ts", sources);
  const results: MemoryResult[] = [];
  try {
    const inspector = await openInspector(stack.inspectorPort);
    const on = { stack, inspector, sources };
    for (const [index, { name, options }] of memoryCases.entries()) {
      const alike = Array.from({ length: copies }, () => index);
      results.push(await measure(on, name, alike, options));
    }
    const plain = memoryCases.flatMap(({ options }, index) => (Object.keys(options).length === 0 ? [index] : []));
    const all = Array.from({ length: copies }, () => plain).flat();
    results.push(await measure(on, "all without options, in turn", all, {}));
    inspector.close();
  } finally {
    await stack.close();
  }
  return writeReport(results, (Date.now() - started) / 1000);
}

async function measure(
  { stack: on, inspector, sources }: { stack: MeasuredStack; inspector: Inspector; sources: readonly Uint8Array[] },
  name: string,
  of: readonly number[],
  options: Record<string, string>,
): Promise<MemoryResult> {
  const urls = of.map((index, n) => `${on.sources}/${index}/picture?n=${n}`);
  const takeWasmPeak = async () => Number(await (await fetch(`${on.origin}/wasm-peak`)).text());
  const collectGarbage = () => fetch(`${on.origin}/collect-garbage`);
  await collectGarbage();
  await takeWasmPeak();
  const alive = { heapBytes: 0, bufferBytes: 0, wasmBytes: 0 };
  let withGarbageBytes = 0;
  let samples = 0;
  const job = new AbortController();
  const watch = (async () => {
    for (; !job.signal.aborted; await sleep(3)) {
      const now = totalOf(await heapOf(inspector));
      const wasmBytes = await takeWasmPeak();
      samples += 1;
      withGarbageBytes = Math.max(withGarbageBytes, now + wasmBytes);
      const most = together(alive);
      if (now + wasmBytes <= most) continue;
      await collectGarbage();
      const left = await heapOf(inspector);
      if (totalOf(left) + wasmBytes <= most) continue;
      const heapBytes = left.heapBytes + left.embedderBytes;
      Object.assign(alive, { heapBytes, bufferBytes: left.bufferBytes, wasmBytes });
    }
  })();
  resetPeak();
  const before = workerdUsage();
  // Every copy is to go through the codecs, those of earlier jobs too.
  const { id } = await submit(on.origin, catalogueOf(urls), { ...options, reuse: "false" });
  await waitForEnd(on.origin, id);
  job.abort();
  await watch;
  const images = await getImages(on.origin, id);
  const result = {
    name,
    megapixels: ((images[0]?.width ?? 0) * (images[0]?.height ?? 0)) / 1e6,
    sourceBytes: Math.max(...of.map((index) => sources[index]?.length ?? 0)),
    outcomes: [...new Set(images.map(({ outcome, code }) => code ?? outcome))].join(", "),
    ...alive,
    withGarbageBytes,
    samples,
    processPeakBytes: workerdUsage().peakBytes - before.residentBytes,
  };
  console.log(JSON.stringify(result));
  return result;
}

function together({
  heapBytes,
  bufferBytes,
  wasmBytes,
}: Pick<MemoryResult, "heapBytes" | "bufferBytes" | "wasmBytes">): number {
  return heapBytes + bufferBytes + wasmBytes;
}

function writeReport(results: readonly MemoryResult[], seconds: number): string {
  const worst = Math.max(...results.map(together));
  const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
  return [
    "## Memory in the runtime",
    "",
    ...circumstances(seconds),
    "",
    `A job of ${copies} copies of each picture, then one of all of them in turn, in one \`wrangler dev\`, whose Worker and coordinators share an`,
    "isolate. Whenever more is held than ever before, garbage is collected, and what is left counts: a local workerd has no limit to",
    "collect for, so that what is dead piles up there as it pleases.",
    "",
    "- Heap: objects, strings, code, and workerd's own objects; buffers: array buffers. As V8's inspector says it",
    "  (`Runtime.getHeapUsage`), asked every few milliseconds, between turns of the event loop.",
    "- wasm: the WebAssembly memories of all codecs, which the inspector leaves out, as they themselves say it: the most since the look before, dropped",
    "  ones included.",
    "- All three when their sum was highest.",
    "- workerd grew by: the whole process, whose simulators of R2 and the network hold the same bytes again.",
    "",
    `An isolate has ${mb(isolateBytes)} MB (128 MiB). The highest sum is **${mb(worst)} MB: ${worst < isolateBytes ? "it fits" : "IT DOES NOT FIT"}**.`,
    "",
    "| | MP | source | outcome | heap | buffers | wasm | sum | with garbage | workerd grew by | samples |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
    ...results.map((result) => {
      const { name, megapixels, sourceBytes, outcomes, heapBytes, bufferBytes, wasmBytes } = result;
      const cells = [name, megapixels.toFixed(1), `${mb(sourceBytes)} MB`, outcomes];
      const parts = [heapBytes, bufferBytes, wasmBytes].map(mb);
      const withGarbage = mb(result.withGarbageBytes);
      const rest = [`**${mb(together(result))}**`, withGarbage, mb(result.processPeakBytes), result.samples];
      return `| ${[...cells, ...parts, ...rest].join(" | ")} |`;
    }),
    "",
  ].join("\n");
}
