// Inside workerd, whose zlib is another one than Node's.

import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { openTiff, readTiffMetadata } from "../../../src/codecs/foreign/tiff.ts";
import { readAll } from "./damage.ts";

const open = (bytes: Uint8Array) => openTiff(bytes, { budgetBytes: 100_000 });
const side = 40;
const pixels = Uint8Array.from({ length: side * side }, (_, at) => (at * 7) & 255);

/** Grey of 8 bits in one deflated strip, big-endian. */
function greyTiff(data: Uint8Array, text?: [tag: number, letters: number]): Uint8Array {
  const tags = [
    [256, side],
    [257, side],
    [258, 8],
    [259, 8],
    [262, 1],
    [273, 8],
    [279, data.length],
    ...(text === undefined ? [] : [text]),
  ] as const;
  const file = new Uint8Array(8 + data.length + 2 + 12 * tags.length + 4);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x4d4d002a);
  view.setUint32(4, 8 + data.length);
  file.set(data, 8);
  view.setUint16(8 + data.length, tags.length);
  tags.forEach(([tag, value], index) => {
    const at = 10 + data.length + 12 * index;
    view.setUint16(at, tag);
    // A number, or four letters.
    view.setUint16(at + 2, tag === text?.[0] ? 2 : 4);
    view.setUint32(at + 4, tag === text?.[0] ? 4 : 1);
    view.setUint32(at + 8, value);
  });
  return file;
}

test("inflates a strip", () => {
  const expected = Uint8Array.from({ length: 4 * pixels.length }, (_, at) =>
    at % 4 === 3 ? 255 : (pixels[at >> 2] ?? 0),
  );

  expect(readAll(open, greyTiff(deflateSync(pixels)))).toEqual(expected);
});

test("reads the notice", () => {
  const file = greyTiff(deflateSync(pixels), [33_432, 0x41_6e_6e_00]);

  expect(readTiffMetadata(file)).toEqual({ orientation: 1, copyright: new TextEncoder().encode("Ann"), profile: null });
});

test("calls a strip whose data end early truncated", () => {
  const data = deflateSync(pixels);

  expect(readAll(open, greyTiff(data.subarray(0, data.length >> 1)))).toBe("truncated");
});

test("makes no more of a strip than belongs into it", () => {
  expect(readAll(open, greyTiff(deflateSync(new Uint8Array(10_000_000))))).toBe("corrupt");
});
