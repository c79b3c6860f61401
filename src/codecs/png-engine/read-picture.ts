// Feeds the wasm: header and palette first, then the compressed data in pieces, whenever a step asks for more.

import { colourTypes, type PngSource } from "./source.ts";
import { type EngineExports, type EngineStatus, statusOf } from "./wasm-exports.ts";

/** To count and write it again. */
export function beginPicture(wasm: EngineExports, source: PngSource, capBytes: number): EngineStatus {
  const { width, height, colourType, depth, isInterlaced } = source;
  const status = statusOf(wasm.beginPicture(width, height, colourType, depth, isInterlaced ? 1 : 0, capBytes));
  if (status === "ok") setColours(wasm, source);
  return status;
}

/** To hand its rows out. */
export function beginReading(wasm: EngineExports, source: PngSource, capBytes: number): EngineStatus {
  const { width, height, colourType, depth, isInterlaced } = source;
  const status = statusOf(wasm.beginReading(width, height, colourType, depth, isInterlaced ? 1 : 0, capBytes));
  if (status === "ok") setColours(wasm, source);
  return status;
}

function setColours(wasm: EngineExports, { colourType, depth, palette, transparency }: PngSource): void {
  if (colourType === colourTypes.palette) {
    const entries = palette.length / 3;
    for (let index = 0; index < entries; index++) {
      const [red = 0, green = 0, blue = 0] = palette.subarray(3 * index, 3 * index + 3);
      const alpha = transparency[index] ?? 255;
      wasm.setPaletteEntry(index, red | (green << 8) | (blue << 16) | (alpha << 24));
    }
    wasm.setPaletteSize(entries);
  } else if (transparency.length > 0 && (colourType === colourTypes.grey || colourType === colourTypes.rgb)) {
    const view = new DataView(transparency.buffer, transparency.byteOffset, transparency.byteLength);
    // Only the lower bits of a sample count (W3C PNG, third edition, 11.3.1.1).
    const mask = 2 ** depth - 1;
    const sample = (at: number) => view.getUint16(at) & mask;
    const red = sample(0);
    const isGrey = colourType === colourTypes.grey;
    wasm.setKey(red, isGrey ? red : sample(2), isGrey ? red : sample(4));
  }
}

/**
 * Calls a step of the engine, from the first byte of the data on, until it wants something else than input. A full
 * strip, or batch of rows, goes to `takeFull`, whose false ends it.
 */
export function feed(
  wasm: EngineExports,
  data: Uint8Array[],
  step: () => number,
  takeFull: () => boolean,
): EngineStatus {
  let part = 0;
  let at = 0;
  for (;;) {
    const status = statusOf(step());
    if (status === "strip_full" && takeFull()) continue;
    if (status === "needs_input") {
      let to = wasm.inputTail();
      let room = wasm.inputRoom();
      let added = 0;
      const input = new Uint8Array(wasm.memory.buffer);
      for (let piece = data[part]; piece !== undefined && room > 0; piece = data[part]) {
        const some = piece.subarray(at, at + room);
        input.set(some, to);
        to += some.length;
        room -= some.length;
        added += some.length;
        at += some.length;
        if (at === piece.length) {
          part++;
          at = 0;
        }
      }
      wasm.addInput(added, part === data.length ? 1 : 0);
    } else return status;
  }
}
