import { crc32, deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { coloursOfProfile } from "../../src/codecs/icc.ts";
import { readPngMetadata } from "../../src/codecs/png-metadata.ts";

const profile = Uint8Array.from({ length: 300 }, (_, index) => index & 255);
const iccp = [...bytes("name\0\0"), ...deflateSync(profile)];
const srgbChromaticities = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000].flatMap(uint32);

describe("readPngMetadata", () => {
  test("reads nothing from a file that says nothing", () => {
    expect(readPngMetadata(png())).toEqual({ orientation: 1, copyright: null, profile: null });
  });

  test("unpacks the profile", () => {
    expect(readPngMetadata(png(["iCCP", iccp]))).toMatchObject({ profile });
  });

  test.each([
    ["one that does not unpack", [...bytes("name\0\0"), 1, 2, 3]],
    ["one that is cut off", iccp.slice(0, -9)],
    ["one without an end of its name", bytes("name")],
    ["one of an unknown method", [...bytes("name\0"), 1, ...iccp.slice(6)]],
    [
      "one that unpacks to more than any profile has",
      [...bytes("name\0\0"), ...deflateSync(new Uint8Array(4 * 1024 * 1024 + 1))],
    ],
  ])("leaves a profile out: %s", (_, data) => {
    expect(readPngMetadata(png(["iCCP", data]))).toMatchObject({ profile: null });
  });

  test("takes a profile of 4 MB, the largest", () => {
    const large = new Uint8Array(4 * 1024 * 1024);

    expect(readPngMetadata(png(["iCCP", [...bytes("n\0\0"), ...deflateSync(large)]]))).toMatchObject({
      profile: large,
    });
  });

  test.each([
    ["sRGB's own gamma", [["gAMA", uint32(45_455)]]],
    [
      "sRGB's own gamma and primaries",
      [
        ["gAMA", uint32(45_455)],
        ["cHRM", srgbChromaticities],
      ],
    ],
    [
      "any gamma beside an sRGB chunk",
      [
        ["sRGB", [0]],
        ["gAMA", uint32(100_000)],
      ],
    ],
    ["a gamma of nothing", [["gAMA", uint32(0)]]],
    ["the code points of sRGB", [["cICP", [1, 13, 0, 1]]]],
  ] satisfies [string, [string, number[]][]][])("needs no profile for %s", (_, chunks) => {
    expect(readPngMetadata(png(...chunks))).toMatchObject({ profile: null });
  });

  test.each([
    ["a gamma of 1", [["gAMA", uint32(100_000)]]],
    [
      "other primaries",
      [
        ["gAMA", uint32(45_455)],
        ["cHRM", srgbChromaticities.with(9, 250)],
      ],
    ],
    ["the code points of Display P3", [["cICP", [12, 13, 0, 1]]]],
  ] satisfies [string, [string, number[]][]][])("writes a profile for %s", (_, chunks) => {
    const metadata = readPngMetadata(png(...chunks));

    expect("profile" in metadata && metadata.profile && coloursOfProfile(metadata.profile)).toBe("rgb");
  });

  test("says of colours brighter than white that it has no profile for them", () => {
    expect(readPngMetadata(png(["cICP", [9, 16, 0, 1]]))).toEqual({
      colours: "a PNG with the colours 9-16-0-1 of H.273",
    });
  });

  test.each([
    ["tEXt", bytes("Copyright\0Jane")],
    ["iTXt", bytes("Copyright\0\0\0en\0word\0Jane")],
  ])("reads the copyright of a %s chunk, before or behind the picture", (type, data) => {
    expect(readPngMetadata(png([type, data]))).toMatchObject({ copyright: Uint8Array.from(bytes("Jane")) });
    expect(readPngMetadata(png(["IDAT", [1]], [type, data]))).toMatchObject({
      copyright: Uint8Array.from(bytes("Jane")),
    });
  });

  test.each([
    ["tEXt", bytes("Comment\0Jane")],
    ["tEXt", [...bytes("Copyright\0"), ...bytes("x".repeat(1015))]],
    ["iTXt", bytes("Copyright\0\x01\0en\0word\0Jane")],
    ["iTXt", bytes("Copyright\0\0\0en")],
  ])("takes no other %s chunk for one", (type, data) => {
    expect(readPngMetadata(png([type, data]))).toMatchObject({ copyright: null });
  });

  test("reads the orientation", () => {
    const tiff = [...bytes("MM\0*"), ...uint32(8), 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];

    expect(readPngMetadata(png(["eXIf", tiff]))).toMatchObject({ orientation: 6 });
  });
});

function png(...chunks: [type: string, data: ArrayLike<number>][]): Uint8Array {
  const header = [...uint32(1), ...uint32(1), 8, 2, 0, 0, 0];
  const all: [string, ArrayLike<number>][] = [["IHDR", header], ...chunks, ["IEND", []]];
  return new Uint8Array(
    Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...all.map(chunkOf)]),
  );
}

function chunkOf([type, data]: [string, ArrayLike<number>]): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), Buffer.from(Uint8Array.from(data))]);
  return Buffer.concat([Buffer.from(uint32(data.length)), body, Buffer.from(uint32(crc32(body)))]);
}

function bytes(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
