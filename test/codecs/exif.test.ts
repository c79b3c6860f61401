import { describe, expect, test } from "vitest";
import { readExif, writeExif } from "../../src/codecs/exif.ts";

const upright = { orientation: 1, copyright: null };
const notice = new TextEncoder().encode("(c) 2026 Example");

describe("writeExif", () => {
  test("says an orientation in 26 bytes", () => {
    expect(writeExif({ orientation: 6, copyright: null })).toHaveLength(26);
  });

  test("says nothing of an upright picture without a notice", () => {
    expect(writeExif(upright)).toBeNull();
  });

  test.each([
    { orientation: 3, copyright: null },
    { orientation: 1, copyright: notice },
    { orientation: 8, copyright: notice },
    { orientation: 8, copyright: new TextEncoder().encode("Me") },
  ])("writes what readExif reads", (exif) => {
    expect(readExif(writeExif(exif) ?? new Uint8Array(0))).toEqual(exif);
  });
});

describe("readExif", () => {
  test("reads little-endian blocks", () => {
    const header = [0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0];
    const tag = [0x12, 0x01, 3, 0, 1, 0, 0, 0, 5, 0, 0, 0];
    const tiff = new Uint8Array([...header, ...tag, 0, 0, 0, 0]);

    expect(readExif(tiff)).toEqual({ orientation: 5, copyright: null });
  });

  test.each([0, 9])("ignores the orientation %i, which does not exist", (orientation) => {
    const tiff = writeExif({ orientation: 6, copyright: null }) ?? new Uint8Array(0);
    tiff[19] = orientation;

    expect(readExif(tiff)).toEqual(upright);
  });

  test("carries a notice of 1,024 bytes and not one of 1,025", () => {
    expect(readExif(withNotice(1024)).copyright).toHaveLength(1023);
    expect(readExif(withNotice(1025)).copyright).toBeNull();
  });

  test("takes a block that is cut or lies about its places for empty", () => {
    const tiff = writeExif({ orientation: 6, copyright: notice }) ?? new Uint8Array(0);

    expect(readExif(tiff.subarray(0, 10))).toEqual(upright);
    expect(readExif(new Uint8Array(0))).toEqual(upright);
    expect(readExif(new Uint8Array(40).fill(0xff))).toEqual(upright);
    for (let at = 0; at < tiff.length; at++) {
      const changed = tiff.slice();
      changed[at] = 0xff;
      expect(readExif(changed)).toHaveProperty("orientation");
    }
  });
});

/** A block whose notice, with its closing zero, has `bytes` bytes. */
function withNotice(bytes: number): Uint8Array {
  return writeExif({ orientation: 1, copyright: new Uint8Array(bytes - 1).fill(0x61) }) ?? new Uint8Array(0);
}
