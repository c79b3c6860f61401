// JPEG to a smaller JPEG without ever making pixels: the markers are parsed and checked here, the coefficients decoded,
// requantised and coded again in wasm (assembly/). Synchronous; one picture at a time, as JavaScript is.
import type { ImageFailure } from "../../errors.ts";
import { leastEngineBytes } from "../engine-exports.ts";
import { neededJpegBytes } from "../memory.ts";
import type { Picture } from "../picture.ts";
import { colourModelOf } from "./colour.ts";
import { cutOff, failureOf, whereStopped } from "./failures.ts";
import { layOut, type Reduction } from "./layout.ts";
import { loadPicture } from "./load-picture.ts";
import { type JpegPicture, parsePicture } from "./markers.ts";
import { openJpeg, type OpenJpegOptions } from "./read-rows.ts";
import { stepsOver, targetSteps } from "./quality.ts";
import { createInstances } from "../wasm-instances.ts";
import { type EngineExports, instantiate, statusOf } from "./wasm-exports.ts";
import { checkWork } from "./work-limit.ts";
import { writePicture } from "./write-picture.ts";
import { writeJpeg, type WriteJpegOptions } from "./write-rows.ts";

export interface RecompressOptions {
  /** 1 to 100. */
  quality: number;
  /** To a half, a quarter or an eighth of width and height, rounded up. */
  reduction?: Reduction;
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
  /** Of the output. */
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

/** The engine's own limit of memory holds unless there is another. */
type Unlimited<Options extends { maxMemoryBytes: number }> = Omit<Options, "maxMemoryBytes"> & {
  maxMemoryBytes?: number;
};

export interface JpegEngine {
  recompressJpeg(source: Uint8Array, options: RecompressOptions): RecompressedJpeg | ImageFailure;
  /** See read-rows.ts; the engine's own limit of memory holds unless there is another. */
  openJpeg(source: Uint8Array, options?: Partial<OpenJpegOptions>): Picture | ImageFailure;
  /** See write-rows.ts. */
  writeJpeg(picture: Picture, options: Unlimited<WriteJpegOptions>): Uint8Array | ImageFailure;
  /** What the instances hold that wait for the next picture. */
  idleBytes(): number;
}

/** Of the platform's 128 MB, beside the source, the output and the rest of the isolate. */
const defaultMaxMemoryBytes = 80 * 1024 * 1024;
/** Of an ordinary photograph. */
const tokenBytesPerPixel = 0.3;

export function createJpegEngine(
  module: WebAssembly.Module,
  { maxMemoryBytes = defaultMaxMemoryBytes }: JpegEngineOptions = {},
): JpegEngine {
  const instances = createInstances(leastEngineBytes, (memory) => instantiate(module, memory));
  return {
    recompressJpeg(source, options) {
      if (!(options.quality >= 1 && options.quality <= 100)) throw new RangeError(`quality ${options.quality}`);
      const picture = parsePicture(source);
      if ("kind" in picture) return picture;
      const capBytes = options.maxMemoryBytes ?? maxMemoryBytes;
      const { width, height } = picture.frame;
      const wanted = { usualBytes: neededJpegBytes(source.length, width * height), roomBytes: capBytes };
      const result = instances.use(wanted, (wasm) => recompress(wasm, source, picture, capBytes, options));
      // Whatever else is the matter, what is cut off must not pass for a picture that is merely kept.
      const isKept = result.kind === "unsupported_variant" || result.kind === "too_large_for_memory";
      return isKept && !picture.isComplete ? cutOff(picture) : result;
    },
    openJpeg: (source, options) => openJpeg(instances, source, { maxMemoryBytes, ...options }),
    writeJpeg: (picture, options) => writeJpeg(instances, picture, { maxMemoryBytes, ...options }),
    idleBytes: () => instances.idleBytes(),
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
  const { reduction = 1 } = options;
  const layout = layOut(frame, colour, options.chroma ?? "420", reduction);
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
    // After resampling, the source's steps say nothing about the new coefficients.
    return reduction > 1 || one?.halvesAcross || one?.halvesDown ? target : stepsOver(from, target);
  });
  const loaded = loadPicture(wasm, source, picture, layout, { colour, steps, reduction, capBytes });
  const attempt = { picture, capBytes, bytesPerPixel: tokenBytesPerPixel, where: "" };
  if (loaded !== "ok") return failureOf(loaded, attempt);
  const decoded = statusOf(wasm.decode(options.rdo === false ? 0 : 1));
  if (decoded !== "ok") {
    const where = whereStopped(wasm.stoppedAtMcuRow(), layout.mcusHigh, wasm.stoppedInScan(), picture);
    return failureOf(decoded, { ...attempt, where });
  }
  if (!picture.isComplete) return cutOff(picture);

  const isProgressiveShorter = wasm.plan(layout.outMcusWide, layout.outMcusHigh) !== 0;
  const progressive = options.progressive ?? isProgressiveShorter;
  const { width, height } = layout;
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
