// What any input whatever may lead to: a valid smaller JPEG of the size the result tells, or a named failure; soon, and
// without a trap. A second engine decodes what came out.
import sharp from "sharp";
import type { JpegEngine } from "../../src/codecs/jpeg-engine/engine.ts";
import { wrongCoefficient } from "../support/jpeg/check-requantised.ts";
import type { RandomJpeg } from "../support/jpeg/random-jpeg.ts";
import { readJpeg } from "../support/jpeg/read-jpeg.ts";

export interface Verdict {
  /** The result's kind, for the count. */
  kind: string;
  /** What is wrong, or null. */
  problem: string | null;
  peakBytes: number;
  engineMs: number;
}

// Judged by the plain reader too; above this it would take longer than the engine by far.
const plainReaderPixels = 300 * 300;
// A header that lies may make libjpeg allocate for gigapixels; past this only its header is read.
const decodedPixels = 30_000_000;

const allowedFailures = new Set([
  "not_an_image",
  "unsupported_format",
  "unsupported_variant",
  "truncated",
  "corrupt",
  "already_small",
  "too_many_pixels",
  "too_large_for_memory",
]);

/** `engineDone` is called when the engine has answered, before anyone else judges. */
export async function judgeCase(
  engine: JpegEngine,
  source: Uint8Array,
  quality: number,
  engineDone: () => void = () => undefined,
): Promise<Verdict> {
  const before = checksum(source);
  const start = performance.now();
  const result = attempt(() => engine.recompressJpeg(source, { quality }));
  const engineMs = performance.now() - start;
  engineDone();
  const verdict = (problem: string | null): Verdict => ({
    kind: result.kind,
    problem,
    peakBytes: result.kind === "compressed" ? result.peakBytes : 0,
    engineMs,
  });
  if (result.kind === "threw") return verdict(`it throws: ${result.error}`);
  if (checksum(source) !== before) return verdict("the source was written to");
  if (result.kind !== "compressed") {
    return verdict(allowedFailures.has(result.kind) ? null : `${result.kind} is no failure of a codec`);
  }
  if (result.bytes.length >= source.length) return verdict("the output is not smaller");
  return verdict(await problemOfOutput(result.bytes, result.width, result.height));
}

/** A sound file besides: it is not refused, and every coefficient is one that the choice or plain rounding allows. */
export async function judgeSound(
  engine: JpegEngine,
  { bytes, image, choices }: RandomJpeg,
  quality: number,
  engineDone: () => void = () => undefined,
): Promise<Verdict> {
  const verdict = await judgeCase(engine, bytes, quality, engineDone);
  if (verdict.problem !== null || verdict.kind === "already_small") return verdict;
  if (verdict.kind !== "compressed") return { ...verdict, problem: `a sound file is called ${verdict.kind}` };
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

function attempt<T>(run: () => T): T | { kind: "threw"; error: string } {
  try {
    return run();
  } catch (error) {
    return { kind: "threw", error: String(error) };
  }
}

async function problemOfOutput(bytes: Uint8Array, width: number, height: number): Promise<string | null> {
  try {
    if (width * height <= plainReaderPixels) {
      const read = readJpeg(bytes);
      if (read.width !== width || read.height !== height) return "the output has another size than the result says";
    }
    const decoder = sharp(bytes, { failOn: "warning", limitInputPixels: false });
    const seen =
      width * height <= decodedPixels
        ? (await decoder.raw().toBuffer({ resolveWithObject: true })).info
        : await decoder.metadata();
    return seen.width === width && seen.height === height ? null : "libjpeg-turbo sees another size";
  } catch (error) {
    return `the output is no clean JPEG: ${String(error)}`;
  }
}

/** FNV-1a over some of the bytes: enough to see that nothing wrote into the caller's array. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i += 7) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}
