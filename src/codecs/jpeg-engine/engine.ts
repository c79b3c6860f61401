// JPEG to a smaller JPEG without ever making pixels: the markers are parsed and checked here, the coefficients decoded,
// requantised and coded again in wasm (assembly/). Synchronous; one picture at a time, as JavaScript is.
import type { ImageFailure } from "../../errors.ts";
import { colourModelOf } from "./colour.ts";
import { layOut, type PictureLayout } from "./layout.ts";
import { loadPicture } from "./load-picture.ts";
import { type JpegPicture, parsePicture } from "./markers.ts";
import { stepsOver, targetSteps } from "./quality.ts";
import { type EngineExports, type EngineStatus, instantiate, statusOf } from "./wasm-exports.ts";
import { checkWork } from "./work-limit.ts";
import { writePicture } from "./write-picture.ts";

export interface RecompressOptions {
  /** 1 to 100. */
  quality: number;
  /** For this picture, in place of the engine's own. */
  maxMemoryBytes?: number;
  /** For tests and measurements: false rounds plainly instead of making the rate-distortion choice. */
  rdo?: boolean;
  /** For tests and measurements: "keep" leaves the source's sampling even where 4:2:0 is possible. */
  chroma?: "keep" | "420";
  /** For tests and measurements: one or the other, where otherwise the shorter is taken. */
  progressive?: boolean;
}

export interface RecompressedJpeg {
  kind: "compressed";
  bytes: Uint8Array;
  width: number;
  height: number;
  components: number;
  progressive: boolean;
  /** Of the wasm memory: static tables, strips, the source's entropy-coded bytes, tokens. */
  peakBytes: number;
}

export interface JpegEngineOptions {
  /** How far the wasm memory may grow for one picture. */
  maxMemoryBytes?: number;
}

export interface JpegEngine {
  recompressJpeg(source: Uint8Array, options: RecompressOptions): RecompressedJpeg | ImageFailure;
  /** Memory of the instance that waits for the next picture. */
  idleBytes(): number;
  /** Leaves that instance to the garbage collector. */
  release(): void;
}

/** Wasm memory never shrinks: an instance that has grown past this is dropped with it. */
const keptMemoryBytes = 8 * 1024 * 1024;
/** Of the platform's 128 MB, beside the source, the output and the rest of the isolate. */
const defaultMaxMemoryBytes = 80 * 1024 * 1024;

export function createJpegEngine(
  module: WebAssembly.Module,
  { maxMemoryBytes = defaultMaxMemoryBytes }: JpegEngineOptions = {},
): JpegEngine {
  let idle: EngineExports | null = null;
  return {
    recompressJpeg(source, options) {
      if (!(options.quality >= 1 && options.quality <= 100)) throw new RangeError(`quality ${options.quality}`);
      const picture = parsePicture(source);
      if ("kind" in picture) return picture;
      const capBytes = options.maxMemoryBytes ?? maxMemoryBytes;
      // The cap is one on growth: an instance that has more already would not feel it.
      const wasm = idle !== null && idle.memory.buffer.byteLength <= capBytes ? idle : instantiate(module);
      idle = null; // an instance that trapped would not be used again
      const result = recompress(wasm, source, picture, capBytes, options);
      if (wasm.memory.buffer.byteLength <= keptMemoryBytes) idle = wasm;
      // Whatever else is the matter, what is cut off must not pass for a picture that is merely kept.
      const isKept = result.kind === "unsupported_variant" || result.kind === "too_large_for_memory";
      return isKept && !picture.isComplete ? cutOff(picture) : result;
    },
    idleBytes() {
      return idle?.memory.buffer.byteLength ?? 0;
    },
    release() {
      idle = null;
    },
  };
}

function recompress(
  wasm: EngineExports,
  source: Uint8Array,
  picture: JpegPicture,
  capBytes: number,
  options: RecompressOptions,
): RecompressedJpeg | ImageFailure {
  const { frame } = picture;
  const colour = colourModelOf(picture);
  const layout = layOut(frame, colour, options.chroma ?? "420");
  const outBlocks = layout.components.reduce((sum, { outH, outV }) => sum + outH * outV, 0);
  // B.2.3 forbids larger MCUs; a source may have such factors, for its scans need not be interleaved.
  if (layout.components.length > 1 && outBlocks > 10) {
    return { kind: "unsupported_variant", variant: `a JPEG with ${outBlocks} blocks an MCU` };
  }
  const refusal = checkWork(picture, layout);
  if (refusal) return refusal;

  const target = targetSteps(options.quality);
  const steps = picture.steps.map((from, index) => {
    const one = layout.components[index];
    // After halving, the source's steps say nothing about the new coefficients.
    return one?.halvesAcross || one?.halvesDown ? target : stepsOver(from, target);
  });
  const loaded = loadPicture(wasm, source, picture, layout, { colour, steps, capBytes });
  if (loaded !== "ok") return failureOf(loaded, picture, capBytes, "");
  const decoded = statusOf(wasm.decode(options.rdo === false ? 0 : 1));
  if (decoded !== "ok") return failureOf(decoded, picture, capBytes, whereStopped(wasm, picture, layout));
  if (!picture.isComplete) return cutOff(picture);

  const isProgressiveShorter = wasm.plan(layout.outMcusWide, layout.outMcusHigh) !== 0;
  const progressive = options.progressive ?? isProgressiveShorter;
  const { width, height } = frame;
  const bytes = writePicture(wasm, layout, { width, height, extras: picture.extras, colour, steps, progressive });
  if (bytes === null || bytes.length >= source.length) return { kind: "already_small" };
  return {
    kind: "compressed",
    bytes,
    width,
    height,
    components: frame.components.length,
    progressive,
    peakBytes: wasm.peak(),
  };
}

function cutOff({ frame, scans }: JpegPicture): ImageFailure {
  const what = frame.progressive ? `after ${scans.length} scans` : "without its end marker";
  return { kind: "truncated", reason: `the file ends ${what}` };
}

/** All scans are read in step, so that the row is the same for all of them. */
function whereStopped(wasm: EngineExports, { scans }: JpegPicture, layout: PictureLayout): string {
  const percent = Math.floor((100 * wasm.stoppedAtMcuRow()) / layout.mcusHigh);
  return scans.length > 1 ? `at ${percent} % of scan ${wasm.stoppedInScan() + 1}` : `at ${percent} % of the picture`;
}

function failureOf(status: EngineStatus, picture: JpegPicture, capBytes: number, where: string): ImageFailure {
  const { width, height } = picture.frame;
  switch (status) {
    case "data_ran_out":
      return { kind: "truncated", reason: `its data ends ${where}` };
    case "interval_too_short":
      return { kind: "corrupt", reason: `a restart interval is too short ${where}` };
    case "no_such_code":
      return { kind: "corrupt", reason: `bits that are no code ${where}` };
    case "run_too_long":
      return { kind: "corrupt", reason: `a coefficient outside its block ${where}` };
    case "forbidden_symbol":
      return { kind: "corrupt", reason: `a code that its scan does not allow ${where}`.trimEnd() };
    case "not_a_prefix_code":
      return { kind: "corrupt", reason: "a Huffman table whose lengths form no code" };
    case "out_of_memory":
      return { kind: "too_large_for_memory", width, height, limitPixels: likelyLimit(picture, capBytes) };
    case "ok":
      throw new Error(`The engine stopped with ${status}`);
  }
}

/** How large a picture with as many bytes a pixel would probably fit: source and 0.3 bytes a pixel beside it. */
function likelyLimit({ frame, scans }: JpegPicture, capBytes: number): number {
  const pixels = frame.width * frame.height;
  const sourceBytes = scans.reduce((sum, { data }) => sum + data.end - data.start, 0);
  return Math.min(pixels, Math.floor(capBytes / (sourceBytes / pixels + 0.3)));
}
