// One job, from its upload to its last image, every claim about it checked.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LocalStack } from "../local-stack.ts";
import type { Sample } from "../sample-images.ts";
import { Api, webhookBody } from "./api.ts";
import type { Image, Job } from "./api.ts";
import { checkImage } from "./check-image.ts";
import { checkOutputCsv } from "./check-output-csv.ts";
import { checkSampleOutcomes } from "./expectations.ts";
import type { Loopback } from "./loopback.ts";
import { displayProgress } from "./progress.ts";
import { renderReport, resultName } from "./report.ts";
import { checkWebhook } from "./webhook-signature.ts";

const webhookWaitMs = 20_000;
const downloadsAtOnce = 6;

/** Watches one job of a running stack from its upload on, and collects everything that is not as it must be. */
export class Story {
  /** For the message of a run that did not end in time. */
  lastSeen = "nothing";
  readonly #api: Api;
  readonly #loopback: Loopback;
  readonly #secret: string;
  readonly #results: string;
  readonly #wrong: string[] = [];

  constructor(stack: LocalStack, loopback: Loopback, secret: string, results: string) {
    this.#api = new Api(stack.origin);
    this.#loopback = loopback;
    this.#secret = secret;
    this.#results = results;
  }

  /** Resolves with what did not hold, as sentences. @param samples null for somebody's own CSV, of which nothing particular is expected. */
  async run(csv: Buffer<ArrayBuffer>, filename: string, samples: Sample[] | null): Promise<string[]> {
    const uploaded = await this.#api.upload(csv, filename, this.#loopback.webhookUrl);
    console.log(`Uploaded ${filename}: job ${uploaded.id}, ${uploaded.images_total} image URLs.\n`);

    const job = await this.#follow(uploaded.id);
    await this.#checkWebhook(job);
    const images = await this.#api.images(job.id);
    this.#checkCounts(job, images);

    const outputCsv = await this.#api.outputCsv(job.id);
    await writeFile(join(this.#results, "output.csv"), outputCsv);
    for (const sentence of checkOutputCsv(outputCsv, images, samples === null ? null : csv.toString("utf8"))) {
      this.#wrong.push(`Output CSV: ${sentence}`);
    }
    const sources = new Map((samples ?? []).map((sample) => [`${this.#loopback.origin}/${sample.name}`, sample.bytes]));
    await this.#downloadAll(images, sources);
    if (samples !== null) this.#wrong.push(...checkSampleOutcomes(images));

    console.log(`\n${renderReport(images)}\n`);
    if (samples === null) this.#commentOnOwnCsv(job, images);
    return this.#wrong;
  }

  /** Sources that fail are the CSV's business, but a demo without one picture has shown nothing. */
  #commentOnOwnCsv(job: Job, images: readonly Image[]): void {
    this.#expect(job.state !== "failed", job.error_message ?? "None of the images succeeded.");
    if (images.some((image) => image.code === "blocked_address")) {
      console.log(
        "Some hosts are not on the public internet. If they are yours: --allow-private HOST, or HOST:PORT.\n",
      );
    }
  }

  async #follow(jobId: string): Promise<Job> {
    const started = Date.now();
    const display = displayProgress(process.stdout);
    try {
      return await this.#api.follow(jobId, (job) => {
        this.lastSeen = `${job.state}, ${job.images_processed} of ${job.images_total}`;
        display.show({
          state: job.state,
          processed: job.images_processed,
          total: job.images_total,
          failed: job.images_failed,
          elapsedSeconds: (Date.now() - started) / 1000,
        });
      });
    } finally {
      display.end();
    }
  }

  async #checkWebhook(job: Job): Promise<void> {
    const message = await this.#loopback.waitForWebhook(webhookWaitMs);
    const forged = checkWebhook(this.#secret, message, Date.now() / 1000);
    this.#expect(forged === null, `The webhook is not genuine: ${forged}.`);
    const body = webhookBody.parse(JSON.parse(Buffer.from(message.body).toString("utf8")));
    const type = job.state === "failed" ? "job.failed" : job.outcome === "partial" ? "job.partial" : "job.completed";
    this.#expect(body.request_id === job.id, `The webhook is about ${body.request_id} and not about ${job.id}.`);
    this.#expect(body.type === type, `The webhook says ${body.type} and must say ${type}.`);
    this.#expect(body.data.images_failed === job.images_failed, "The webhook counts other failures than the job.");
    if (forged === null) console.log(`Received the webhook ${body.type}; its signature is genuine.`);
  }

  #checkCounts(job: Job, images: readonly Image[]): void {
    const uses = (wanted: (image: Image) => boolean) =>
      images.filter(wanted).reduce((sum, image) => sum + image.uses, 0);
    const failed = uses((image) => image.outcome === "failed");
    const all = uses(() => true);
    this.#expect(
      job.state === (failed < all ? "completed" : "failed"),
      `The job ended as ${job.state}. ${job.error_message ?? ""}`,
    );
    this.#expect(
      job.images_total === all &&
        job.images_processed === all &&
        job.images_failed === failed &&
        job.images_succeeded === all - failed,
      `The job counts ${job.images_succeeded} + ${job.images_failed} of ${job.images_total}, its images are ${all - failed} + ${failed} of ${all}.`,
    );
  }

  async #downloadAll(images: readonly Image[], sources: ReadonlyMap<string, Buffer>): Promise<void> {
    const waiting = [...images];
    const worker = async () => {
      for (let image = waiting.shift(); image !== undefined; image = waiting.shift())
        await this.#downloadOne(image, sources);
    };
    await Promise.all(Array.from({ length: downloadsAtOnce }, worker));
  }

  async #downloadOne(image: Image, sources: ReadonlyMap<string, Buffer>): Promise<void> {
    if (image.output === null || image.outcome === "failed") {
      this.#expect(
        image.output === null && image.outcome === "failed",
        `${image.source}: an output for a failed image, or none for a good one.`,
      );
      return;
    }
    const output = await this.#api.download(image.output);
    await writeFile(join(this.#results, "images", resultName(image)), output.bytes);
    for (const sentence of await checkImage(image, output, sources.get(image.source) ?? null)) {
      this.#wrong.push(`${image.source}: ${sentence}.`);
    }
  }

  #expect(holds: boolean, sentence: string): void {
    if (!holds) this.#wrong.push(sentence);
  }
}
