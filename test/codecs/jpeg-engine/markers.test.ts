import { describe, expect, test } from "vitest";
import { type JpegPicture, parsePicture } from "../../../src/codecs/jpeg-engine/markers.ts";
import { baselineSample, findSegment, inserted, patched, progressiveSample } from "./samples.ts";

const frameAt = findSegment(baselineSample, 0xc0);
const scanAt = findSegment(baselineSample, 0xda);
const quantAt = findSegment(baselineSample, 0xdb);
const huffmanAt = findSegment(baselineSample, 0xc4);

describe("parsePicture", () => {
  test("reads the frame, the steps and the only scan of a baseline file", () => {
    const picture = parsed(baselineSample);

    expect(picture.frame).toMatchObject({ width: 40, height: 24, progressive: false });
    expect(picture.frame.components.map(({ h, v }) => `${h}x${v}`)).toEqual(["1x1", "1x1", "1x1"]);
    expect(picture.steps.map((steps) => steps.length)).toEqual([64, 64, 64]);
    expect(picture.scans).toMatchObject([{ kind: "sequential", restartInterval: 0 }]);
    expect(picture.isComplete).toBe(true);
  });

  test("reads the script of a progressive file", () => {
    const kinds = parsed(progressiveSample).scans.map((scan) => scan.kind);

    expect(kinds).toEqual([
      "dc_first",
      "ac_first",
      "ac_first",
      "ac_first",
      "ac_first",
      "ac_refine",
      "dc_refine",
      "ac_refine",
      "ac_refine",
      "ac_refine",
    ]);
  });

  test("passes over fill bytes, leading white space and whatever follows the end", () => {
    const filled = inserted(baselineSample, frameAt, 0xff, 0xff, 0xff);
    const surrounded = inserted(inserted(filled, filled.length, 0xff, 0xd8, 1, 2, 3), 0, 13, 10);

    expect(parsed(surrounded).frame).toEqual(parsed(baselineSample).frame);
    expect(parsed(surrounded).isComplete).toBe(true);
  });

  test("looks 1,024 bytes far for the beginning and no byte farther", () => {
    const at = inserted(baselineSample, 0, ...Array.from({ length: 1024 }, () => 32));
    const past = inserted(baselineSample, 0, ...Array.from({ length: 1025 }, () => 32));

    expect(parsed(at).frame.width).toBe(40);
    expect(parsePicture(past)).toMatchObject({ kind: "not_an_image" });
  });

  test("takes the height from DNL where the frame header leaves it open", () => {
    const open = patched(baselineSample, frameAt + 5, 0, 0);
    const told = inserted(open, open.length - 2, 0xff, 0xdc, 0, 4, 0, 24);

    expect(parsed(told).frame.height).toBe(24);
    expect(parsePicture(open)).toEqual({ kind: "corrupt", reason: "no line count" });
    expect(parsePicture(open.subarray(0, -1))).toMatchObject({ kind: "truncated" });
  });

  test("reads 16-bit quantisation steps", () => {
    const wide = [0xff, 0xdb, 0, 131, 0x10, ...Array.from({ length: 64 }, () => [1, 4]).flat()];

    expect(parsed(inserted(baselineSample, frameAt, ...wide)).steps[0]?.[63]).toBe(260);
  });

  test.each([
    [0xc3, "a lossless JPEG"],
    [0xc5, "a hierarchical JPEG"],
    [0xc9, "an arithmetic-coded JPEG"],
    [0xca, "an arithmetic-coded JPEG"],
    [0xf7, "a JPEG-LS"],
  ])("says that frames of type %i are not supported", (marker, variant) => {
    expect(parsePicture(patched(baselineSample, frameAt + 1, marker))).toEqual({
      kind: "unsupported_variant",
      variant,
    });
  });

  test("does not take data of an unknown coding for markers, nor a cut file for a whole one", () => {
    // JPEG-LS stuffs one bit behind FF in place of a byte (T.87, A.1): the next byte is any below 80.
    const odd = inserted(patched(baselineSample, frameAt + 1, 0xf7), scanAt + 20, 0xff, 0x7f, 0xff, 0x01);

    expect(parsePicture(odd)).toMatchObject({ kind: "unsupported_variant" });
    expect(parsePicture(odd.subarray(0, -1))).toMatchObject({ kind: "truncated" });
  });

  test("takes 100 scans and not 101, each of which costs memory and a walk over the picture", () => {
    const acScan = [0xff, 0xda, 0, 8, 1, 1, 0, 1, 1, 0, 0x00];
    const scans = parsed(progressiveSample).scans.length;
    const ofMore = (count: number) =>
      inserted(progressiveSample, progressiveSample.length - 2, ...Array.from({ length: count }, () => acScan).flat());

    expect(parsed(ofMore(100 - scans)).scans.length).toBe(100);
    expect(parsePicture(ofMore(101 - scans))).toMatchObject({ kind: "unsupported_variant" });
    expect(parsePicture(ofMore(101 - scans).subarray(0, -1))).toMatchObject({ kind: "truncated" });
  });

  test("says that 12-bit samples are not supported", () => {
    expect(parsePicture(patched(baselineSample, frameAt + 4, 12))).toEqual({
      kind: "unsupported_variant",
      variant: "a JPEG with 12 bits a sample",
    });
  });

  test.each([
    ["a width of 0", patched(baselineSample, frameAt + 7, 0, 0)],
    ["sampling factors 0x1", patched(baselineSample, frameAt + 11, 0x01)],
    ["sampling factors 5x1", patched(baselineSample, frameAt + 11, 0x51)],
    ["two components 1", patched(baselineSample, frameAt + 13, 1)],
    ["quantisation table 4", patched(baselineSample, frameAt + 12, 4)],
    ["a quantisation step of 0", patched(baselineSample, quantAt + 5, 0)],
    ["a quantisation table with an unknown head", patched(baselineSample, quantAt + 4, 0x24)],
    ["a Huffman table with an unknown head", patched(baselineSample, huffmanAt + 4, 0x05)],
    ["a Huffman table that is too short", patched(baselineSample, huffmanAt + 5, 255)],
    ["a scan of the unknown component 9", patched(baselineSample, scanAt + 5, 9)],
    ["a scan without its Huffman table", patched(baselineSample, scanAt + 6, 0x22)],
    ["a scan with component 1 twice", patched(baselineSample, scanAt + 7, 1)],
    ["two frame headers", inserted(baselineSample, scanAt, ...baselineSample.subarray(frameAt, frameAt + 19))],
    ["a segment of 1 bytes", patched(baselineSample, quantAt + 2, 0, 1)],
    ["it holds no picture", Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)],
  ])("calls %s corrupt", (reason, bytes) => {
    expect(parsePicture(bytes)).toEqual({ kind: "corrupt", reason });
  });

  test("keeps no more colour profile chunks than tell that they are too many", () => {
    const chunk = [0xff, 0xe2, 0, 18, ...Array.from("ICC_PROFILE\0", (one) => one.charCodeAt(0)), 1, 1, 0, 0];
    const many = Array.from({ length: 300 }, () => chunk).flat();

    expect(parsed(inserted(baselineSample, 2, ...many)).extras.iccChunks.length).toBe(256);
  });

  test("calls a restart marker out of turn corrupt", () => {
    const wrong = inserted(baselineSample, baselineSample.length - 2, 0xff, 0xd1);

    expect(parsePicture(wrong)).toEqual({ kind: "corrupt", reason: "restart marker 1 follows number 0" });
  });

  test("calls an MCU of more than ten blocks corrupt", () => {
    const large = patched(patched(baselineSample, frameAt + 11, 0x42), frameAt + 14, 0x21);

    expect(parsePicture(patched(large, frameAt + 17, 0x11))).toMatchObject({ reason: "an MCU of 11 blocks" });
    expect(parsed(patched(large, frameAt + 14, 0x11)).scans.length).toBe(1);
  });

  test("finds every cut before the first scan's data", () => {
    for (let length = 3; length < scanAt + 14; length += 1) {
      expect(parsePicture(baselineSample.subarray(0, length)), `${length} bytes`).toMatchObject({ kind: "truncated" });
    }
  });
});

function parsed(bytes: Uint8Array): JpegPicture {
  const picture = parsePicture(bytes);
  if ("kind" in picture) throw new Error(JSON.stringify(picture));
  return picture;
}
