import { describe, expect, test } from "vitest";
import { probe } from "../../src/codecs/sniff.ts";
import { checkWebpStructure, readWebpCarryOver, rebuildWebp } from "../../src/codecs/webp-container.ts";
import { image } from "../fixtures/images/images.ts";

const profile = new Uint8Array([1, 2, 3]);
const exif = new Uint8Array([0x4d, 0x4d, 0, 0x2a]);

describe("readWebpHeader", () => {
  test("refuses a canvas of another size than the picture", () => {
    const bytes = image("profile.webp");
    bytes[24] = 200;

    expect(probe(bytes)).toEqual({ kind: "corrupt", reason: "it claims 201 x 48 pixels and holds 64 x 48" });
  });

  test("takes frames for an animation even where the flag is missing", () => {
    const bytes = image("animated.webp");
    bytes[20] = 0;

    expect(probe(bytes)).toMatchObject({ animated: true });
  });
});

describe("checkWebpStructure", () => {
  test("allows bytes behind the file and misses one inside of it", () => {
    const bytes = image("photo.webp");

    expect(checkWebpStructure(Uint8Array.from([...bytes, 0, 0]))).toBeNull();
    expect(checkWebpStructure(bytes.subarray(0, -1))).toMatchObject({ kind: "truncated" });
  });

  test("refuses a chunk that is longer than the file says it is", () => {
    const bytes = image("photo.webp");
    new DataView(bytes.buffer).setUint32(16, 1_000_000, true);

    expect(checkWebpStructure(bytes)).toMatchObject({ kind: "corrupt" });
  });
});

describe("rebuildWebp", () => {
  test.each([
    ["photo.webp", 0x28],
    ["lossless.webp", 0x28],
    ["alpha.webp", 0x38],
  ])("wraps %s with its flags and reads back what it wrote", (name, flags) => {
    const rebuilt = rebuildWebp(image(name), { profile, exif });

    expect(rebuilt[20]).toBe(flags);
    expect(checkWebpStructure(rebuilt)).toBeNull();
    expect(probe(rebuilt)).toEqual(probe(image(name)));
    expect(readWebpCarryOver(rebuilt).profile).toEqual(profile);
  });

  test("leaves a file alone that gets nothing", () => {
    const bytes = image("photo.webp");

    expect(rebuildWebp(bytes, { profile: null, exif: null })).toBe(bytes);
  });
});
