// CPU time of the engine inside workerd, as the kernel counts it for the process (/proc, so Linux only).
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Photo } from "./photos.ts";

/** Kernel ticks are 10 ms on every Linux of today. */
const msPerTick = 10;

export interface WorkerdTiming {
  name: string;
  cpuMs: number;
}

/** Milliseconds per image for each photo, or null where there is no /proc. */
export async function measureInWorkerd(photos: readonly Photo[]): Promise<WorkerdTiming[] | null> {
  if (process.platform !== "linux") return null;
  const port = await freePort();
  const folder = join(import.meta.dirname, "workerd");
  const wrangler = spawn("wrangler", ["dev", "--port", String(port), "--inspector-port", "0", "--log-level", "error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  });
  try {
    const url = `http://127.0.0.1:${port}/`;
    await untilReady(url);
    const timings: WorkerdTiming[] = [];
    for (const photo of photos) timings.push({ name: photo.name, cpuMs: await cpuPerImage(wrangler, url, photo) });
    return timings;
  } finally {
    // The group: wrangler's children would outlive it.
    if (wrangler.pid !== undefined) process.kill(-wrangler.pid, "SIGTERM");
  }
}

/** The difference between few and many runs, so that the upload and the request are not counted. */
async function cpuPerImage(wrangler: ChildProcess, url: string, photo: Photo): Promise<number> {
  await send(url, photo, 2);
  const many = photo.bytes.length > 4_000_000 ? 6 : 12;
  const few = await cpuOf(wrangler, () => send(url, photo, 1));
  const more = await cpuOf(wrangler, () => send(url, photo, 1 + many));
  return (more - few) / many;
}

async function send(url: string, photo: Photo, times: number): Promise<void> {
  const response = await fetch(`${url}?times=${times}`, { method: "POST", body: Uint8Array.from(photo.bytes) });
  const answer = await response.text();
  if (!response.ok || answer.includes("failure")) throw new Error(`workerd on ${photo.name}: ${answer}`);
}

async function cpuOf(wrangler: ChildProcess, work: () => Promise<void>): Promise<number> {
  const before = workerdTicks(wrangler.pid ?? 0);
  await work();
  return (workerdTicks(wrangler.pid ?? 0) - before) * msPerTick;
}

/** User and system time of every workerd below that process, in ticks. */
function workerdTicks(root: number): number {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readStat(pid) ?? []);
  const family = new Set([root]);
  let ticks = 0;
  // Children have higher numbers as a rule; twice over settles the rest.
  for (let pass = 0; pass < 2; pass++) {
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  for (const { pid, name, time } of processes) if (family.has(pid) && name === "workerd") ticks += time;
  return ticks;
}

function readStat(pid: string): { pid: number; parent: number; name: string; time: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold anything.
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid: Number(pid), parent: Number(fields[1]), name, time: Number(fields[11]) + Number(fields[12]) };
  } catch {
    // It ended while we looked.
    return null;
  }
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    try {
      await fetch(`${url}?times=0`, { method: "POST", body: "" });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  throw new Error("wrangler dev does not answer");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
