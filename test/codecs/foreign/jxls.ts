// Writes the header of a JPEG XL anew, in front of the frames of a real one, so that tests can say what no encoder at hand
// says. Its size is in the longest form, in which any other can be written in its place.

import { readJxlHeader } from "../../../src/codecs/foreign/jxl-header.ts";
import { joinBytes } from "../../../src/codecs/join-bytes.ts";

export interface JxlSample {
  width: number;
  height: number;
  /** EXIF's, 1 to 8. */
  orientation?: number;
  isAnimated?: boolean;
  isFloating?: boolean;
  /** Types of extra channels with 8 bits: 0 is alpha. */
  extraChannels?: number[];
  isAssociated?: boolean;
  isXyb?: boolean;
  colours?: { space?: number; primaries?: number; transfer?: number; hasProfile?: boolean };
}

/** The frames of a file without colour profile or preview. */
export function framesOf(bytes: Uint8Array): Uint8Array {
  const header = readJxlHeader(bytes);
  if (header.kind !== "image" || header.framesAt === null) throw new Error("The frames cannot be found.");
  return header.codestream.subarray(header.framesAt);
}

/** `frames` of a picture of the same size, channels and kind of colours. */
export function writeJxl(sample: JxlSample, frames: Uint8Array): Uint8Array {
  const { orientation = 1, isAnimated = false, extraChannels = [], isXyb = true, colours } = sample;
  const bits: number[] = [];
  const put = (value: number, count: number) => {
    for (let index = 0; index < count; index++) bits.push(Math.floor(value / 2 ** index) % 2);
  };
  /** An enumeration: plain 0 and 1, from 2 in 4 bits, from 18 in 6. */
  const enumerate = (value: number) => {
    if (value < 2) return put(value, 2);
    return value < 18 ? put(2 + 4 * (value - 2), 6) : put(3 + 4 * (value - 18), 8);
  };
  const side = (value: number) => put(3 + 4 * (value - 1), 32);
  put(0, 1);
  side(sample.height);
  put(0, 3);
  side(sample.width);

  put(0, 1);
  const hasMore = orientation !== 1 || isAnimated;
  put(Number(hasMore), 1);
  if (hasMore) {
    put(orientation - 1, 3);
    put(0, 2);
    put(Number(isAnimated), 1);
    // Ten milliseconds a tick, for ever, without time codes.
    if (isAnimated) put(0, 2 + 2 + 2 + 1);
  }
  // 8 bits, or 16 with 5 of them for the exponent.
  if (sample.isFloating === true) put(1 + 2 * 1 + 8 * 4, 7);
  else put(0, 3);
  put(1, 1);
  const channels = extraChannels.length;
  if (channels < 2) put(channels, 2);
  else put(2 + 4 * (channels - 2), 6);
  for (const type of extraChannels) {
    put(0, 1);
    enumerate(type);
    put(0, 3 + 2 + 2);
    if (type === 0) put(Number(sample.isAssociated ?? false), 1);
  }
  put(Number(isXyb), 1);
  put(Number(colours === undefined), 1);
  if (colours !== undefined) {
    const { space = 0, primaries = 1, transfer = 13, hasProfile = false } = colours;
    put(Number(hasProfile), 1);
    enumerate(space);
    if (!hasProfile) {
      enumerate(1);
      if (space !== 1) enumerate(primaries);
      put(0, 1);
      enumerate(transfer);
      enumerate(1);
    }
  }
  // The brightness as usual.
  if (hasMore) put(1, 1);
  // No extensions, and all transforms as usual.
  put(0, 2);
  put(1, 1);

  const bytes = new Uint8Array(2 + Math.ceil(bits.length / 8));
  bytes.set([0xff, 0x0a]);
  bits.forEach((bit, index) => (bytes[2 + (index >> 3)] = (bytes[2 + (index >> 3)] ?? 0) | (bit << (index & 7))));
  return joinBytes([bytes, frames]);
}

/** Other sides in the place of those that `writeJxl` wrote. */
export function lieAboutSize(bytes: Uint8Array, width: number, height: number): void {
  const put = (value: number, from: number) => {
    for (let index = 0; index < 30; index++) {
      const at = from + index;
      const bit = Math.floor(value / 2 ** index) % 2;
      bytes[at >> 3] = ((bytes[at >> 3] ?? 0) & ~(1 << (at & 7))) | (bit << (at & 7));
    }
  };
  put(height - 1, 16 + 1 + 2);
  put(width - 1, 16 + 1 + 32 + 3 + 2);
}

/** A box: its length, its type, what it holds. */
export function box(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + content.length);
  new DataView(bytes.buffer).setUint32(0, bytes.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  return bytes;
}

const signature = Uint8Array.of(0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20, 13, 10, 0x87, 10);
const fileType = box("ftyp", new TextEncoder().encode("jxl \0\0\0\0jxl "));

export function boxed(...boxes: Uint8Array[]): Uint8Array {
  return joinBytes([signature, fileType, ...boxes]);
}

/** A part of the codestream with its number. */
export function piece(number: number, isLast: boolean, content: Uint8Array): Uint8Array {
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, number + (isLast ? 0x8000_0000 : 0));
  return box("jxlp", joinBytes([head, content]));
}
