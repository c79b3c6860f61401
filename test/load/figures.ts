// What the simulation counts with. Measured on 2026-11-21, two shared cores under a load of 14, by `npm run limits` and
// `node test/load/overhead.ts`, and docs/benchmarks.md; or a limit of the platform as its documentation had it on
// 2026-11-20. Where a local figure flatters (a local D1 writes to one disk, a deployed one to several places), the
// documented one counts.

/** Measured, for the record and for what is built on them. */
export const measured = {
  insertedRowsPerSecond: 175_000,
  /** Time inside of SQLite, and with the way there and back. */
  loadWorkMs: { sqlite: 0.2, whole: 5.1 },
  recordOutcomesMs: { sqlite: 0.3, whole: 2.6 },
  reportsPerSecond: 1_126,
  acceptedJobsPerSecond: 58,
} as const;

/** What one image and one batch take of each part. Times in ms. */
export const service = {
  /** D1 is one thread: "about 1,000 queries a second at 1 ms"; "writes take several ms". */
  d1ReadMs: 1,
  d1WriteMs: 5,
  /** A coordinator takes 200 to 500 requests a second where it writes; the documentation's lower figure. */
  reportMs: 5,
  /** Rows of an upload, a thousand a job: measured, ten times over for the documented slowness of writes. */
  insertMsPerImage: 0.06,
  /** Of ours on a 2 MP photo, and around it. */
  cpuMsPerImage: 21,
  /** A shop on the internet: assumed. Downloads of a batch run side by side, five wait for headers at a time. */
  downloadMs: 600,
  downloadsAtOnce: 5,
  /** Puts of a batch run side by side. */
  storeMs: 100,
} as const;

export const platform = {
  queueMessagesPerSecond: 5_000,
  consumersPerQueue: 250,
  batch: 10,
} as const;
