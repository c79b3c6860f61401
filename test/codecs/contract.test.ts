// What every codec promises, whatever its format. A new one adds its row in contract/rows.ts.

import { describe, expect, test } from "vitest";
import { inflateSync } from "node:zlib";
import { compress, type CompressOptions } from "../../src/codecs/codec.ts";
import { pixelBudget } from "../../src/codecs/memory.ts";
import type { Pixels } from "../../src/codecs/pixels.ts";
import { isWritten } from "../../src/codecs/probe.ts";
import { probe } from "../../src/codecs/sniff.ts";
import { wasmMemories } from "../../src/codecs/wasm-memories.ts";
import { image } from "../fixtures/images/images.ts";
import { decode, meanDifference } from "../support/decode.ts";
import { leastBudget } from "../support/room.ts";
import { findBytes } from "./contract/find-bytes.ts";
import { rows } from "./contract/rows.ts";

const options: CompressOptions = { quality: 50, maxPixels: 120_000_000 };
const damaged = expect.stringMatching(/^(truncated|corrupt)$/);

describe.each(rows)("the $format codec", (row) => {
  test("makes a photograph smaller and keeps what it shows", async () => {
    const { bytes: source, shown } = row.photo();

    const bytes = await compressed(source);

    expect(bytes.length).toBeLessThan(source.length);
    expect(meanDifference(decode(bytes), shown)).toBeLessThanOrEqual(row.tolerance);
  });

  test.each(row.kinds())("shows what it shows: $name", async ({ bytes: source, shown, tolerance }) => {
    // Without loss, where every pixel of a source can be told.
    const bytes = await compressed(source, isWritten(row.format) ? {} : { format: row.kindsBecome ?? "png" });

    expect(meanDifference(decode(bytes), shown)).toBeLessThanOrEqual(tolerance);
  });

  test("makes a smaller file at a lower quality", async () => {
    const format = isWritten(row.format) ? "keep" : "jpeg";

    const low = await compressed(row.photo().bytes, { quality: 10, format });
    const high = await compressed(row.photo().bytes, { quality: 70, format });

    expect(low.length).toBeLessThan(high.length);
  });

  test("gives the same bytes for the same image", async () => {
    expect(await compressed(row.photo().bytes)).toEqual(await compressed(row.photo().bytes));
  });

  test("keeps several images at once apart", async () => {
    const own = row.photo().bytes;
    const alone = await compressed(own);

    const together = await Promise.all(
      [image("photo.jpg"), own, image("photo.png"), image("photo.webp"), own].map((bytes) => compressed(bytes)),
    );

    expect(together[1]).toEqual(alone);
    expect(together[4]).toEqual(alone);
  });

  test("leaves its source as it was", async () => {
    const source = row.photo().bytes;

    await compress(source, options);

    expect(source).toEqual(row.photo().bytes);
  });

  test("holds no more memory after many images than after one, and none when all is let go", async () => {
    wasmMemories.clear();
    await compressed(row.photo().bytes);
    const afterOne = wasmMemories.heldBytes();

    for (let round = 0; round < 5; round++) await compressed(row.photo().bytes);

    expect(afterOne).toBeGreaterThan(0);
    expect(wasmMemories.heldBytes()).toBe(afterOne);
    wasmMemories.clear();
    expect(wasmMemories.heldBytes()).toBe(0);
  });

  test("takes a single pixel", async () => {
    const result = await compress(row.dot(), options);

    expect(["compressed", "already_small"]).toContain(result.kind);
  });

  test("takes a picture one pixel wide", async () => {
    const result = await compress(row.tall(), options);

    expect(result).toMatchObject({ kind: "compressed", width: 1, height: 2000 });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("refuses a file cut at %i tenths", async (tenths) => {
    const source = row.photo().bytes;

    const result = await compress(source.subarray(0, (source.length * tenths) / 10), options);

    expect(result.kind).toBe("truncated");
  });

  test("refuses a file that lacks its last byte", async () => {
    expect(await compress(row.photo().bytes.subarray(0, -1), options)).toMatchObject({ kind: "truncated" });
  });

  test("calls a header that claims too many pixels a bomb, and starts no codec for it", async () => {
    const bomb = row.photo().bytes;
    row.lie(bomb, row.largestLie, row.largestLie);
    wasmMemories.clear();

    const result = await compress(bomb, options);

    expect(result.kind).toBe(row.bomb);
    expect(wasmMemories.heldBytes()).toBe(0);
  });

  test("takes as many pixels as allowed and not one more", async () => {
    const { bytes } = row.photo();

    expect(await compress(bytes, { quality: 50, maxPixels: 64 * 48 })).toMatchObject({ kind: "compressed" });
    expect(await compress(bytes, { quality: 50, maxPixels: 64 * 48 - 1 })).toEqual({
      kind: "too_many_pixels",
      width: 64,
      height: 48,
      limitPixels: 64 * 48 - 1,
    });
  });

  test("refuses a header that claims more than the data holds", async () => {
    const liar = row.photo().bytes;
    row.lie(liar, 640, 480);

    const result = await compress(liar, options);

    expect(result).toEqual({ kind: damaged, reason: expect.any(String) });
  });
});

describe("a codec", () => {
  // JPEG XL cannot say it.
  test.each(
    rows
      .filter(({ isNeverEmpty }) => !isNeverEmpty)
      .flatMap((row) =>
        (
          [
            [0, 48],
            [64, 0],
            [0, 0],
          ] as const
        ).map(([width, height]) => ({ row, format: row.format, width, height })),
      ),
  )("refuses an image of $width x $height: $format", async ({ row, width, height }) => {
    const { bytes } = row.photo();
    row.lie(bytes, width, height);

    expect(await compress(bytes, options)).toMatchObject({ kind: "corrupt" });
  });

  test.each(having("alpha"))("keeps alpha: $format", async ({ alpha, alphaTolerance }) => {
    const { bytes, shown } = alpha();

    const decoded = decode(await compressed(bytes));

    const alphas = alphasOf(decoded.data);
    alphasOf(shown.data).forEach((wanted, index) => {
      const off = Math.abs((alphas[index] ?? 0) - wanted);
      expect(off).toBeLessThanOrEqual(wanted === 255 ? 0 : alphaTolerance);
    });
  });

  test.each(having("grey"))("keeps grey grey: $format", async ({ grey }) => {
    const source = grey();

    const result = await compress(source, options);

    const { data } = decode(result.kind === "compressed" ? result.bytes : source);
    for (let at = 0; at < data.length; at += 4) {
      expect(
        Math.max(Math.abs((data[at] ?? 0) - (data[at + 1] ?? 0)), Math.abs((data[at] ?? 0) - (data[at + 2] ?? 0))),
      ).toBe(0);
    }
  });

  test.each(having("profile"))("carries the colour profile over unchanged: $format", async ({ profile }) => {
    const source = profile();

    const bytes = await compressed(source);

    expect(profileOf(bytes).length).toBeGreaterThan(100);
    expect(profileOf(bytes)).toEqual(profileOf(source));
  });

  test.each(having("rotated"))(
    "carries orientation and copyright over and drops all other metadata: $format",
    async ({ rotated }) => {
      const source = rotated();
      expect(textOf(source)).toMatch(/Camera 1.*Somebody|Somebody.*Camera 1/s);
      expect(hasGps(source)).toBe(true);

      const bytes = await compressed(source);

      expect(textOf(bytes)).not.toMatch(/Camera 1|Somebody/);
      expect(textOf(bytes)).toContain("(c) 2026 Example");
      const output = probe(bytes);
      const isUpright = output.kind === "image" && output.height > output.width;
      expect(isUpright || isSaidToBeTurned(bytes)).toBe(true);
      expect(isUpright && isSaidToBeTurned(bytes)).toBe(false);
      expect(hasGps(bytes)).toBe(false);
    },
  );

  test.each(having("small"))("keeps a file that would not get smaller: $format", async ({ small }) => {
    expect(await compress(await small(), options)).toEqual({ kind: "already_small" });
  });

  test.each(having("spoiled"))(
    "refuses damaged picture data behind a good header, and works on afterwards: $format",
    async (row) => {
      const alone = await compressed(row.photo().bytes);

      const result = await compress(row.spoiled(), options);

      expect(result).toEqual({ kind: damaged, reason: expect.any(String) });
      expect(await compressed(row.photo().bytes)).toEqual(alone);
    },
  );

  test.each(having("path"))("takes as many pixels as fit in memory and not one more: $format", async (row) => {
    const { bytes } = row.photo();
    const leaving = (pixels: number) => ({
      ...options,
      downloadBudgetBytes: pixelBudget(0) - leastBudget(row.path, pixels),
    });

    expect(await compress(bytes, leaving(64 * 48))).toMatchObject({ kind: "compressed" });
    expect(await compress(bytes, leaving(64 * 48 - 1))).toEqual({
      kind: "too_large_for_memory",
      width: 64,
      height: 48,
      limitPixels: 64 * 48 - 1,
    });
  });
});

/** The formats that have such a thing: what a format cannot be is no test of it. */
function having<Key extends keyof (typeof rows)[number]>(key: Key) {
  type Having = (typeof rows)[number] & Record<Key, NonNullable<(typeof rows)[number][Key]>>;
  return rows.filter((row): row is Having => row[key] !== null);
}

async function compressed(source: Uint8Array, changed: Partial<CompressOptions> = {}): Promise<Uint8Array> {
  const result = await compress(source, { ...options, ...changed });
  if (result.kind !== "compressed") throw new Error(`The image came back as ${JSON.stringify(result)}.`);
  expect(probe(result.bytes)).toMatchObject({
    kind: "image",
    format: result.format,
    width: result.width,
    height: result.height,
  });
  return result.bytes;
}

/** ICC begins 36 bytes before its "acsp", which lies in the clear; but a PNG holds it deflated, behind its name. */
function profileOf(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (bytes[0] === 0x89) {
    const from = findBytes(bytes, [0x69, 0x43, 0x43, 0x50]) + 4;
    const data = bytes.subarray(from, from + view.getUint32(from - 8));
    return Uint8Array.from(inflateSync(data.subarray(data.indexOf(0) + 2)));
  }
  const acsp = findBytes(bytes, [0x61, 0x63, 0x73, 0x70]);
  return bytes.slice(acsp - 36, acsp - 36 + view.getUint32(acsp - 36));
}

function alphasOf(rgba: Pixels["data"]): number[] {
  return Array.from(rgba).filter((_, index) => index % 4 === 3);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** Orientation 6 in EXIF, or as the box of an AVIF that turns it to the left three times. */
function isSaidToBeTurned(bytes: Uint8Array): boolean {
  return (
    findBytes(bytes, [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6]) >= 0 || findBytes(bytes, [0x69, 0x72, 0x6f, 0x74, 3]) >= 0
  );
}

/** The tag that points to the GPS block, with its type, in either byte order. */
function hasGps(bytes: Uint8Array): boolean {
  return findBytes(bytes, [0x88, 0x25, 0, 4]) >= 0 || findBytes(bytes, [0x25, 0x88, 4, 0]) >= 0;
}
