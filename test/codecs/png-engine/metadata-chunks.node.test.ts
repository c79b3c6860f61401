import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { displayP3Primaries, writeProfile } from "../../../src/codecs/icc.ts";
import type { Metadata, Picture } from "../../../src/codecs/picture.ts";
import { checkPngStructure } from "../../../src/codecs/png-chunks.ts";
import { createPngEngine } from "../../../src/codecs/png-engine/engine.ts";
import { readPngMetadata } from "../../../src/codecs/png-metadata.ts";
import { compileWasm } from "../../support/compile-wasm.ts";
import { chunksOf } from "./samples.ts";

const engine = createPngEngine(
  compileWasm(join(import.meta.dirname, "../../../src/codecs/png-engine/png-engine.wasm")),
);
const rgb = writeProfile(displayP3Primaries, "srgb") ?? new Uint8Array(0);
const grey = profileFor("GRAY");
const plain: Metadata = { orientation: 1, copyright: null, profile: null };

function profileFor(space: string): Uint8Array {
  const profile = rgb.slice();
  profile.set(new TextEncoder().encode(space), 16);
  return profile;
}

function write(metadata: Partial<Metadata>, colour: (x: number, y: number) => number[] = () => [9, 90, 200, 255]) {
  const colours = Array.from({ length: 32 * 24 }, (_, i) => colour(i % 32, Math.floor(i / 32)));
  const pixels = Uint8Array.from(colours.flat());
  const picture: Picture = {
    width: 32,
    height: 24,
    hasAlpha: true,
    isGrey: false,
    read(take) {
      take(pixels);
      return null;
    },
  };
  const written = engine.writePng(picture, {
    quality: 50,
    maxMemoryBytes: 2 ** 24,
    mostBytes: Infinity,
    metadata: { ...plain, ...metadata },
  });
  if ("kind" in written) throw new Error(JSON.stringify(written));
  expect(checkPngStructure(written)).toBeNull();
  return written;
}

const greyRamp = (x: number) => [8 * x, 8 * x, 8 * x, 255];
const greyAlpha = (x: number, y: number) => [8 * x, 8 * x, 8 * x, 10 * y];

describe("writePng and metadata", () => {
  test("writes nothing of a plain picture", () => {
    expect([...chunksOf(write({})).keys()]).toEqual(["IHDR", "PLTE", "IDAT", "IEND"]);
  });

  test.each<Partial<Metadata>>([
    { orientation: 6 },
    { copyright: new TextEncoder().encode("(c) 2026 Example") },
    { copyright: new TextEncoder().encode("© 2026 Beispiel") },
    { copyright: Uint8Array.of(0xa9, 0x20, 0x41) },
    { profile: rgb },
    { orientation: 3, copyright: new TextEncoder().encode("(c)"), profile: rgb },
  ])("writes what is read again: %j", (metadata) => {
    expect(readPngMetadata(write(metadata))).toEqual({ ...plain, ...metadata });
  });

  test("writes a copyright as UTF-8 where it is more than ASCII, and as Latin-1 where it is no UTF-8", () => {
    const chunkFor = (...bytes: number[]) =>
      [...chunksOf(write({ copyright: Uint8Array.from(bytes) })).keys()].filter((type) => type.endsWith("Xt"));

    expect(chunkFor(0x28, 0x63, 0x29)).toEqual(["tEXt"]);
    expect(chunkFor(0xc2, 0xa9)).toEqual(["iTXt"]);
    expect(chunkFor(0xa9, 0x41)).toEqual(["tEXt"]);
  });

  test("writes photographer and editor on a line each", () => {
    const copyright = new TextEncoder().encode("Photographer\0Editor");

    expect(readPngMetadata(write({ copyright }))).toEqual({
      ...plain,
      copyright: new TextEncoder().encode("Photographer\nEditor"),
    });
  });

  test("is read by another program", async () => {
    const seen = await sharp(write({ orientation: 8, profile: rgb })).metadata();

    expect(seen).toMatchObject({ orientation: 8, width: 32, height: 24 });
    expect(new Uint8Array(seen.icc ?? [])).toEqual(rgb);
  });

  test.each([
    ["grey, with a profile for grey", grey, greyRamp, 0, true],
    ["grey and translucent, with a profile for grey", grey, greyAlpha, 4, true],
    ["grey, with a profile for colours", rgb, greyRamp, 3, true],
    ["coloured, with a profile for grey", grey, undefined, 3, false],
    ["coloured, with a profile for CMYK", profileFor("CMYK"), undefined, 3, false],
    ["coloured, with what is no profile", rgb.subarray(0, 100), undefined, 3, false],
  ] as const)("a picture that is %s", (_, profile, colour, colourType, isKept) => {
    const chunks = chunksOf(write({ profile }, colour));

    expect(chunks.get("IHDR")?.[9]).toBe(colourType);
    expect(chunks.has("iCCP")).toBe(isKept);
  });
});
