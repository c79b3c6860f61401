// What is billed for an image and for a job. Counts: held to what is counted by test/job/cost.test.ts, which runs a job in
// workerd with bindings that count. Prices: Cloudflare's list, Workers Paid, read on 2026-11-20.

/** Every use is linear: so much an image, and so much a job beside its images. Batches are full. */
export const counted = {
  perBatch: 10,
  image: {
    queueMessages: 1,
    d1RowsRead: 21,
    /** Its row twice, that of its source, and a tenth of a counter's. */
    d1RowsWritten: 3.1,
    r2ClassA: 1,
    r2ClassB: 0,
    coordinatorRequests: 0.1,
    /** A tenth of: the coordinator's state, the batch's events, their deletion at the end. */
    coordinatorRowsWritten: 0.3,
    dataPoints: 1,
  },
  job: {
    queueMessages: 0,
    d1RowsRead: 8,
    d1RowsWritten: 10,
    r2ClassA: 3,
    r2ClassB: 1,
    coordinatorRequests: 5,
    coordinatorRowsWritten: 11,
    dataPoints: 1,
  },
  /** When its time is over: D1 bills a row that is deleted as one that is written. */
  imageDeletion: { d1RowsRead: 6, d1RowsWritten: 2 },
  jobDeletion: { d1RowsRead: 1, d1RowsWritten: 1, r2ClassA: 1, coordinatorRequests: 2, coordinatorRowsWritten: 3 },
} as const;

export const pricesFrom = "2026-11-20";

/** Dollars for a million, or for a GB and month. */
export const prices = {
  workerRequests: 0.3,
  cpuMs: 0.02,
  queueOperations: 0.4,
  r2ClassA: 4.5,
  r2ClassB: 0.36,
  r2GigabyteMonths: 0.015,
  d1RowsRead: 0.001,
  d1RowsWritten: 1,
  d1GigabyteMonths: 0.75,
  coordinatorRequests: 0.15,
  coordinatorRowsWritten: 1,
  /** A million of them: the list says $12.50. */
  coordinatorGigabyteSeconds: 12.5,
  logEvents: 0.6,
  dataPoints: 0.25,
  imagesTransformations: 500,
} as const;

/** Measured, and where. */
export const measured = {
  /** Bytes of D1 for an image, its share of a page included: `npm run limits`, 2026-11-21. */
  d1BytesPerImage: 172,
  /**
   * CPU of workerd around the codec, for an image and for a job: `node test/load/overhead.ts`, 2026-11-21. The emulators of
   * D1, R2 and the queue are in it, so a deployment has less.
   */
  cpuMsAroundCodec: 2.4,
  cpuMsPerJob: 118,
} as const;
