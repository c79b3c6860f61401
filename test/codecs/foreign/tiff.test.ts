// Inside workerd, whose zlib is another one than Node's.

import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { openTiff, readTiffMetadata } from "../../../src/codecs/foreign/tiff.ts";
import { readAll } from "./damage.ts";
import { type TiffSample, writeTiff } from "./tiffs.ts";

const open = (bytes: Uint8Array) => openTiff(bytes, { budgetBytes: 100_000 });
const side = 40;
const pixels = Uint8Array.from({ length: side * side }, (_, at) => (at * 7) & 255);

/** Grey of 8 bits in one deflated strip. */
function greyTiff(data: Uint8Array, tags: TiffSample["tags"] = {}): Uint8Array {
  const at = (x: number, y: number) => pixels[side * y + x] ?? 0;
  return writeTiff({ width: side, height: side, photometric: 1, depth: 8, isDeflated: true, at, data, tags });
}

test("inflates a strip", () => {
  const expected = Uint8Array.from({ length: 4 * pixels.length }, (_, at) =>
    at % 4 === 3 ? 255 : (pixels[at >> 2] ?? 0),
  );

  expect(readAll(open, greyTiff(deflateSync(pixels)))).toEqual(expected);
});

test("reads the notice", () => {
  const file = greyTiff(deflateSync(pixels), { 33_432: { type: 2, data: new TextEncoder().encode("Ann\0") } });

  expect(readTiffMetadata(file)).toEqual({ orientation: 1, copyright: new TextEncoder().encode("Ann"), profile: null });
});

test("calls a strip whose data end early truncated", () => {
  const data = deflateSync(pixels);

  expect(readAll(open, greyTiff(data.subarray(0, data.length >> 1)))).toBe("truncated");
});

test("makes no more of a strip than belongs into it", () => {
  expect(readAll(open, greyTiff(deflateSync(new Uint8Array(10_000_000))))).toBe("corrupt");
});
