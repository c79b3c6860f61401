// What is fuzzed: for each codec its share of all cases, the files that are damaged, how, and who judges what comes out.
import { checkAvifStructure, readAvifHeader, readAvifMetadata } from "../../src/codecs/avif-container.ts";
import { openBmp, readBmpHeader } from "../../src/codecs/foreign/bmp.ts";
import { openGif, readGifHeader } from "../../src/codecs/foreign/gif.ts";
import { openIco } from "../../src/codecs/foreign/ico.ts";
import { checkJxlStructure } from "../../src/codecs/foreign/jxl-frames.ts";
import { readJxlHeader } from "../../src/codecs/foreign/jxl-header.ts";
import { openJxl } from "../../src/codecs/foreign/jxl.ts";
import { openTiff, readTiffHeader, readTiffMetadata } from "../../src/codecs/foreign/tiff.ts";
import { jpegEngine } from "../../src/codecs/jpeg.ts";
import { pixelBudget, wasmRoom } from "../../src/codecs/memory.ts";
import type { Picture } from "../../src/codecs/picture.ts";
import { pngEngine, pngReader } from "../../src/codecs/png.ts";
import { checkWebpStructure, readWebpHeader, readWebpMetadata } from "../../src/codecs/webp-container.ts";
import { writePicture } from "../../src/codecs/write.ts";
import type { ImageFailure } from "../../src/errors.ts";
import type { Random } from "../support/random.ts";
import { damageJpeg } from "./damage-jpeg.ts";
import { damagePlain, damageTiff } from "./damage-plain.ts";
import { damagePng } from "./damage-png.ts";
import { damageAvif, damageJxl, damageWebp } from "./damage-tagged.ts";
import { problemOfFile } from "./judge-file.ts";
import { judgeCase } from "./judge-jpeg.ts";
import { judgePicture } from "./judge-picture.ts";
import { judgeWhole, randomOptions } from "./judge-whole.ts";
import type { CodecName } from "./plan.ts";
import type { Threw, Trial } from "./trial.ts";
import { type Verdict, verdictOn } from "./verdict.ts";

export interface Target {
  damage(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array;
  judge(bytes: Uint8Array, random: Random, trial: Trial): Promise<Verdict>;
}

const budgetBytes = pixelBudget();
/** Larger ones are a lie, and what is written of them would take minutes. */
const writtenPixels = 300_000;

export const targets: Record<CodecName, Target> = {
  jpeg: { damage: damageJpeg, judge: judgeJpeg },
  png: { damage: damagePng, judge: judgePng },
  webp: { damage: damageWebp, judge: judgeWebp },
  avif: { damage: damageAvif, judge: judgeAvif },
  gif: { damage: damagePlain, judge: foreign(readGifHeader, openGif) },
  bmp: { damage: damagePlain, judge: foreign(readBmpHeader, openBmp) },
  tiff: { damage: damageTiff, judge: judgeTiff },
  ico: { damage: damagePlain, judge: judgeIco },
  jxl: { damage: damageJxl, judge: judgeJxl },
  compress: {
    damage: (bytes, random, others) => damageOf(bytes)(bytes, random, others),
    judge: (bytes, random, trial) => judgeWhole(bytes, randomOptions(random), trial),
  },
};

async function judgeJpeg(bytes: Uint8Array, random: Random, trial: Trial): Promise<Verdict> {
  const quality = randomQuality(random);
  const reduction = random.pick([1, 1, 1, 2, 4, 8] as const);
  if (random.chance(0.6)) return await judgeCase(jpegEngine, bytes, quality, { reduction, trial });
  const opened = await trial.run(() => jpegEngine.openJpeg(bytes, { reduction }));
  return random.chance(0.5)
    ? named("opened: ", await judgePicture(opened, trial))
    : named("written: ", await judgeWritten(opened, "jpeg", quality, trial));
}

async function judgePng(bytes: Uint8Array, random: Random, trial: Trial): Promise<Verdict> {
  const quality = randomQuality(random);
  if (random.chance(0.5)) {
    const result = await trial.run(() => pngEngine.recompressPng(bytes, { quality, maxMemoryBytes: budgetBytes }));
    if (result.kind !== "compressed") return verdictOn(result);
    const { peakBytes } = result;
    const isSmaller = result.bytes.length < bytes.length;
    const problem = isSmaller ? await problemOfFile(result.bytes, result) : "the output is not smaller";
    return { outcome: result.kind, problem, peakBytes };
  }
  const opened = await trial.run(() => pngReader.openPng(bytes, { maxMemoryBytes: budgetBytes }));
  return random.chance(0.6)
    ? named("opened: ", await judgePicture(opened, trial))
    : named("written: ", await judgeWritten(opened, "png", quality, trial));
}

/** The container is read whatever it is; whether there is something to decode is for `compress` to say. */
async function judgeWebp(bytes: Uint8Array, random: Random, trial: Trial): Promise<Verdict> {
  const read = await trial.run(() => {
    readWebpMetadata(bytes);
    checkWebpStructure(bytes);
    return readWebpHeader(bytes);
  });
  if (read.kind === "threw") return verdictOn(read);
  const options = { ...randomOptions(random), format: random.pick(["keep", "keep", "jpeg", "png"] as const) };
  return await judgeWhole(bytes, options, trial);
}

/** The decoder takes fifty times as long as all else: it gets a quarter. */
async function judgeAvif(bytes: Uint8Array, random: Random, trial: Trial): Promise<Verdict> {
  const read = await trial.run(() => {
    readAvifMetadata(bytes);
    checkAvifStructure(bytes);
    return readAvifHeader(bytes);
  });
  if (read.kind !== "image") return verdictOn(read);
  if (!random.chance(0.25)) return { outcome: "container read", problem: null, peakBytes: 0 };
  const options = { ...randomOptions(random), format: random.pick(["jpeg", "webp", "png"] as const) };
  return named("decoded: ", await judgeWhole(bytes, options, trial));
}

async function judgeTiff(bytes: Uint8Array, random: Random, trial: Trial): Promise<Verdict> {
  const read = await trial.run(() => readTiffMetadata(bytes));
  if ("kind" in read) return verdictOn(read);
  return await foreign(readTiffHeader, openTiff)(bytes, random, trial);
}

async function judgeIco(bytes: Uint8Array, random: Random, trial: Trial): Promise<Verdict> {
  const opened = await trial.run(() => openIco(bytes, { budgetBytes }));
  if (!("kind" in opened) || opened.kind !== "png") return await judgePicture(opened, trial);
  return named("PNG in it: ", await judgePng(opened.bytes, random, trial));
}

async function judgeJxl(bytes: Uint8Array, random: Random, trial: Trial): Promise<Verdict> {
  const damage = await trial.run(() => checkJxlStructure(bytes));
  return damage === null ? await foreign(readJxlHeader, openJxl)(bytes, random, trial) : verdictOn(damage);
}

function foreign(
  readHeader: (bytes: Uint8Array) => { kind: "image"; width: number; height: number } | ImageFailure,
  open: (bytes: Uint8Array, options: { budgetBytes: number }) => Picture | ImageFailure,
): Target["judge"] {
  return async (bytes, random, trial) => {
    const header = await trial.run(() => readHeader(bytes));
    const opened = await trial.run(() => open(bytes, { budgetBytes }));
    const verdict = await judgePicture(opened, trial);
    if (verdict.problem !== null || "kind" in opened) return verdict;
    if (header.kind !== "image" || header.width !== opened.width || header.height !== opened.height) {
      return { ...verdict, problem: "the header says otherwise than the picture" };
    }
    if (verdict.outcome !== "read" || random.chance(0.8)) return verdict;
    return named("written: ", await judgeWritten(opened, random.pick(["jpeg", "png"]), randomQuality(random), trial));
  };
}

async function judgeWritten(
  opened: Picture | ImageFailure | Threw,
  format: "jpeg" | "png",
  quality: number,
  trial: Trial,
): Promise<Verdict> {
  if ("kind" in opened) return verdictOn(opened);
  const { width, height } = opened;
  if (width * height > writtenPixels) return { outcome: "large", problem: null, peakBytes: 0 };
  const written = await trial.run(() =>
    writePicture(format, opened, {
      quality,
      metadata: { orientation: 1, copyright: null, profile: null },
      isFromLossless: format === "png",
      background: [255, 255, 255],
      roomBytes: budgetBytes,
      wasmBytes: wasmRoom(budgetBytes),
      mostBytes: Number.MAX_SAFE_INTEGER,
    }),
  );
  if (!(written instanceof Uint8Array)) return verdictOn(written);
  return { outcome: format, problem: await problemOfFile(written, opened), peakBytes: 0 };
}

function damageOf(bytes: Uint8Array): Target["damage"] {
  if ((bytes[0] === 0xff && bytes[1] === 0x0a) || bytes[4] === 0x4a) return damageJxl;
  if (bytes[0] === 0xff) return damageJpeg;
  if (bytes[0] === 0x89) return damagePng;
  if (bytes[0] === 0x52) return damageWebp;
  if (bytes[4] === 0x66) return damageAvif;
  return bytes[0] === 0x49 || bytes[0] === 0x4d ? damageTiff : damagePlain;
}

function named(prefix: string, verdict: Verdict): Verdict {
  return { ...verdict, outcome: prefix + verdict.outcome };
}

function randomQuality(random: Random): number {
  return random.pick([50, 50, 50, 1, 20, 75, 90, 100]);
}
