// `npm run demo`: the main job from end to end on this machine, and every claim about it checked. Exits with 0 only if
// all of it held. Everything it starts it stops, whatever happens.

import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
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
  const given = await readFile(csvPath);
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
  let timer: NodeJS.Timeout | undefined;
  try {
    const secret = `whsec_${randomBytes(32).toString("base64")}`;
    stack = await startStack(secret, [loopback.origin.replace("http://", ""), ...asked.allowPrivate]);
    const csv = isSample ? Buffer.from(given.toString("utf8").replaceAll(sampleOrigin, loopback.origin)) : given;
    const story = new Story(stack, loopback, secret, results);
    const tooLate = new Promise<never>((_, reject) => {
      const sentence = () =>
        new Error(
          `It did not end within ${asked.timeoutSeconds} s (last seen: ${story.lastSeen}). The stack's last lines:\n${stack?.logTail() ?? ""}`,
        );
      timer = setTimeout(() => reject(sentence()), asked.timeoutSeconds * 1000);
    });
    const wrong = await Promise.race([
      story.run(csv, basename(csvPath), isSample ? samples : null),
      tooLate,
      stack.crashed,
    ]);
    console.log(`The output CSV and the images are in ${results}`);
    return wrong;
  } finally {
    clearTimeout(timer);
    await Promise.all([stack?.stop(), loopback.close()]);
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
    vars: { WEBHOOK_SECRET: secret, ALLOW_PRIVATE_HOSTS: allowPrivateHosts.join(","), WATCH_AFTER_SECONDS: "20" },
  });
  console.log(`Started Halftone at ${stack.origin} in ${secondsSince(started)} s (throw-away state).`);
  return stack;
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function secondsSince(started: number): string {
  return ((Date.now() - started) / 1000).toFixed(1);
}
