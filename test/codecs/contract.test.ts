// What every codec promises, whatever its format. A new one adds a row here.

import { describe, expect, test } from "vitest";
import { compress, type CompressOptions } from "../../src/codecs/codec.ts";
import { pixelBudget, type PixelPath } from "../../src/codecs/memory.ts";
import type { Pixels } from "../../src/codecs/pixels.ts";
import { probe } from "../../src/codecs/sniff.ts";
import { image } from "../fixtures/images/images.ts";
import { paint, paintWithAlpha } from "../fixtures/images/paint.ts";
import { decode, meanDifference } from "../support/decode.ts";
import { wasmMemories } from "../../src/codecs/wasm-memories.ts";
import { leastBudget } from "../support/room.ts";

interface Row {
  format: "jpeg" | "png" | "webp";
  /** The row of the memory table; null where the picture is never in memory as a whole. */
  path: PixelPath | null;
  /** Mean difference of a channel from the painted picture after quality 50; 0 where nothing may be lost. */
  tolerance: number;
  /** Of alpha, where it is not 255. */
  alphaTolerance: number;
  photo: string;
  grey: string | null;
  alpha: string | null;
  profile: string;
  rotated: string;
  /** A file that its codec cannot beat; null where that is the codec's own output. */
  small: string | null;
  dot: string;
  tall: string;
  /** Writes other dimensions into the header. */
  lie(bytes: Uint8Array, width: number, height: number): void;
  largestLie: number;
}

const rows: Row[] = [
  {
    format: "jpeg",
    path: null,
    tolerance: 4,
    alphaTolerance: 0,
    photo: "photo.jpg",
    grey: "grey.jpg",
    alpha: null,
    profile: "profile.jpg",
    rotated: "rotated.jpg",
    small: null,
    dot: "dot.jpg",
    tall: "tall.jpg",
    lie(bytes, width, height) {
      const at = findBytes(bytes, [0xff, 0xc0]);
      new DataView(bytes.buffer).setUint16(at + 5, height);
      new DataView(bytes.buffer).setUint16(at + 7, width);
    },
    largestLie: 65_535,
  },
  {
    format: "png",
    path: null,
    tolerance: 4,
    alphaTolerance: 24,
    photo: "photo.png",
    grey: "grey.png",
    alpha: "alpha.png",
    profile: "profile.png",
    rotated: "rotated.png",
    small: null,
    dot: "dot.png",
    tall: "tall.png",
    lie(bytes, width, height) {
      new DataView(bytes.buffer).setUint32(16, width);
      new DataView(bytes.buffer).setUint32(20, height);
    },
    largestLie: 0x7fffffff,
  },
  {
    format: "webp",
    path: "webp",
    tolerance: 4,
    alphaTolerance: 0,
    photo: "photo.webp",
    grey: null,
    alpha: "alpha.webp",
    profile: "profile.webp",
    rotated: "rotated.webp",
    small: "flat.webp",
    dot: "dot.webp",
    tall: "tall.webp",
    lie(bytes, width, height) {
      const at = findBytes(bytes, [0x9d, 0x01, 0x2a]);
      new DataView(bytes.buffer).setUint16(at + 3, width, true);
      new DataView(bytes.buffer).setUint16(at + 5, height, true);
    },
    largestLie: 16_383,
  },
];

const options: CompressOptions = { quality: 50, maxPixels: 120_000_000 };
const damaged = expect.stringMatching(/^(truncated|corrupt)$/);

describe.each(rows)("the $format codec", (row) => {
  test("makes a photograph smaller and keeps what it shows", async () => {
    const source = image(row.photo);
    const truth = opaque(paint(64, 48), 64, 48);

    const bytes = await compressed(source);

    expect(bytes.length).toBeLessThan(source.length);
    expect(meanDifference(decode(bytes), truth)).toBeLessThanOrEqual(row.tolerance);
  });

  test.runIf(row.alpha !== null)("keeps alpha", async () => {
    const data = paintWithAlpha(48, 32);

    const decoded = decode(await compressed(image(row.alpha ?? "")));

    const alphas = alphasOf(decoded.data);
    alphasOf(data).forEach((alpha, index) => {
      const off = Math.abs((alphas[index] ?? 0) - alpha);
      expect(off).toBeLessThanOrEqual(alpha === 255 ? 0 : row.alphaTolerance);
    });
  });

  test.runIf(row.grey !== null)("keeps grey grey", async () => {
    const source = image(row.grey ?? "");

    const result = await compress(source, options);

    const { data } = decode(result.kind === "compressed" ? result.bytes : source);
    for (let at = 0; at < data.length; at += 4) {
      expect(
        Math.max(Math.abs((data[at] ?? 0) - (data[at + 1] ?? 0)), Math.abs((data[at] ?? 0) - (data[at + 2] ?? 0))),
      ).toBe(0);
    }
  });

  test.runIf(row.tolerance > 0)("makes a smaller file at a lower quality", async () => {
    const low = await compressed(image(row.photo), { quality: 10 });
    const high = await compressed(image(row.photo), { quality: 70 });

    expect(low.length).toBeLessThan(high.length);
  });

  test("gives the same bytes for the same image", async () => {
    expect(await compressed(image(row.photo))).toEqual(await compressed(image(row.photo)));
  });

  test("keeps several images at once apart", async () => {
    const alone = await compressed(image(row.photo));

    const together = await Promise.all(
      ["photo.jpg", row.photo, "photo.png", "photo.webp", row.photo].map((name) => compressed(image(name))),
    );

    expect(together[1]).toEqual(alone);
    expect(together[4]).toEqual(alone);
  });

  test("leaves its source as it was", async () => {
    const source = image(row.photo);

    await compress(source, options);

    expect(source).toEqual(image(row.photo));
  });

  test("carries the colour profile over unchanged", async () => {
    const source = image(row.profile);

    const bytes = await compressed(source);

    expect(profileOf(bytes).length).toBeGreaterThan(100);
    expect(profileOf(bytes)).toEqual(profileOf(source));
  });

  test("carries orientation and copyright over and drops all other metadata", async () => {
    const source = image(row.rotated);
    expect(textOf(source)).toMatch(/Camera 1.*Somebody|Somebody.*Camera 1/s);
    expect(hasGps(source)).toBe(true);

    const bytes = await compressed(source);

    expect(textOf(bytes)).not.toMatch(/Camera 1|Somebody/);
    expect(textOf(bytes)).toContain("(c) 2026 Example");
    expect(findBytes(bytes, [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6])).toBeGreaterThan(0);
    expect(hasGps(bytes)).toBe(false);
  });

  test("keeps a file that would not get smaller", async () => {
    const source = row.small === null ? await compressed(image(row.photo)) : image(row.small);

    expect(await compress(source, options)).toEqual({ kind: "already_small" });
  });

  test("takes a single pixel", async () => {
    const result = await compress(image(row.dot), options);

    expect(["compressed", "already_small"]).toContain(result.kind);
  });

  test("takes a picture one pixel wide", async () => {
    const result = await compress(image(row.tall), options);

    expect(result).toMatchObject({ kind: "compressed", width: 1, height: 2000 });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("refuses a file cut at %i tenths", async (tenths) => {
    const source = image(row.photo);

    const result = await compress(source.subarray(0, (source.length * tenths) / 10), options);

    expect(result.kind).toBe("truncated");
  });

  test("refuses a file that lacks its last byte", async () => {
    const source = image(row.photo);

    expect(await compress(source.subarray(0, -1), options)).toMatchObject({ kind: "truncated" });
  });

  test("refuses damaged picture data behind a good header, and works on afterwards", async () => {
    const alone = await compressed(image(row.photo));
    const broken = closeAgain(row.format, image(row.photo));

    const result = await compress(broken, options);

    expect(result).toEqual({ kind: damaged, reason: expect.any(String) });
    expect(await compressed(image(row.photo))).toEqual(alone);
  });

  test("calls a header that claims too many pixels a bomb, and starts no codec for it", async () => {
    const bomb = image(row.photo);
    row.lie(bomb, row.largestLie, row.largestLie);
    wasmMemories.shrinkTo(0);

    const result = await compress(bomb, options);

    expect(result).toEqual({
      kind: "too_many_pixels",
      width: row.largestLie,
      height: row.largestLie,
      limitPixels: 120_000_000,
    });
    expect(wasmMemories.heldBytes()).toBe(0);
  });

  test("takes as many pixels as allowed and not one more", async () => {
    const source = image(row.photo);

    expect(await compress(source, { quality: 50, maxPixels: 64 * 48 })).toMatchObject({ kind: "compressed" });
    expect(await compress(source, { quality: 50, maxPixels: 64 * 48 - 1 })).toMatchObject({ kind: "too_many_pixels" });
  });

  test.runIf(row.path !== null)("takes as many pixels as fit in memory and not one more", async () => {
    const source = image(row.photo);
    const path = row.path ?? "png";
    const leaving = (pixels: number) => ({
      ...options,
      downloadBudgetBytes: pixelBudget(0) - leastBudget(path, pixels),
    });

    expect(await compress(source, leaving(64 * 48))).toMatchObject({ kind: "compressed" });
    expect(await compress(source, leaving(64 * 48 - 1))).toEqual({
      kind: "too_large_for_memory",
      width: 64,
      height: 48,
      limitPixels: 64 * 48 - 1,
    });
  });

  test("refuses a header that claims more than the data holds", async () => {
    const liar = image(row.photo);
    row.lie(liar, 640, 480);

    const result = await compress(liar, options);

    expect(result).toEqual({ kind: damaged, reason: expect.any(String) });
  });

  test("refuses an image of no width", async () => {
    const empty = image(row.photo);
    row.lie(empty, 0, 48);

    expect(await compress(empty, options)).toMatchObject({ kind: "corrupt" });
  });
});

async function compressed(source: Uint8Array, changed: Partial<CompressOptions> = {}): Promise<Uint8Array> {
  const result = await compress(source, { ...options, ...changed });
  if (result.kind !== "compressed") throw new Error(`The image came back as ${result.kind}.`);
  expect(probe(result.bytes)).toMatchObject({
    kind: "image",
    format: result.format,
    width: result.width,
    height: result.height,
  });
  return result.bytes;
}

function opaque(rgb: Uint8Array, width: number, height: number) {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) data.set(rgb.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
  return { data, width, height };
}

/** Takes the middle out of a file and makes its end and its lengths fit again. */
function closeAgain(format: Row["format"], bytes: Uint8Array): Uint8Array {
  const half = bytes.length >> 1;
  if (format === "jpeg") return Uint8Array.from([...bytes.subarray(0, half), 0xff, 0xd9]);
  if (format === "webp") {
    const cut = bytes.slice(0, half & ~1);
    new DataView(cut.buffer).setUint32(4, cut.length - 8, true);
    new DataView(cut.buffer).setUint32(16, cut.length - 20, true);
    return cut;
  }
  // Only a checksum tells: the decoder would show this.
  const changed = bytes.slice();
  changed[half] = (changed[half] ?? 0) ^ 0x10;
  return changed;
}

/** The profile as it lies in the file: ICC begins 36 bytes before or after "acsp" in the clear, PNG holds it deflated. */
function profileOf(bytes: Uint8Array): Uint8Array {
  const png = findBytes(bytes, [0x69, 0x43, 0x43, 0x50]);
  if (bytes[0] === 0x89) return bytes.subarray(png - 4, png + 8 + new DataView(bytes.buffer).getUint32(png - 4));
  const acsp = findBytes(bytes, [0x61, 0x63, 0x73, 0x70]);
  return bytes.subarray(acsp - 36, acsp - 36 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(acsp - 36));
}

function alphasOf(rgba: Pixels["data"]): number[] {
  return Array.from(rgba).filter((_, index) => index % 4 === 3);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** The tag that points to the GPS block, with its type, in either byte order. */
function hasGps(bytes: Uint8Array): boolean {
  return findBytes(bytes, [0x88, 0x25, 0, 4]) >= 0 || findBytes(bytes, [0x25, 0x88, 4, 0]) >= 0;
}

function findBytes(bytes: Uint8Array, wanted: number[]): number {
  return bytes.findIndex((_, at) => wanted.every((byte, index) => bytes[at + index] === byte));
}
