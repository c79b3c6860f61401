// What a picture comes to with a job's options where nothing fails: by the product's own codecs, in this process. They are
// deterministic, so every output of a run, made or copied, must be this one to the byte.
import { createHash } from "node:crypto";
import sharp from "sharp";
import { compress } from "../../src/codecs/codec.ts";
import { probe } from "../../src/codecs/sniff.ts";
import { readConfig } from "../../src/config.ts";
import { codeOf, outcomeOf } from "../../src/errors.ts";
import type { Outcome } from "../../src/errors.ts";
import type { PlannedOptions } from "./options.ts";

export interface Deserved {
  outcome: Outcome;
  code: string | null;
  /** Of the source. */
  format: string;
  width: number;
  height: number;
  /** What is handed out. */
  output: Uint8Array;
  outputFormat: string;
  outputWidth: number;
  outputHeight: number;
}

const { maxImagePixels: maxPixels, downloadBudgetBytes } = readConfig({});
const known = new Map<string, Promise<Deserved>>();

export function deservedOf(picture: Buffer, options: PlannedOptions): Promise<Deserved> {
  const { quality, format, scale, background } = options;
  const key = [sha256(picture), quality, format, scale, background].join(" ");
  const deserved = known.get(key) ?? compute(picture, options);
  known.set(key, deserved);
  return deserved;
}

/** @throws Error where another decoder does not like it: then the run says nothing about the platform. */
async function compute(picture: Buffer, { quality, format, scale, background }: PlannedOptions): Promise<Deserved> {
  const source = probe(picture);
  if (source.kind !== "image") throw new Error(`A picture of the runs is ${source.kind}.`);
  const options = { quality, format, scale, background, maxPixels, downloadBudgetBytes };
  const result = await compress(picture, options);
  const facts = { format: source.format, width: source.width, height: source.height };
  if (result.kind === "compressed") {
    const { info } = await sharp(result.bytes, { failOn: "warning" }).raw().toBuffer({ resolveWithObject: true });
    if (info.width !== result.width || info.height !== result.height) throw new Error("A codec lies about its output.");
    return {
      ...facts,
      outcome: "compressed",
      code: null,
      output: result.bytes,
      outputFormat: result.format,
      outputWidth: result.width,
      outputHeight: result.height,
    };
  }
  const outcome = outcomeOf(result);
  if (outcome === "failed") throw new Error(`A picture of the runs ends as ${codeOf(result)}.`);
  return {
    ...facts,
    outcome,
    code: codeOf(result),
    output: picture,
    outputFormat: source.format,
    outputWidth: source.width,
    outputHeight: source.height,
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
