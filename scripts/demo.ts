// `npm run demo`: the main job from end to end on this machine, and every claim about it checked. Exits with 0 only if
// all of it held. Everything it starts it stops, whatever happens.

import { randomBytes } from "node:crypto";
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readDemoArguments, usage } from "./demo/arguments.ts";
import type { DemoArguments } from "./demo/arguments.ts";
import { sampleOrigin } from "./demo/expectations.ts";
import { startLoopback } from "./demo/loopback.ts";
import { Story } from "./demo/story.ts";
import { formatBytes } from "./demo/table.ts";
import { startLocalStack } from "./local-stack.ts";
import type { LocalStack } from "./local-stack.ts";
import { writeSampleImages } from "./sample-images.ts";
import type { Sample } from "./sample-images.ts";
import { projectFolder } from "./wrangler.ts";

const calledFrom = process.env["INIT_CWD"] ?? process.cwd();
const samplePath = join(projectFolder, "examples", "catalogue.csv");

process.exit(await main());

async function main(): Promise<number> {
  let asked: DemoArguments | "help";
  try {
    asked = readDemoArguments(process.argv.slice(2), calledFrom);
  } catch (error) {
    console.error(`${sentenceOf(error)}\n\n${usage}`);
    return 2;
  }
  if (asked === "help") {
    console.log(usage);
    return 0;
  }
  try {
    const wrong = await runDemo(asked);
    for (const sentence of wrong) console.error(`WRONG  ${sentence}`);
    console.log(
      wrong.length === 0 ? "\nAll of it held." : `\nThe demo failed: ${wrong.length} of its checks did not hold.`,
    );
    return wrong.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(`\nThe demo failed. ${sentenceOf(error)}`);
    return 1;
  }
}

/** Resolves with everything that did not hold, as sentences. */
async function runDemo(asked: DemoArguments): Promise<string[]> {
  const isSample = asked.csvPath === null;
  const csvPath = asked.csvPath ?? samplePath;
  const given = await readCsv(csvPath);
  const results = join(
    projectFolder,
    "halftone-demo-results",
    basename(csvPath, extname(csvPath)).replace(/[^\w-]+/g, "_") || "csv",
  );
  await rm(results, { recursive: true, force: true });
  await mkdir(join(results, "images"), { recursive: true });

  const samples = isSample ? await paintSamples(join(results, "sources")) : [];
  const loopback = await startLoopback(samples);
  let stack: LocalStack | null = null;
  try {
    const secret = `whsec_${randomBytes(32).toString("base64")}`;
    stack = await startStack(secret, [new URL(loopback.origin).host, ...asked.allowPrivate]);
    const csv = isSample ? Buffer.from(given.toString("utf8").replaceAll(sampleOrigin, loopback.origin)) : given;
    const story = new Story(stack, loopback, secret, results);
    const wrong = await Promise.race([
      story.run(csv, basename(csvPath), isSample ? samples : null),
      failAfter(asked.timeoutSeconds, () => story.lastSeen),
      stack.crashed,
    ]);
    console.log(`The output CSV and the images are in ${results}`);
    return wrong;
  } catch (error) {
    // A stack that died shows first as a broken connection.
    await Promise.race([stack?.crashed, sleep(500)]);
    throw stack === null
      ? error
      : new Error(`${sentenceOf(error)} The stack's log is in ${results}.`, { cause: error });
  } finally {
    if (stack !== null) await copyFile(stack.logPath, join(results, "stack.log"));
    await Promise.all([stack?.stop(), loopback.close()]);
  }
}

async function failAfter(seconds: number, lastSeen: () => string): Promise<never> {
  await sleep(seconds * 1000, null, { ref: false });
  throw new Error(`It did not end within ${seconds} s; last seen: ${lastSeen()}.`);
}

async function readCsv(path: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`The CSV cannot be read. ${sentenceOf(error)}.`, { cause: error });
  }
}

async function paintSamples(folder: string): Promise<Sample[]> {
  const started = Date.now();
  const samples = await writeSampleImages(folder);
  const bytes = samples.reduce((sum, sample) => sum + sample.bytes.length, 0);
  console.log(`Painted ${samples.length} sample files, ${formatBytes(bytes)}, in ${secondsSince(started)} s.`);
  return samples;
}

async function startStack(secret: string, allowPrivateHosts: string[]): Promise<LocalStack> {
  const started = Date.now();
  const stack = await startLocalStack({
    vars: {
      WEBHOOK_SECRET: secret,
      ALLOW_PRIVATE_HOSTS: allowPrivateHosts.join(","),
      WATCH_AFTER_SECONDS: "20",
      // Nobody wants to watch a demo wait for minutes for a host that is down.
      DOWNLOAD_ATTEMPTS: "2",
    },
  });
  console.log(`Started Halftone at ${stack.origin} in ${secondsSince(started)} s (throw-away state).`);
  return stack;
}

/** With its cause, since `fetch failed` alone says nothing. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === "fetch failed" ? `${error.message}: ${sentenceOf(error.cause)}.` : error.message;
}

function secondsSince(started: number): string {
  return ((Date.now() - started) / 1000).toFixed(1);
}
