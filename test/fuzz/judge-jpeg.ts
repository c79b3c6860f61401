// What any input whatever may lead to: a valid smaller JPEG of the size the result tells, or a named failure; soon, and
// without a trap. A second engine decodes what came out.
import type { JpegEngine } from "../../src/codecs/jpeg-engine/engine.ts";
import type { Reduction } from "../../src/codecs/jpeg-engine/layout.ts";
import { wrongCoefficient } from "../support/jpeg/check-requantised.ts";
import type { RandomJpeg } from "../support/jpeg/random-jpeg.ts";
import { readJpeg } from "../support/jpeg/read-jpeg.ts";
import { problemOfFile } from "./judge-file.ts";
import { createTrial, type Trial } from "./trial.ts";
import { type Verdict, verdictOn } from "./verdict.ts";

// Judged by the plain reader too; above this it would take longer than the engine by far.
const plainReaderPixels = 300 * 300;

interface JudgeOptions {
  reduction?: Reduction;
  trial?: Trial;
}

export async function judgeCase(
  engine: JpegEngine,
  source: Uint8Array,
  quality: number,
  { reduction = 1, trial = createTrial() }: JudgeOptions = {},
): Promise<Verdict> {
  const result = await trial.run(() => engine.recompressJpeg(source, { quality, reduction }));
  if (result.kind !== "compressed") return verdictOn(result);
  const { bytes, peakBytes } = result;
  const problem = bytes.length >= source.length ? "the output is not smaller" : await problemOfOutput(bytes, result);
  return { outcome: result.kind, problem, peakBytes };
}

/** A sound file besides: it is not refused, and every coefficient is one that the choice or plain rounding allows. */
export async function judgeSound(
  engine: JpegEngine,
  { bytes, image, choices }: RandomJpeg,
  quality: number,
  trial: Trial,
): Promise<Verdict> {
  const verdict = await judgeCase(engine, bytes, quality, { trial });
  if (verdict.problem !== null || verdict.outcome === "already_small") return verdict;
  if (verdict.outcome !== "compressed") return { ...verdict, problem: `a sound file is called ${verdict.outcome}` };
  // Halving holds coefficients to the range of 8-bit samples, which noise leaves.
  const options = choices.content === "noise" ? ({ chroma: "keep" } as const) : {};
  for (const rdo of [true, false]) {
    const result = engine.recompressJpeg(bytes, { quality, rdo, ...options });
    if (result.kind !== "compressed") continue;
    const problem = wrongCoefficient(image, readJpeg(result.bytes), rdo ? "chosen" : "rounded");
    if (problem !== null) return { ...verdict, problem: `rdo ${rdo}: ${problem}` };
  }
  return verdict;
}

async function problemOfOutput(bytes: Uint8Array, size: { width: number; height: number }): Promise<string | null> {
  try {
    if (size.width * size.height <= plainReaderPixels) {
      const read = readJpeg(bytes);
      if (read.width !== size.width || read.height !== size.height) {
        return "the output has another size than the result says";
      }
    }
  } catch (error) {
    return `the plain reader rejects the output: ${String(error)}`;
  }
  return await problemOfFile(bytes, size);
}
