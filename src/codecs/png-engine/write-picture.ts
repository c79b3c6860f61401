// Deflates strips as they come out of the wasm and puts the file together. A strip is a call of its own with the 32 KB
// before it as dictionary, so that nothing but a strip and the output is held, and everything stays in one turn of the
// event loop.

import { constants, crc32, deflateRawSync } from "node:zlib";
import { joinBytes } from "../join-bytes.ts";
import type { OutputForm } from "./output-form.ts";
import type { EngineExports } from "./wasm-exports.ts";

export interface StripDeflater {
  /** Deflates the strip that the wasm has ready. False when the stream has become longer than it may. */
  takeStrip(): boolean;
  /** Deflates what the wasm has left and closes the stream. */
  end(): void;
  /** The zlib stream so far. */
  parts: Uint8Array[];
}

export function createStripDeflater(
  wasm: EngineExports,
  { level, mostBytes }: { level: number; mostBytes: number },
): StripDeflater {
  // RFC 1950: 32 KB of window, default level, no dictionary.
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x9c)];
  let total = 2;
  const deflate = (finishFlush: number): void => {
    const { buffer } = wasm.memory;
    const start = wasm.stripAddress();
    const historyBytes = wasm.stripHistoryBytes();
    const part = deflateRawSync(new Uint8Array(buffer, start, wasm.stripBytes()), {
      level,
      finishFlush,
      ...(historyBytes > 0 ? { dictionary: new Uint8Array(buffer, start - historyBytes, historyBytes) } : {}),
    });
    parts.push(part);
    total += part.length;
  };
  return {
    parts,
    takeStrip() {
      deflate(constants.Z_SYNC_FLUSH);
      wasm.takenStrip();
      return total <= mostBytes;
    },
    end() {
      deflate(constants.Z_FINISH);
      const checksum = new Uint8Array(4);
      new DataView(checksum.buffer).setUint32(0, wasm.stripChecksum());
      parts.push(checksum);
    },
  };
}

/** The whole file; `carried` are chunks as they stand in a file. */
export function writeFile(
  width: number,
  height: number,
  form: OutputForm,
  carried: Uint8Array[],
  data: Uint8Array[],
): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = form.depth;
  header[9] = form.colourType;
  return joinBytes([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    ...chunk("IHDR", [header]),
    ...carried,
    ...(form.palette.length > 0 ? chunk("PLTE", [form.palette]) : []),
    ...(form.alphas.length > 0 ? chunk("tRNS", [form.alphas]) : []),
    ...chunk("IDAT", data),
    ...chunk("IEND", []),
  ]);
}

function chunk(type: string, data: Uint8Array[]): Uint8Array[] {
  const name = Uint8Array.from(type, (letter) => letter.charCodeAt(0));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(
    0,
    data.reduce((sum, piece) => sum + piece.length, 0),
  );
  const checksum = new Uint8Array(4);
  new DataView(checksum.buffer).setUint32(
    0,
    [name, ...data].reduce((sum, piece) => crc32(piece, sum), 0),
  );
  return [length, name, ...data, checksum];
}
