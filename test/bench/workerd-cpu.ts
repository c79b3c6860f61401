// CPU time of the engine inside workerd, as the kernel counts it for the process (/proc, so Linux only).
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Photo } from "./photos.ts";
import { workerdUsage } from "./workerd-usage.ts";

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
  const before = workerdUsage(wrangler.pid).cpuMs;
  await work();
  return workerdUsage(wrangler.pid).cpuMs - before;
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
