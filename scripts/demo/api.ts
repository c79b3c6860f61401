// Halftone's API as a stranger calls it: plain HTTP, and nothing believed that was not checked.

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const jobBody = z.object({
  id: z.string(),
  state: z.enum(["queued", "processing", "completed", "failed", "cancelled"]),
  outcome: z.enum(["ok", "partial", "none"]).nullable(),
  images_total: z.int(),
  images_processed: z.int(),
  images_succeeded: z.int(),
  images_failed: z.int(),
  error_message: z.string().nullable(),
});
export type Job = z.infer<typeof jobBody>;

const imageBody = z.object({
  position: z.int(),
  source: z.string(),
  uses: z.int(),
  output: z.string().nullable(),
  outcome: z.enum(["compressed", "kept_original", "failed"]),
  code: z.string().nullable(),
  message: z.string().nullable(),
  output_format: z.string().nullable(),
  output_width: z.int().nullable(),
  output_height: z.int().nullable(),
  bytes_in: z.int().nullable(),
  bytes_out: z.int().nullable(),
});
export type Image = z.infer<typeof imageBody>;

const imagesPage = z.object({ images: z.array(imageBody), next_cursor: z.string().nullable() });

const problemBody = z.object({
  detail: z.string(),
  errors: z.array(z.object({ row: z.int(), column: z.string().nullable(), message: z.string() })).default([]),
});
const maxCellProblems = 10;

/** The part of a webhook that the demo relies on. */
export const webhookBody = z.object({
  request_id: z.string(),
  status: z.enum(["COMPLETED", "FAILED"]),
  type: z.string(),
  data: z.object({ images_total: z.int(), images_failed: z.int() }),
});

/** Locally all Workers share one thread: while a large image is encoded, everything else waits. */
const answerTimeoutMs = 60_000;
const pollMs = 250;

export class Api {
  readonly #origin: string;
  readonly #key: string | null;

  /** @param key an API key, where one is asked for. */
  constructor(origin: string, key: string | null = null) {
    this.#origin = origin;
    this.#key = key;
  }

  /** @throws Error with the answer's own words when the CSV is refused. */
  async upload(csv: Uint8Array<ArrayBuffer>, filename: string, webhookUrl: string | null): Promise<Job> {
    const form = new FormData();
    form.set("file", new Blob([csv], { type: "text/csv" }), filename);
    if (webhookUrl !== null) form.set("webhook_url", webhookUrl);
    const response = await this.#fetch("/v1/jobs", { method: "POST", body: form });
    if (response.status !== 202) throw new Error(`The upload was refused: ${await readRefusal(response)}`);
    return jobBody.parse(await response.json());
  }

  /** Resolves when the job has ended. `onProgress` hears of every look at it. */
  async follow(jobId: string, onProgress: (job: Job) => void): Promise<Job> {
    for (;;) {
      const job = jobBody.parse(await (await this.#get(`/v1/jobs/${jobId}`)).json());
      onProgress(job);
      if (job.state !== "queued" && job.state !== "processing") return job;
      await sleep(pollMs);
    }
  }

  async images(jobId: string): Promise<Image[]> {
    const images: Image[] = [];
    let cursor: string | null = "0";
    while (cursor !== null) {
      const response = await this.#get(`/v1/jobs/${jobId}/images?limit=1000&cursor=${cursor}`);
      const page: z.infer<typeof imagesPage> = imagesPage.parse(await response.json());
      images.push(...page.images);
      cursor = page.next_cursor;
    }
    return images;
  }

  async outputCsv(jobId: string): Promise<string> {
    return (await this.#get(`/v1/jobs/${jobId}/output.csv`)).text();
  }

  /** An output image by the URL that the output CSV has for it. */
  async download(url: string): Promise<{ status: number; contentType: string; bytes: Buffer }> {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, contentType: response.headers.get("content-type") ?? "", bytes };
  }

  async delete(jobId: string): Promise<void> {
    const response = await this.#fetch(`/v1/jobs/${jobId}`, { method: "DELETE" });
    if (response.status !== 204) throw new Error(`The deletion answered ${response.status}: ${await response.text()}`);
  }

  async #get(path: string): Promise<Response> {
    const response = await this.#fetch(path, {});
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response;
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#key !== null) headers.set("authorization", `Bearer ${this.#key}`);
    return fetch(this.#origin + path, { ...init, headers, signal: AbortSignal.timeout(answerTimeoutMs) });
  }
}

async function readRefusal(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { detail, errors } = problemBody.parse(JSON.parse(text));
    const cells = errors.map(({ row, column, message }) => `\n  ${column ?? "row "}${row}: ${message}`);
    const more = cells.length > maxCellProblems ? `\n  ... and ${cells.length - maxCellProblems} more` : "";
    return `${detail}${cells.slice(0, maxCellProblems).join("")}${more}`;
  } catch {
    return `${response.status} ${text.slice(0, 500)}`;
  }
}
