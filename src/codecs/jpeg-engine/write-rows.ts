// Any picture to a JPEG, row by row: transformed, quantised and coded in wasm exactly as recompressJpeg does it, so that
// quality means the same. Memory is two rows, a row of blocks and the coded picture. Synchronous.
import type { ImageFailure } from "../../errors.ts";
import { writeExif } from "../exif.ts";
import { neededJpegBytes } from "../memory.ts";
import type { Metadata, Picture } from "../picture.ts";
import type { Instances } from "../wasm-instances.ts";
import { layOut } from "./layout.ts";
import type { JpegExtras, JpegFrame } from "./markers.ts";
import { iccChunksOf } from "./metadata.ts";
import { targetSteps } from "./quality.ts";
import { type EngineExports, statusOf } from "./wasm-exports.ts";
import { writePicture } from "./write-picture.ts";

export interface WriteJpegOptions {
  /** 1 to 100. */
  quality: number;
  metadata: Metadata;
  /** What shows through where the picture is not opaque: red, green, blue, in its own colour space. */
  background: readonly [number, number, number];
  /** How far the wasm memory may grow. */
  maxMemoryBytes: number;
  /** What would be longer is answered with `already_small`. */
  mostBytes: number;
  /** For tests and measurements: false rounds plainly instead of making the rate-distortion choice. */
  rdo?: boolean;
}

/** T.81 B.2.2 has room for 65,535, but libjpeg, and with it every browser, opens nothing that is larger than this. */
const maxSide = 65_500;

/** More than the bit writer asks to be free: a block's worth, every byte stuffed. */
const slackBytes = 2048;

/** The picture's own failure is passed on. */
export function writeJpeg(
  instances: Instances<EngineExports>,
  picture: Picture,
  options: WriteJpegOptions,
): Uint8Array | ImageFailure {
  const { quality, maxMemoryBytes } = options;
  if (!(quality >= 1 && quality <= 100)) throw new RangeError(`quality ${quality}`);
  const { width, height } = picture;
  if (width > maxSide || height > maxSide) {
    return { kind: "unsupported_variant", variant: `a JPEG of ${width} x ${height} pixels` };
  }
  const wanted = { usualBytes: neededJpegBytes(0, width * height), roomBytes: maxMemoryBytes };
  return instances.use(wanted, (wasm) => write(wasm, picture, options));
}

function write(wasm: EngineExports, picture: Picture, options: WriteJpegOptions): Uint8Array | ImageFailure {
  const { width, height } = picture;
  const { quality, metadata, background, maxMemoryBytes, mostBytes } = options;
  const [red, green, blue] = background;
  const isGrey = picture.isGrey && (!picture.hasAlpha || (red === green && green === blue));
  const components = isGrey ? 1 : 3;
  const below = red | (green << 8) | (blue << 16);
  const begun = wasm.beginWriting(
    width,
    height,
    components,
    Number(!picture.hasAlpha),
    below,
    Number(options.rdo !== false),
    maxMemoryBytes,
  );
  if (statusOf(begun) !== "ok") return tooLarge(picture, 0);
  const steps = targetSteps(quality);
  for (let index = 0; index < components; index += 1) setSteps(wasm, index, steps);

  const failure = takeAll(wasm, picture);
  if (failure !== null) return failure;

  const colour = isGrey ? "grey" : "ycbcr";
  const layout = layOut(frameOf(picture, components), colour, "420");
  const progressive = wasm.plan(layout.outMcusWide, layout.outMcusHigh) !== 0;
  const planned = wasm.plannedBytes();
  if (planned > mostBytes) return { kind: "already_small" };
  // Stuffing may double it, though it never does.
  const room = Math.min(2 * planned, mostBytes) + slackBytes;
  if (statusOf(wasm.makeOutputRoom(room)) !== "ok") return tooLarge(picture, height - 1);
  const bytes = writePicture(wasm, layout, {
    width,
    height,
    extras: extrasOf(metadata),
    colour,
    steps: Array.from({ length: components }, () => steps),
    progressive,
  });
  return bytes === null || bytes.length > mostBytes ? { kind: "already_small" } : bytes;
}

/** Null when all rows are in. */
function takeAll(wasm: EngineExports, picture: Picture): ImageFailure | null {
  const { width, height } = picture;
  const rowBytes = 4 * width;
  let memory = new Uint8Array(wasm.memory.buffer);
  let rowsTaken = 0;
  let status = statusOf(0);
  const failure = picture.read((rows) => {
    if (rows.length % rowBytes !== 0) throw new RangeError(`${rows.length} bytes are no rows of ${width} pixels`);
    for (let at = 0; at < rows.length; at += rowBytes) {
      if (rowsTaken === height) throw new RangeError(`More than ${height} rows`);
      // Growth leaves the view empty.
      if (memory.length === 0) memory = new Uint8Array(wasm.memory.buffer);
      memory.set(rows.subarray(at, at + rowBytes), wasm.rowToWrite());
      status = statusOf(wasm.writeRow());
      if (status !== "ok") return false;
      rowsTaken += 1;
    }
    return true;
  });
  if (failure !== null) return failure;
  if (status === "ok" && rowsTaken < height) throw new RangeError(`${rowsTaken} of ${height} rows`);
  if (status === "ok") status = statusOf(wasm.endWriting());
  return status === "ok" ? null : tooLarge(picture, rowsTaken);
}

function setSteps(wasm: EngineExports, index: number, steps: Uint16Array): void {
  const ratios = Uint32Array.from(steps, (step) => Math.round(65536 / step));
  new Uint32Array(wasm.memory.buffer, wasm.stageAddress(), 64).set(ratios);
  wasm.setWritingSteps(index);
}

function frameOf({ width, height }: Picture, components: number): JpegFrame {
  const all = [2, 1, 1].map((factor, id) => ({ id, h: factor, v: factor, quantTable: 0 }));
  return { width, height, progressive: false, components: all.slice(0, components) };
}

function extrasOf({ orientation, copyright, profile }: Metadata): JpegExtras {
  return {
    jfif: null,
    adobeTransform: null,
    exif: writeExif({ orientation, copyright }),
    iccChunks: profile === null ? [] : iccChunksOf(profile),
  };
}

/** The limit is what has fitted of this one. */
function tooLarge({ width, height }: Picture, rows: number): ImageFailure {
  return { kind: "too_large_for_memory", width, height, limitPixels: width * rows };
}
