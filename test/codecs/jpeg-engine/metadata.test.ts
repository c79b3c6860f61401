import { describe, expect, test } from "vitest";
import { readExif } from "../../../src/codecs/exif.ts";
import { isWholeProfile, metadataSegments } from "../../../src/codecs/jpeg-engine/metadata.ts";
import type { JpegExtras } from "../../../src/codecs/jpeg-engine/markers.ts";

const nothing: JpegExtras = { jfif: null, adobeTransform: null, exif: null, iccChunks: [] };
/** Big-endian TIFF: orientation 6, copyright "(c) Ada". */
const exif = Uint8Array.from(
  [
    [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 2],
    [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0],
    [0x82, 0x98, 0, 2, 0, 0, 0, 8, 0, 0, 0, 38],
    [0, 0, 0, 0],
    ascii("(c) Ada\0"),
  ].flat(),
);

describe("metadataSegments", () => {
  test("writes an EXIF segment that says the same again", () => {
    const [, app1] = metadataSegments({ ...nothing, exif }, "ycbcr");

    expect(app1?.subarray(0, 10)).toEqual(Uint8Array.of(0xff, 0xe1, 0, 54, ...ascii("Exif\0\0")));
    expect(readExif(app1?.subarray(10) ?? null)).toEqual(readExif(exif));
  });

  test("writes no EXIF segment when there is nothing to say", () => {
    expect(metadataSegments({ ...nothing, exif: patch(exif, 9, 0) }, "grey").length).toBe(1);
  });

  test("keeps the density of the source", () => {
    const jfif = Uint8Array.of(1, 2, 1, 1, 44, 1, 44);

    expect(metadataSegments({ ...nothing, jfif }, "ycbcr")).toEqual([
      Uint8Array.of(0xff, 0xe0, 0, 16, ...ascii("JFIF\0"), 1, 1, 1, 1, 44, 1, 44, 0, 0),
    ]);
  });

  test("keeps a whole colour profile, all of its chunks, and drops a broken one", () => {
    const chunks = [Uint8Array.of(1, 2, 7), Uint8Array.of(2, 2, 8)];

    expect(isWholeProfile(chunks)).toBe(true);
    expect(metadataSegments({ ...nothing, iccChunks: chunks }, "grey").length).toBe(3);
    expect(isWholeProfile(chunks.slice(1))).toBe(false);
    expect(isWholeProfile([...chunks, Uint8Array.of(2, 2, 8)])).toBe(false);
    expect(metadataSegments({ ...nothing, iccChunks: chunks.slice(1) }, "grey").length).toBe(1);
  });

  test("says RGB, and keeps an Adobe segment for four components without inventing one", () => {
    expect(metadataSegments(nothing, "rgb").at(-1)?.at(-1)).toBe(0);
    expect(
      metadataSegments({ ...nothing, adobeTransform: 2 }, "ycck")
        .at(-1)
        ?.at(-1),
    ).toBe(2);
    expect(
      metadataSegments({ ...nothing, adobeTransform: 0 }, "cmyk")
        .at(-1)
        ?.at(-1),
    ).toBe(0);
    expect(metadataSegments(nothing, "cmyk")).toEqual([]);
  });
});

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function patch(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}
