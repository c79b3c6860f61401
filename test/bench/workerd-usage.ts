// What the workerd processes below a process have used, as the kernel counts it (/proc, so Linux only).
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Kernel ticks are 10 ms on every Linux of today. */
const msPerTick = 10;

export interface WorkerdUsage {
  /** User and system time of all of them. */
  cpuMs: number;
  /** Of the largest of them, now and at its highest since `resetPeak`, in bytes. */
  residentBytes: number;
  peakBytes: number;
}

/** @param root whose descendants are meant: a wrangler, or this process for all that it has started. */
export function workerdUsage(root = process.pid): WorkerdUsage {
  const all = workerds(root);
  const largest = Math.max(0, ...all.map(({ pid }) => memoryOf(pid, "VmRSS")));
  const peak = Math.max(0, ...all.map(({ pid }) => memoryOf(pid, "VmHWM")));
  return {
    cpuMs: all.reduce((sum, { ticks }) => sum + ticks, 0) * msPerTick,
    residentBytes: largest,
    peakBytes: peak,
  };
}

/** From now on the peak counts anew. */
export function resetPeak(root = process.pid): void {
  for (const { pid } of workerds(root)) writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

interface Process {
  pid: number;
  parent: number;
  name: string;
  ticks: number;
}

function workerds(root: number): Process[] {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readStat(pid) ?? []);
  const family = new Set([root]);
  // Children have higher numbers as a rule; twice over settles the rest.
  for (let pass = 0; pass < 2; pass++) {
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return processes.filter(({ pid, name }) => family.has(pid) && name === "workerd");
}

function readStat(pid: string): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold anything.
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid: Number(pid), parent: Number(fields[1]), name, ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    // It ended while we looked.
    return null;
  }
}

function memoryOf(pid: number, field: "VmRSS" | "VmHWM"): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? 0) * 1024;
}
