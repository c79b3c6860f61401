import { describe, expect, test } from "vitest";
import {
  checkJpegStructure,
  insertSegments,
  readJpegCarryOver,
  readJpegFrame,
} from "../../src/codecs/jpeg-segments.ts";

const soi = [0xff, 0xd8];
const eoi = [0xff, 0xd9];
const frame = [0xff, 0xc0, 0, 11, 8, 0, 2, 0, 3, 1, 1, 0x11, 0];
const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34];

describe("readJpegFrame", () => {
  test("reads past fill bytes, stray bytes and markers without a length", () => {
    const bytes = jpeg(soi, [0xff, 0x01], [0x00, 0x17], [0xff, 0xff, 0xff, 0xe0, 0, 4, 1, 2], frame, scan, eoi);

    expect(readJpegFrame(bytes)).toEqual({ width: 3, height: 2, components: 1, progressive: false, variant: null });
  });

  test("reads dimensions up to 65,535", () => {
    const large = frame.with(5, 0xff).with(6, 0xff).with(7, 0xff).with(8, 0xff);

    expect(readJpegFrame(jpeg(soi, large))).toMatchObject({ width: 65_535, height: 65_535 });
  });

  test("does not take a thumbnail in the metadata for the picture", () => {
    const thumbnail = [...soi, ...frame.with(8, 99), ...scan, ...eoi];
    const metadata = [0xff, 0xe1, 0, thumbnail.length + 2, ...thumbnail];

    expect(readJpegFrame(jpeg(soi, metadata, frame, scan, eoi))).toMatchObject({ width: 3 });
  });

  test("tells a cut header from one that is missing", () => {
    expect(readJpegFrame(jpeg(soi, frame.slice(0, 8)))).toMatchObject({ kind: "truncated" });
    expect(readJpegFrame(jpeg(soi))).toMatchObject({ kind: "truncated" });
    expect(readJpegFrame(jpeg(soi, scan, eoi))).toMatchObject({ kind: "corrupt" });
    expect(readJpegFrame(jpeg(soi, [0xff, 0xc0, 0, 8, 8, 0, 2, 0, 3, 1]))).toMatchObject({ kind: "corrupt" });
  });

  test("counts the channels", () => {
    expect(readJpegFrame(withChannels(3))).toMatchObject({ components: 3, variant: null });
    expect(readJpegFrame(withChannels(4))).toMatchObject({ variant: "a CMYK JPEG" });
    expect(readJpegFrame(withChannels(2))).toMatchObject({ variant: "a JPEG of 2 colour channels" });
  });
});

describe("checkJpegStructure", () => {
  test("takes restart markers, stuffed bytes and what phones add behind the end", () => {
    const data = [0xff, 0x00, 0xff, 0xd0, 0x55, 0xff, 0xd7, 0x55];

    expect(checkJpegStructure(jpeg(soi, frame, scan, data, eoi))).toBeNull();
    expect(checkJpegStructure(jpeg(soi, frame, scan, data, eoi, [1, 2, 3, 0xff, 0xd8]))).toBeNull();
  });

  test("misses the end-of-image marker", () => {
    expect(checkJpegStructure(jpeg(soi, frame, scan))).toEqual({
      kind: "truncated",
      reason: "its end-of-image marker is missing",
    });
    expect(checkJpegStructure(jpeg(soi, frame, scan, [0xff]))).toMatchObject({ kind: "truncated" });
  });

  test("does not take an end-of-image marker inside of metadata for the end", () => {
    expect(checkJpegStructure(jpeg(soi, frame, scan, [0xff, 0xe1, 0, 6, ...eoi]))).toMatchObject({ kind: "truncated" });
  });

  test("refuses a file without a scan and one that begins again", () => {
    expect(checkJpegStructure(jpeg(soi, frame, eoi))).toMatchObject({ kind: "corrupt" });
    expect(checkJpegStructure(jpeg(soi, frame, scan, soi, frame, scan, eoi))).toMatchObject({ kind: "corrupt" });
  });

  test("takes 100 scans and not 101, each of which costs a walk over the picture", () => {
    expect(checkJpegStructure(withScans(100))).toBeNull();
    expect(checkJpegStructure(withScans(101))).toMatchObject({ kind: "corrupt" });
  });
});

describe("readJpegCarryOver", () => {
  test("writes an orientation as 36 bytes", () => {
    const tiff = [0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
    const exif = [0xff, 0xe1, 0, 8 + tiff.length, 0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];

    expect(readJpegCarryOver(jpeg(soi, exif, frame, scan, eoi))).toEqual([new Uint8Array(exif)]);
    expect(exif).toHaveLength(36);
  });

  test("takes every part of a profile that is split, in order", () => {
    const carried = readJpegCarryOver(
      jpeg(soi, profilePart(1), profilePart(2), [0xff, 0xe2, 0, 4, 1, 1], frame, scan, eoi),
    );

    expect(carried).toEqual([new Uint8Array(profilePart(1)), new Uint8Array(profilePart(2))]);
  });
});

describe("insertSegments", () => {
  test("puts them behind JFIF, which has to be first", () => {
    const comment = new Uint8Array([0xff, 0xfe, 0, 3, 0x21]);
    const jfif = [0xff, 0xe0, 0, 7, 0x4a, 0x46, 0x49, 0x46, 0];

    expect(insertSegments(jpeg(soi, jfif, frame), [comment])).toEqual(jpeg(soi, jfif, [...comment], frame));
    expect(insertSegments(jpeg(soi, frame), [comment])).toEqual(jpeg(soi, [...comment], frame));
  });
});

function jpeg(...parts: number[][]): Uint8Array {
  return new Uint8Array(parts.flat());
}

function withChannels(count: number): Uint8Array {
  const header = [0xff, 0xc0, 0, 8 + count * 3, 8, 0, 2, 0, 3, count];
  return jpeg(soi, header, Array<number>(count * 3).fill(1));
}

function withScans(count: number): Uint8Array {
  return jpeg(soi, frame, Array.from({ length: count }, () => scan).flat(), eoi);
}

/** Of a profile in two parts. */
function profilePart(number: number): number[] {
  return [0xff, 0xe2, 0, 18, ...new TextEncoder().encode("ICC_PROFILE\0"), number, 2, 7, number];
}
