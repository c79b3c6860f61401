// A local stack to be measured, with a server for its images, and the few calls that a measurement makes.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { freePort, startLocalStack } from "../../../scripts/local-stack.ts";
import { writeStackConfig } from "../../support/stack-config.ts";

export interface MeasuredStack {
  origin: string;
  /** `http://127.0.0.1:<port>`; `/<index>` is the file of that index, whatever follows. */
  sources: string;
  inspectorPort: number;
  close(): Promise<void>;
}

const jobBody = z.object({
  id: z.string(),
  state: z.string(),
  created_at: z.string(),
  completed_at: z.string().nullable(),
  images_processed: z.int(),
  images_succeeded: z.int(),
  images_failed: z.int(),
  bytes_in: z.int(),
  bytes_out: z.int(),
});
export type Job = z.infer<typeof jobBody>;

/** @param entry the Worker, below the project's folder. */
export async function startMeasuredStack(
  entry: string,
  files: readonly Uint8Array[],
  contentType = "image/jpeg",
): Promise<MeasuredStack> {
  const server = createServer((request, response) => {
    const file = files[Number(/^\/(\d+)/.exec(request.url ?? "")?.[1])];
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": contentType, "content-length": file.length }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  const stateFolder = mkdtempSync(join(tmpdir(), "halftone-bench-"));
  const inspectorPort = await freePort();
  const stack = await startLocalStack({
    stateFolder,
    inspectorPort,
    configPath: writeStackConfig(stateFolder, { entry }),
    vars: { ALLOW_PRIVATE_HOSTS: `127.0.0.1:${address.port}`, MAIL_FROM: "", WEBHOOK_SECRET: "" },
  });
  return {
    origin: stack.origin,
    sources: `http://127.0.0.1:${address.port}`,
    inspectorPort,
    async close() {
      await stack.stop();
      server.closeAllConnections();
      server.close();
      rmSync(stateFolder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** A catalogue of three images a row. */
export function catalogueOf(urls: readonly string[]): string {
  const rows: string[] = ["S. No.,Product Name,Input Image Urls"];
  for (let at = 0; at < urls.length; at += 3) {
    rows.push(`${at / 3 + 1},"Product ${at / 3 + 1}, as a shop names it","${urls.slice(at, at + 3).join(",")}"`);
  }
  return `${rows.join("\r\n")}\r\n`;
}

/** @param options of the job, as the API names them. */
export async function submit(origin: string, csv: string, options: Record<string, string> = {}): Promise<Job> {
  const headers = { "content-type": "text/csv" };
  const query = new URLSearchParams(options).toString();
  const response = await fetch(`${origin}/v1/jobs?${query}`, { method: "POST", headers, body: csv });
  if (response.status !== 202) throw new Error(`Upload: ${response.status} ${await response.text()}`);
  return jobBody.parse(await response.json());
}

export async function getJob(origin: string, id: string): Promise<Job> {
  const response = await fetch(`${origin}/v1/jobs/${id}`);
  if (!response.ok) throw new Error(`Job: ${response.status} ${await response.text()}`);
  return jobBody.parse(await response.json());
}

/** Looks rarely: whoever asks uses the thread that works. */
export async function waitForEnd(origin: string, id: string, everyMs = 500): Promise<Job> {
  for (;;) {
    const job = await getJob(origin, id);
    if (job.completed_at !== null) return job;
    await sleep(everyMs);
  }
}

/** From the moment the job was recorded to that of its end, by the Worker's own clock. */
export function secondsOf(job: Job): number {
  return (Date.parse(job.completed_at ?? "") - Date.parse(job.created_at)) / 1000;
}

const floorBody = z.object({ left: z.int() });

/** Has the floor worker do its calls for these images; answers the seconds that it took, to a twentieth. */
export async function runFloor(origin: string, urls: readonly string[], share: number): Promise<number> {
  const started = performance.now();
  const body = JSON.stringify({ job: crypto.randomUUID(), urls, share });
  let response = await fetch(`${origin}/floor`, { method: "POST", body });
  while (floorBody.parse(await response.json()).left > 0) {
    await sleep(50);
    response = await fetch(`${origin}/floor`);
  }
  return (performance.now() - started) / 1000;
}

const imagesPage = z.object({
  images: z.array(
    z.object({
      outcome: z.string().nullable(),
      code: z.string().nullable(),
      width: z.int().nullable(),
      height: z.int().nullable(),
    }),
  ),
});

export async function getImages(origin: string, id: string) {
  const response = await fetch(`${origin}/v1/jobs/${id}/images?limit=1000`);
  return imagesPage.parse(await response.json()).images;
}
