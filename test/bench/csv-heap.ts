// How much heap a reader needs: the least with which it gets through, found by halving. What a collector that is in no
// hurry lets pile up is no need.
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { readers, type ReaderName } from "./csv-readers.ts";

interface Reading {
  reader: ReaderName;
  /** Made elsewhere, so that only their reading is on the heap. */
  bytes: Uint8Array;
}

const stepMegabytes = 8;
const mostMegabytes = 1024;

if (!isMainThread && isReading(workerData)) {
  readers[workerData.reader](workerData.bytes);
}

/** In MB, in steps of 8; the bytes themselves lie outside the heap. Null when no heap is enough. */
export async function leastHeap(reading: Reading): Promise<number | null> {
  let [tooLittle, enough] = [0, mostMegabytes / stepMegabytes];
  if (!(await getsThrough(reading, mostMegabytes))) return null;
  while (enough - tooLittle > 1) {
    const middle = Math.ceil((tooLittle + enough) / 2);
    if (await getsThrough(reading, middle * stepMegabytes)) enough = middle;
    else tooLittle = middle;
  }
  return enough * stepMegabytes;
}

function getsThrough(reading: Reading, megabytes: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, {
      workerData: reading,
      resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 4 },
    });
    worker.on("error", (error) => {
      if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") resolve(false);
      else reject(error);
    });
    worker.on("exit", () => resolve(true));
  });
}

function isReading(data: unknown): data is Reading {
  return typeof data === "object" && data !== null && "reader" in data && "bytes" in data;
}
