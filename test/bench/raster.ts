// A picture through somebody's codec, and what it took. Times are of the CPU, all threads.

export interface RasterRun {
  bytes: Uint8Array;
  cpuMs: number;
  /** What of ours is said beside the bytes. */
  colours?: number;
  lossless?: boolean;
  peakBytes?: number;
}

/** Null where the source is kept. */
export type RasterEncoder = (source: Uint8Array, quality: number) => Promise<RasterRun | null>;

export function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
