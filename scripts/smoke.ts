// `HALFTONE_KEY=ht_live_... npm run smoke -- https://halftone.shop.example my.csv`: one job through a running deployment, as a
// stranger would send it, with every image and the output CSV looked at; then the job is deleted. Ends with 1 when anything
// is wrong. The CSV is yours, as its images must be public.

import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Api } from "./demo/api.ts";
import { checkImage } from "./demo/check-image.ts";
import { checkOutputCsv } from "./demo/check-output-csv.ts";
import { displayProgress } from "./demo/progress.ts";

const usage = "HALFTONE_KEY=ht_live_... npm run smoke -- https://halftone.shop.example my.csv";
const key = process.env["HALFTONE_KEY"] ?? null;
const [address = "", csvPath = "", ...more] = process.argv.slice(2);
const origin = URL.parse(address)?.origin;

if (origin === undefined || csvPath === "" || more.length > 0) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const wrong = await smoke(origin, resolve(process.env["INIT_CWD"] ?? ".", csvPath));
  for (const sentence of wrong) console.error(`WRONG: ${sentence}`);
  console.log(wrong.length === 0 ? "All is well." : `${wrong.length} things are wrong.`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

/** Everything that is wrong, as sentences. */
async function smoke(at: string, csv: string): Promise<string[]> {
  const wrong = await lookAtTheDoor(at);
  const api = new Api(at, key);
  const began = Date.now();
  const { id } = await api.upload(new Uint8Array(readFileSync(csv)), basename(csv), null);
  console.log(`Job ${id}`);
  try {
    const display = displayProgress(process.stdout);
    const job = await api.follow(id, ({ state, images_processed, images_total, images_failed }) =>
      display.show({
        state,
        processed: images_processed,
        total: images_total,
        failed: images_failed,
        elapsedSeconds: (Date.now() - began) / 1_000,
      }),
    );
    display.end();
    if (job.state !== "completed") wrong.push(`The job is ${job.state}: ${job.error_message ?? "no reason given"}`);

    const images = await api.images(id);
    for (const image of images) {
      if (image.output === null) {
        console.log(`failed ${image.code}: ${image.source}`);
        continue;
      }
      const found = await checkImage(image, await api.download(image.output), null);
      wrong.push(...found.map((sentence) => `${image.output}: ${sentence}`));
    }
    const found = checkOutputCsv(await api.outputCsv(id), images, null);
    wrong.push(...found.map((sentence) => `The output CSV: ${sentence}`));
    console.log(`${job.images_succeeded} of ${job.images_total} images, ${(Date.now() - began) / 1_000} s`);
  } finally {
    await api.delete(id);
  }
  return wrong;
}

/** What everybody sees: health, and that nobody comes in without a key. */
async function lookAtTheDoor(at: string): Promise<string[]> {
  const [health, jobs, metrics] = await Promise.all(
    ["/health", "/v1/jobs", "/metrics"].map((path) => fetch(at + path)),
  );
  const wrong: string[] = [];
  if (health?.status !== 200) wrong.push(`/health answers ${health?.status}: ${await health?.text()}`);
  if (jobs?.status !== 401) wrong.push(`/v1/jobs answers ${jobs?.status} without a key: AUTH is not \`required\``);
  if (metrics?.status !== 401) wrong.push(`/metrics answers ${metrics?.status} without a token`);
  return wrong;
}
