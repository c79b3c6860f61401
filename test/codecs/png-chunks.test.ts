import { describe, expect, test } from "vitest";
import { checkPngStructure, readPngCarryOver } from "../../src/codecs/png-chunks.ts";
import { probe } from "../../src/codecs/sniff.ts";
import { image } from "../fixtures/images/images.ts";

describe("readPngHeader", () => {
  test("recognises a signature that a transfer in text mode has spoilt", () => {
    const bytes = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0a, 0x1a, 0x0a, ...image("dot.png").subarray(8)]);

    expect(probe(bytes)).toEqual({
      kind: "corrupt",
      reason: "its PNG signature was altered, as by a transfer in text mode",
    });
  });

  test.each([
    [24, 3, "a bit depth that colour does not have"],
    [25, 5, "a colour type that does not exist"],
    [26, 1, "an unknown compression"],
    [27, 1, "an unknown filter method"],
    [28, 2, "an unknown interlacing"],
  ])("refuses at byte %i the value %i: %s", (at, value) => {
    const bytes = image("dot.png");
    bytes[at] = value;

    expect(probe(bytes)).toMatchObject({ kind: "corrupt" });
  });

  test("refuses dimensions beyond what the format allows", () => {
    const bytes = image("dot.png");
    bytes[16] = 0x80;

    expect(probe(bytes)).toMatchObject({ kind: "corrupt" });
  });

  test("does not take acTL behind the picture data for an animation", () => {
    const bytes = image("animated.png");
    const still = image("dot.png");
    const control = bytes.subarray(33, 53);
    const late = Uint8Array.from([...still.subarray(0, -12), ...control, ...still.subarray(-12)]);

    expect(probe(bytes)).toMatchObject({ animated: true });
    expect(probe(late)).toMatchObject({ animated: false });
  });
});

describe("checkPngStructure", () => {
  test("misses IEND, whatever stands in its place", () => {
    const bytes = image("photo.png");

    expect(checkPngStructure(bytes)).toBeNull();
    expect(checkPngStructure(bytes.subarray(0, -12))).toMatchObject({ kind: "truncated" });
    expect(checkPngStructure(Uint8Array.from([...bytes.subarray(0, -12), ...bytes.subarray(33, 40)]))).toMatchObject({
      kind: "truncated",
    });
  });

  test("allows bytes behind IEND", () => {
    expect(checkPngStructure(Uint8Array.from([...image("dot.png"), 1, 2, 3]))).toBeNull();
  });

  test("checks the checksum of what makes the picture and lets the rest be", () => {
    const header = image("profile.png");
    header[32] = 0;
    const profile = image("profile.png");
    const at = profile.findIndex((_, index) => String.fromCharCode(...profile.subarray(index, index + 4)) === "iCCP");
    profile[at + 10] = 0;

    expect(checkPngStructure(header)).toEqual({
      kind: "corrupt",
      reason: "the checksum of its IHDR chunk does not match",
    });
    expect(checkPngStructure(profile)).toBeNull();
    const { chunks, hasProfile } = readPngCarryOver(profile);
    expect(hasProfile).toBe(false);
    expect(chunks.map((chunk) => String.fromCharCode(...chunk.subarray(4, 8)))).toEqual(["pHYs"]);
  });
});
