import { expect, test } from "vitest";
import { probeJpeg } from "../../../src/codecs/jpeg-engine/probe.ts";
import { baselineSample, findSegment, inserted, patched, progressiveSample } from "./samples.ts";

test("says what the header says", () => {
  expect(probeJpeg(baselineSample)).toEqual({
    kind: "jpeg",
    width: 40,
    height: 24,
    components: 3,
    colour: "ycbcr",
    sampling: ["1x1", "1x1", "1x1"],
    progressive: false,
    precision: 8,
    orientation: 1,
    hasColourProfile: false,
  });
  expect(probeJpeg(progressiveSample)).toMatchObject({ progressive: true, sampling: ["2x2", "1x1", "1x1"] });
});

test("needs no more than the bytes before the first scan", () => {
  const scanAt = findSegment(baselineSample, 0xda);

  expect(probeJpeg(baselineSample.subarray(0, scanAt + 2))).toMatchObject({ kind: "jpeg" });
  expect(probeJpeg(baselineSample.subarray(0, scanAt + 1))).toMatchObject({ kind: "truncated" });
});

test("tells what is not a JPEG, and what is not one of ours", () => {
  expect(probeJpeg(new Uint8Array(0))).toMatchObject({ kind: "not_an_image" });
  expect(probeJpeg(Uint8Array.of(0x89, 0x50, 0x4e, 0x47))).toMatchObject({ kind: "not_an_image" });
  expect(probeJpeg(patched(baselineSample, findSegment(baselineSample, 0xc0) + 1, 0xc9))).toMatchObject({
    kind: "unsupported_variant",
  });
});

test("knows RGB by an Adobe segment and by its letters, and lets JFIF overrule both", () => {
  const adobe = [0xff, 0xee, 0, 14, 65, 100, 111, 98, 101, 0, 100, 0, 0, 0, 0, 0];
  const jfif = [0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
  const flagged = inserted(baselineSample, 2, ...adobe);

  expect(probeJpeg(flagged)).toMatchObject({ colour: "rgb" });
  expect(probeJpeg(inserted(flagged, 2, ...jfif))).toMatchObject({ colour: "ycbcr" });
});
