// Whoever changes what the codecs write must raise their version, or jobs go on to hand out what the old ones wrote.
// Wasm computes the same everywhere. Only how well a PNG is deflated is the platform's own affair (its zlib chooses by
// processor), so of a PNG what comes out of it again is compared.

import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { compress, type CompressOptions } from "../../src/codecs/codec.ts";
import { joinBytes } from "../../src/codecs/join-bytes.ts";
import { formatNames, type WrittenFormat, writtenFormats } from "../../src/codecs/probe.ts";
import { codecsVersion, writtenBy } from "../../src/codecs/version.ts";
import { image } from "../fixtures/images/images.ts";
import { writeBitmap } from "./foreign/bitmaps.ts";
import { readChunks } from "./png-engine/samples.ts";

type Options = Partial<CompressOptions> & { format: WrittenFormat };

/** Slopes, steps and grain, in whole numbers, for floating point may differ between machines. */
function channel(x: number, y: number, index: number): number {
  const slope = index === 0 ? 5 * x : index === 1 ? 7 * y : 3 * (x + y);
  const step = x * x + y * y < 700 ? 60 : 0;
  return (slope + step + ((x * 37 + y * 101 + index * 53) % 11)) % 256;
}

const drawing = writeBitmap({
  width: 48,
  height: 36,
  depth: 24,
  at: (x, y) => (channel(x, y, 0) << 16) | (channel(x, y, 1) << 8) | channel(x, y, 2),
});
const veil = writeBitmap({
  width: 48,
  height: 36,
  depth: 32,
  headerBytes: 56,
  compression: 3,
  masks: [0xff_0000, 0xff00, 0xff, 0xff00_0000],
  at: (x, y) =>
    ((channel(y, x, 2) << 24) | (channel(x, y, 0) << 16) | (channel(x, y, 1) << 8) | channel(x, y, 2)) >>> 0,
});
const flat = writeBitmap({ width: 48, height: 36, depth: 24, at: (x, y) => (x >> 3) * 0x20_10_08 + (y >> 2) * 9 });
const grey = writeBitmap({ width: 48, height: 36, depth: 24, at: (x, y) => 0x01_01_01 * channel(x, y, 2) });

const own: Record<WrittenFormat, string[]> = {
  jpeg: ["photo.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg", "profile.jpg", "rotated.jpg"],
  png: [
    "photo.png",
    "alpha.png",
    "grey.png",
    "palette.png",
    "deep.png",
    "interlaced.png",
    "profile.png",
    "rotated.png",
  ],
  webp: ["photo.webp", "alpha.webp", "lossless.webp", "profile.webp", "rotated.webp"],
  avif: ["photo.avif", "alpha.avif", "ten-bits.avif", "profile.avif", "rotated.avif"],
};

function cases(format: WrittenFormat): [name: string, source: Uint8Array, options: Options][] {
  return [
    ...[drawing, veil, flat, grey].flatMap((source, index): [string, Uint8Array, Options][] => [
      [`bitmap ${index}`, source, { format }],
      [`bitmap ${index} at quality 90`, source, { format, quality: 90 }],
      [`bitmap ${index} smaller`, source, { format, scale: 0.4 }],
    ]),
    ["veil on red", veil, { format, background: "#ff0000" }],
    ...own[format].flatMap((name): [string, Uint8Array, Options][] => [
      [name, image(name), { format }],
      [`${name} at a half`, image(name), { format, scale: 0.5 }],
    ]),
    ["a turned JPEG", image("rotated.jpg"), { format }],
    ["a PNG with a profile", image("profile.png"), { format }],
  ];
}

describe("codecsVersion", () => {
  test("has on record what its codecs write, for each version", () => {
    expect(Object.keys(writtenBy).map(Number)).toEqual(Array.from({ length: codecsVersion }, (_, index) => index + 1));
  });

  test.each(writtenFormats)("stands for what is written as %s", async (format) => {
    const recorded = writtenBy[codecsVersion]?.[format];

    const hash = await hashWritten(format);

    expect(
      hash,
      `What is written as ${formatNames[format]} is not what version ${codecsVersion} of the codecs writes.\n` +
        `If that is what you want: in src/codecs/version.ts make codecsVersion ${codecsVersion + 1}, and add to writtenBy\n` +
        `an entry ${codecsVersion + 1} with the hashes of the entry before it, but ${format}: "${hash}".\n` +
        `(Where ${codecsVersion} has never been deployed, its own entry may be changed.)`,
    ).toBe(recorded);
  });
});

async function hashWritten(format: WrittenFormat): Promise<string> {
  const lines: string[] = [];
  for (const [name, source, options] of cases(format)) {
    const result = await compress(source, { quality: 50, maxPixels: 120_000_000, ...options });
    const end = result.kind === "compressed" ? await sha256(unpacked(result.bytes, result.format)) : result.kind;
    lines.push(`${name}: ${end}\n`);
  }
  return await sha256(new TextEncoder().encode(lines.join("")));
}

function unpacked(bytes: Uint8Array, format: WrittenFormat): Uint8Array {
  if (format !== "png") return bytes;
  const chunks = readChunks(bytes);
  const data = joinBytes(chunks.filter(({ type }) => type === "IDAT").map((chunk) => chunk.data));
  const parts = chunks.flatMap(({ type, data: inside }) => {
    if (type === "IDAT") return [];
    const profileAt = inside.indexOf(0) + 2;
    return [
      new TextEncoder().encode(type),
      type === "iCCP" ? new Uint8Array(inflateSync(inside.subarray(profileAt))) : inside,
    ];
  });
  return joinBytes([...parts, new Uint8Array(inflateSync(data))]);
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
