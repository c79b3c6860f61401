// Unpacks one strip or tile. Never makes more than the piece can hold, whatever the data say.

import { constants, inflateSync } from "node:zlib";
import type { TiffLayout } from "./tiff-layout.ts";

/** The bytes of the piece; fewer where the data end early; null where they cannot be. */
export function unpackPiece(
  packed: Uint8Array,
  compression: TiffLayout["compression"],
  mostBytes: number,
): Uint8Array | null {
  switch (compression) {
    case "none":
      return packed.subarray(0, mostBytes);
    case "deflate":
      return inflate(packed, mostBytes);
    case "packbits":
      return unpackBits(packed, mostBytes);
    case "lzw":
      return unpackLzw(packed, mostBytes);
  }
}

function inflate(packed: Uint8Array, mostBytes: number): Uint8Array | null {
  try {
    return inflateSync(packed, { maxOutputLength: mostBytes, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    // The data are a stranger's; what zlib says of them helps nobody.
    return null;
  }
}

/** TIFF 6.0, section 9: a count, then so many bytes, or one byte so many times. */
function unpackBits(packed: Uint8Array, mostBytes: number): Uint8Array {
  const output = new Uint8Array(mostBytes);
  let filled = 0;
  for (let at = 0; at < packed.length && filled < mostBytes;) {
    const count = packed[at++] ?? 0;
    if (count === 128) continue;
    if (count < 128) {
      const some = packed.subarray(at, at + Math.min(count + 1, mostBytes - filled));
      output.set(some, filled);
      filled += some.length;
      at += count + 1;
    } else {
      const end = Math.min(mostBytes, filled + 257 - count);
      const byte = packed[at++];
      if (byte === undefined) break;
      output.fill(byte, filled, end);
      filled = end;
    }
  }
  return output.subarray(0, filled);
}

const clear = 256;
const end = 257;
const mostCodes = 4096;

/**
 * TIFF 6.0, section 13: the highest bit first, and codes grow one code earlier than they must. Every string stands in
 * the output already, so that a table of places is enough.
 */
function unpackLzw(packed: Uint8Array, mostBytes: number): Uint8Array | null {
  const output = new Uint8Array(mostBytes);
  const starts = new Uint32Array(mostCodes);
  const lengths = new Uint16Array(mostCodes);
  let filled = 0;
  let next = end + 1;
  let bits = 9;
  let previousStart = 0;
  let previousLength = 0;
  let held = 0;
  let heldBits = 0;
  for (const byte of packed) {
    held = ((held << 8) | byte) & 0xff_ffff;
    heldBits += 8;
    if (heldBits < bits) continue;
    heldBits -= bits;
    const code = (held >>> heldBits) & ((1 << bits) - 1);
    if (code === end || filled === mostBytes) break;
    if (code === clear) {
      next = end + 1;
      bits = 9;
      previousLength = 0;
      continue;
    }
    // The previous string and one byte more, which is the first of this one.
    if (previousLength > 0 && next < mostCodes) {
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next++;
    }
    if (code > end && code >= next) return null;
    const start = filled;
    const length = code < clear ? 1 : (lengths[code] ?? 0);
    const stop = Math.min(mostBytes, filled + length);
    if (code < clear) output[filled] = code;
    // One after the other: a string may end in what is only now being written.
    else for (let from = starts[code] ?? 0; filled < stop; filled++) output[filled] = output[from++] ?? 0;
    filled = stop;
    previousStart = start;
    previousLength = length;
    if (next + 1 >= 1 << bits && bits < 12) bits++;
  }
  return output.subarray(0, filled);
}
