// The price of a million images, meter by meter. Pure.
import { counted, measured, prices } from "./figures.ts";

export interface Load {
  /** Of the source. */
  megapixels: number;
  cpuMsPerMegapixel: number;
  outputKilobytes: number;
  imagesPerJob: number;
  /** Deliveries of an image's message, on average: 1 and what is tried again. */
  attempts: number;
  /** Messages in a batch. */
  perBatch: number;
  /** Months that outputs and records are kept. */
  months: number;
  failedShare: number;
  /** `REUSE=on`: a row says what was made from which source. */
  remembersSources: boolean;
  logImages: "all" | "failed" | "none";
  analytics: boolean;
  /** Looks at a job by its caller, the page or a script. */
  looksPerJob: number;
  /** Share of images given to Cloudflare Images; Halftone gives none. */
  imagesBindingShare: number;
}

export interface Line {
  meter: string;
  /** How many for a million images, in millions; GB-months as they are. */
  units: number;
  dollars: number;
  remark: string;
}

const million = 1_000_000;
/** A coordinator lives in 128 MB and is billed while it works: some ms a call. */
const coordinatorGigabytes = 0.128;
const coordinatorMsPerRequest = 20;

export function priceOf(load: Load): Line[] {
  const jobs = million / load.imagesPerJob;
  const invocations = (million * load.attempts) / load.perBatch;
  // Fuller batches than those counted need fewer calls, emptier ones more.
  const thinness = counted.perBatch / load.perBatch;
  const coordinatorRequests =
    counted.image.coordinatorRequests * thinness * million +
    (counted.job.coordinatorRequests + counted.jobDeletion.coordinatorRequests) * jobs;
  const looks = load.looksPerJob * jobs;
  const workerRequests = invocations + looks + jobs;
  const imageLines = { all: 1, failed: load.failedShare, none: 0 }[load.logImages] * million;
  const outputs = 1 - load.failedShare;
  const lines: Line[] = [
    line(
      "R2, writes and lists",
      counted.image.r2ClassA * outputs * million + (counted.job.r2ClassA + counted.jobDeletion.r2ClassA) * jobs,
      prices.r2ClassA,
      "one an image, four a job",
    ),
    line(
      "D1, rows written",
      (rowsWritten(load) + counted.imageDeletion.d1RowsWritten - forgotten(load)) * million +
        (counted.job.d1RowsWritten + counted.jobDeletion.d1RowsWritten) * jobs,
      prices.d1RowsWritten,
      "an image and its source, each written and deleted, and the image once settled",
    ),
    line(
      "Queue, operations",
      (3 + (load.attempts - 1)) * counted.image.queueMessages * million,
      prices.queueOperations,
      "written, read, deleted; read again for each further attempt",
    ),
    line(
      "CPU, codec",
      load.megapixels * load.cpuMsPerMegapixel * outputs * million,
      prices.cpuMs,
      `${load.megapixels} MP at ${load.cpuMsPerMegapixel} ms`,
    ),
    line(
      "CPU, everything else",
      measured.cpuMsAroundCodec * load.attempts * million + measured.cpuMsPerJob * jobs,
      prices.cpuMs,
      "a bound from above: the emulators are in it",
    ),
    line(
      "Coordinator, rows written",
      counted.image.coordinatorRowsWritten * thinness * million +
        (counted.job.coordinatorRowsWritten + counted.jobDeletion.coordinatorRowsWritten) * jobs,
      prices.coordinatorRowsWritten,
      "three a batch",
    ),
    line("Coordinator, requests", coordinatorRequests, prices.coordinatorRequests, "one a batch, alarms"),
    line(
      "Coordinator, GB-s",
      (coordinatorRequests * coordinatorMsPerRequest * coordinatorGigabytes) / 1_000,
      prices.coordinatorGigabyteSeconds,
      `assumed: ${coordinatorMsPerRequest} ms a request`,
    ),
    line("Worker requests", workerRequests, prices.workerRequests, "batches, uploads, looks at jobs"),
    line(
      "D1, rows read",
      (counted.image.d1RowsRead + counted.imageDeletion.d1RowsRead) * million +
        (counted.job.d1RowsRead + counted.jobDeletion.d1RowsRead + load.looksPerJob) * jobs,
      prices.d1RowsRead,
      "",
    ),
    line(
      "R2, reads",
      counted.image.r2ClassB * million + counted.job.r2ClassB * jobs,
      prices.r2ClassB,
      "those of the job; whoever looks at images reads more",
    ),
    line(
      "Logs",
      // Each invocation is an event, and each line; a look at a job is both.
      workerRequests + coordinatorRequests + looks + 2 * jobs + imageLines,
      prices.logEvents,
      `LOG_IMAGES=${load.logImages}`,
    ),
    line(
      "Analytics Engine, points",
      load.analytics ? counted.image.dataPoints * million + counted.job.dataPoints * jobs : 0,
      prices.dataPoints,
      load.analytics ? "one an image" : "not bound",
    ),
    kept("R2, storage", load.outputKilobytes * outputs * 1_000 * load.months, prices.r2GigabyteMonths, load.months),
    kept("D1, storage", measured.d1BytesPerImage * load.months, prices.d1GigabyteMonths, load.months),
    line("Cloudflare Images", load.imagesBindingShare * million, prices.imagesTransformations, "not used"),
  ];
  return lines.filter(({ dollars }) => dollars > 0).toSorted((a, b) => b.dollars - a.dollars);
}

export function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { dollars }) => sum + dollars, 0);
}

/** The image's own rows, and the counters' that a batch shares. */
function rowsWritten(load: Load): number {
  const own = 3;
  return own - forgotten(load) + (counted.image.d1RowsWritten - own) * (counted.perBatch / load.perBatch);
}

/** Rows that are not there where no source is remembered: one when it is written, and one when it is deleted. */
function forgotten(load: Load): number {
  return load.remembersSources ? 0 : 1;
}

function line(meter: string, units: number, dollarsPerMillion: number, remark: string): Line {
  return { meter, units: units / million, dollars: (units / million) * dollarsPerMillion, remark };
}

/** @param bytesPerImage times the months that they are kept. */
function kept(meter: string, bytesPerImage: number, dollarsPerGigabyteMonth: number, months: number): Line {
  const units = (bytesPerImage * million) / 1e9;
  return { meter, units, dollars: units * dollarsPerGigabyteMonth, remark: `GB-months; kept for ${months} of them` };
}
