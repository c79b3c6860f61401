// The section about CSV: what an upload costs before its job is accepted, at sizes up to the largest that is taken.
// Options: --rounds 5, --shape NAME, --no-heap.
import { has, valueOf } from "./arguments.ts";
import { makeCatalogue, meanings, shapes, type Shape } from "./csv-catalogues.ts";
import { leastHeap } from "./csv-heap.ts";
import { readerNames, readers, type ReaderName } from "./csv-readers.ts";
import { machine, whereAndWhen } from "./machine.ts";
import { growthExponent, median } from "./statistics.ts";
import { versionOf } from "./versions.ts";

const mebibyte = 2 ** 20;
const sizes = [1, 2.5, 5, 10].map((megabytes) => megabytes * mebibyte);
const largest = 10 * mebibyte;

interface ReaderFigures {
  /** CPU in ms, in the order of `sizes`. */
  cpuMs: number[];
  heapMegabytes: number | null;
}

interface ShapeFigures {
  shape: Shape;
  readers: Record<ReaderName, ReaderFigures>;
}

export async function measureCsv(): Promise<string> {
  const started = Date.now();
  const only = valueOf("--shape");
  const figures: ShapeFigures[] = [];
  for (const shape of shapes.filter((name) => only === null || name === only)) {
    const measured = await measureShape(shape, Number(valueOf("--rounds") ?? 5));
    figures.push(measured);
    console.log(rowOf(measured));
  }
  return writeSection(figures, (Date.now() - started) / 1000);
}

async function measureShape(shape: Shape, rounds: number): Promise<ShapeFigures> {
  const times = perReader<number[]>(() => []);
  // Until the code is compiled.
  for (const name of readerNames) readers[name](makeCatalogue(shape, largest));
  for (const size of sizes) {
    const bytes = makeCatalogue(shape, size);
    const samples = perReader<number[]>(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const name of round % 2 === 0 ? readerNames : readerNames.toReversed()) {
        const before = process.cpuUsage();
        readers[name](bytes);
        const { user, system } = process.cpuUsage(before);
        samples[name].push((user + system) / 1000);
      }
    }
    for (const name of readerNames) times[name].push(median(samples[name]));
  }
  const figures = perReader<ReaderFigures>((name) => ({ cpuMs: times[name], heapMegabytes: null }));
  if (has("--no-heap")) return { shape, readers: figures };
  const bytes = makeCatalogue(shape, largest);
  for (const reader of readerNames) {
    // Nothing is told of the cells alone.
    if (reader !== "halftone cells") figures[reader].heapMegabytes = await leastHeap({ reader, bytes });
  }
  return { shape, readers: figures };
}

function perReader<Value>(valueOf: (name: ReaderName) => Value): Record<ReaderName, Value> {
  return {
    halftone: valueOf("halftone"),
    "halftone cells": valueOf("halftone cells"),
    PapaParse: valueOf("PapaParse"),
  };
}

function writeSection(figures: readonly ShapeFigures[], seconds: number): string {
  return [
    "## CSV: from bytes to products",
    "",
    whereAndWhen(seconds),
    `${machine()} Node ${process.versions.node}, PapaParse ${versionOf("papaparse")}.`,
    "",
    "Ours decodes, guesses the delimiter, finds the columns, joins spilled lists, checks every cell and tells URLs apart and each once; PapaParse decodes, guesses and cuts into cells, and looks at none; *Cells* is our part that does the same. All take turns in one process; CPU of the process with its collector, medians.",
    "Growth: the exponent of cost over size, 1 where twice the size costs twice. Heap: the least with which the largest gets through, in steps of 8 MB; its bytes lie outside. MB are 2^20 bytes here, as the limit of 10 MB is.",
    "",
    ...figures.map(({ shape }) => `- **${shape}**: ${meanings[shape]}`),
    "",
    "| shape | ours, ms: 1 MB | 2.5 | 5 | 10 | ms/MB at 10 | growth | heap, MB | cells, ms: 10 MB | PapaParse, ms: 10 MB | growth | heap, MB | cells beside PapaParse | all of ours beside it |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ...figures.map(rowOf),
    "",
    "### Where we lose to PapaParse",
    "",
    ...losses(figures),
    "",
  ].join("\n");
}

function rowOf({ shape, readers: { halftone, "halftone cells": cut, PapaParse } }: ShapeFigures): string {
  const cells = [
    shape,
    ...halftone.cpuMs.map((ms) => ms.toFixed(0)),
    `**${(atLargest(halftone) / (largest / mebibyte)).toFixed(1)}**`,
    growth(halftone),
    String(halftone.heapMegabytes ?? "-"),
    atLargest(cut).toFixed(0),
    atLargest(PapaParse).toFixed(0),
    growth(PapaParse),
    String(PapaParse.heapMegabytes ?? "-"),
    `${(atLargest(cut) / atLargest(PapaParse)).toFixed(2)}x`,
    `${(atLargest(halftone) / atLargest(PapaParse)).toFixed(2)}x`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function losses(figures: readonly ShapeFigures[]): string[] {
  const lost = (text: string, ours: ReaderName, valueOf: (figures: ReaderFigures) => number) => {
    const shapesLost = figures.filter(({ readers: { [ours]: us, PapaParse } }) => valueOf(us) > valueOf(PapaParse));
    return shapesLost.length === 0 ? [] : [`- ${text}: ${shapesLost.map(({ shape }) => shape).join(", ")}.`];
  };
  const lines = [
    ...lost("More CPU at 10 MB for the cells alone", "halftone cells", atLargest),
    ...lost("More CPU at 10 MB for all of it, which is more work", "halftone", atLargest),
    ...lost("More heap for all of it", "halftone", ({ heapMegabytes }) => heapMegabytes ?? 0),
  ];
  return lines.length > 0 ? lines : ["Nowhere on these shapes."];
}

function atLargest({ cpuMs }: ReaderFigures): number {
  return cpuMs.at(-1) ?? Number.NaN;
}

function growth({ cpuMs }: ReaderFigures): string {
  return growthExponent(sizes.map((size, index) => ({ size, cost: cpuMs[index] ?? Number.NaN }))).toFixed(2);
}
