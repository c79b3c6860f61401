// A picture to a smaller one, row by row: whatever its height, no more is held than the few rows that one row of the
// target is made of. Averages light, not bytes, and colours by how opaque they are. The same rows make the same bytes on
// every machine.

import type { ImageFailure } from "../../errors.ts";
import { leastEngineBytes } from "../engine-exports.ts";
import { createInstances } from "../wasm-instances.ts";
import type { Picture, TakeRows } from "../picture.ts";
import { type EngineExports, instantiate, statusOf } from "./wasm-exports.ts";

export interface Size {
  width: number;
  height: number;
}

export interface ScaleOptions {
  /** How far the wasm memory may grow; `scaleBytes` tells what it takes. */
  maxMemoryBytes?: number;
}

export interface ScaleEngine {
  /**
   * The picture in another size, no larger than it is in either direction; the source itself where it has that size.
   * Nothing is read before the answer is, and each time it is, so is the source.
   * @throws RangeError for a size that is larger, no integer or nothing.
   */
  scalePicture(source: Picture, size: Size, options?: ScaleOptions): Picture;
  /** What the instances hold that wait for the next picture. */
  idleBytes(): number;
}

const defaultMaxMemoryBytes = 16 * 1024 * 1024;
/** Static data, the tables of light, and what alignment adds. */
const fixedBytes = 64 * 1024;

/** A size by a factor of at most 1; nothing becomes thinner than a pixel. */
export function scaledSize({ width, height }: Size, scale: number): Size {
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** What the wasm memory holds at most: for a half, 100 bytes for each pixel of the source's width. */
export function scaleBytes(source: Size, size: Size): number {
  const across = mostPairs(source.width, size.width);
  const down = mostPairs(source.height, size.height);
  const perTargetPixel = 16 + 4 * across + 16 * down + 16 + 4;
  return fixedBytes + 24 * source.width + perTargetPixel * (size.width + 2) + 20 * Math.max(across, down);
}

/** As `assembly/kernel.ts`: pairs of pixels that make one of the target. */
function mostPairs(from: number, to: number): number {
  return Math.ceil((3 * from) / to) + 2;
}

export function createScaleEngine(module: WebAssembly.Module): ScaleEngine {
  const instances = createInstances(leastEngineBytes, (memory) => instantiate(module, memory));
  return {
    scalePicture(source, size, { maxMemoryBytes = defaultMaxMemoryBytes } = {}) {
      const { width, height } = size;
      checkLength(width, source.width);
      checkLength(height, source.height);
      if (width === source.width && height === source.height) return source;
      // The source may be a scaled picture too, which then has an instance of its own.
      const wanted = { usualBytes: scaleBytes(source, size), roomBytes: maxMemoryBytes };
      const read = (take: TakeRows): ImageFailure | null =>
        instances.use(wanted, (wasm) => readScaled(wasm, source, size, maxMemoryBytes, take));
      return { ...source, width, height, read };
    },
    idleBytes: () => instances.idleBytes(),
  };
}

function readScaled(
  wasm: EngineExports,
  source: Picture,
  size: Size,
  capBytes: number,
  take: TakeRows,
): ImageFailure | null {
  const { width, height, hasAlpha } = source;
  const neededBytes = scaleBytes(source, size);
  if (neededBytes > capBytes) {
    return {
      kind: "too_large_for_memory",
      width,
      height,
      limitPixels: Math.floor((width * height * capBytes) / neededBytes),
    };
  }
  const begun = statusOf(wasm.beginPicture(width, height, size.width, size.height, hasAlpha ? 1 : 0, capBytes));
  if (begun !== "ok") throw new Error(`${neededBytes} bytes were too few`);
  const rowBytes = 4 * width;
  const input = new Uint8Array(wasm.memory.buffer, wasm.inputAddress(), 2 * rowBytes);
  const output = new Uint8Array(wasm.memory.buffer, wasm.outputAddress(), 4 * size.width);
  let filled = 0;
  let made = 0;
  let isStopped = false;
  const addRows = (): boolean => {
    wasm.addRows(filled / rowBytes);
    filled = 0;
    for (; !isStopped && wasm.makeRow() === 1; made++) isStopped = !take(output);
    return !isStopped;
  };
  const failure = source.read((rows) => {
    for (let at = 0; at < rows.length;) {
      const some = rows.subarray(at, at + input.length - filled);
      input.set(some, filled);
      filled += some.length;
      at += some.length;
      if (filled === input.length && !addRows()) return false;
    }
    return true;
  });
  if (failure !== null) return failure;
  if (!isStopped && filled > 0) addRows();
  if (!isStopped && made < size.height) throw new Error(`A picture of ${height} rows ended before its last`);
  return null;
}

function checkLength(target: number, source: number): void {
  if (!(Number.isInteger(target) && target >= 1 && target <= source)) {
    throw new RangeError(`${source} pixels cannot become ${target}`);
  }
}
