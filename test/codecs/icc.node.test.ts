import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { coloursOfProfile, displayP3Primaries, srgbPrimaries, writeProfile } from "../../src/codecs/icc.ts";

describe("a profile of primaries and a curve", () => {
  test("that says sRGB leaves every colour where it is", async () => {
    expect(await throughProfile(writeProfile(srgbPrimaries, "srgb"), [200, 30, 90])).toEqual([200, 30, 90]);
  });

  test("that says Display P3 makes a red of it redder than sRGB can show, and a grey stay grey", async () => {
    const profile = writeProfile(displayP3Primaries, "srgb");

    expect(await throughProfile(profile, [255, 0, 0])).toEqual([255, 0, 0]);
    // P3's 200, 100, 100 in sRGB, computed from the two matrices of the primaries.
    expect(largestDifference(await throughProfile(profile, [200, 100, 100]), [215, 94, 97])).toBeLessThanOrEqual(1);
    expect(largestDifference(await throughProfile(profile, [128, 128, 128]), [128, 128, 128])).toBeLessThanOrEqual(1);
  });

  test("that says gamma 1 makes the middle as bright as half the light", async () => {
    expect(
      largestDifference(
        await throughProfile(writeProfile(srgbPrimaries, { gamma: 1 }), [128, 128, 128]),
        [188, 188, 188],
      ),
    ).toBeLessThanOrEqual(1);
  });

  test("is known as one for colour", () => {
    const profile = writeProfile(srgbPrimaries, "srgb") ?? new Uint8Array(0);

    expect(coloursOfProfile(profile)).toBe("rgb");
    expect(coloursOfProfile(profile.subarray(0, 127))).toBeNull();
    expect(coloursOfProfile(new Uint8Array(200))).toBeNull();
  });

  test("is not written for primaries that span nothing", () => {
    expect(writeProfile({ ...srgbPrimaries, green: srgbPrimaries.red }, "srgb")).toBeNull();
    expect(writeProfile({ ...srgbPrimaries, white: [0.3, 0] }, "srgb")).toBeNull();
  });
});

/** What Little CMS, inside of sharp, makes of a colour with this profile in sRGB. */
async function throughProfile(profile: Uint8Array | null, colour: [number, number, number]): Promise<number[]> {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: "black" } })
    .composite([
      {
        input: Buffer.from(Array.from({ length: 64 }, () => colour).flat()),
        raw: { width: 8, height: 8, channels: 3 },
      },
    ])
    .png()
    .toBuffer();
  const { deflateSync, crc32 } = await import("node:zlib");
  const data = Buffer.concat([Buffer.from("icc\0\0"), deflateSync(profile ?? new Uint8Array(0))]);
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length);
  chunk.write("iCCP", 4, "latin1");
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  const tagged = Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
  const raw = await sharp(tagged).toColourspace("srgb").removeAlpha().raw().toBuffer();
  return [...raw.subarray(0, 3)];
}

function largestDifference(one: number[], other: number[]): number {
  return Math.max(...one.map((value, index) => Math.abs(value - (other[index] ?? 0))));
}
