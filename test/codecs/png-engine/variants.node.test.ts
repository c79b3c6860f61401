// Hundreds of small PNGs of every kind through the engine, beside libvips (which reads them with libspng).

import { join } from "node:path";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { createPngEngine } from "../../../src/codecs/png-engine/engine.ts";
import { createPngReader } from "../../../src/codecs/png-engine/read-rows.ts";
import { compileWasm } from "../../support/compile-wasm.ts";
import { pngVariants } from "../../support/png-variants.ts";
import { readPixels } from "../scale-engine/pictures.ts";

sharp.concurrency(1);
const wasm = compileWasm(join(import.meta.dirname, "../../../src/codecs/png-engine/png-engine.wasm"));
const reader = createPngReader(wasm);
const engine = createPngEngine(wasm);
const maxMemoryBytes = 16 * 1024 * 1024;
const variants = pngVariants();
const sound = variants.filter(({ fate }) => fate === "sound");
const broken = variants.filter(({ fate }) => fate !== "sound");

/** RGBA of eight bits, what is hidden made zero. */
async function readWithPeer(png: Uint8Array): Promise<Uint8Array> {
  const isDeep = png[24] === 16;
  const image = sharp(png, { ignoreIcc: true }).ensureAlpha();
  const bytes = isDeep
    ? await image.toColourspace("rgb16").raw({ depth: "ushort" }).toBuffer()
    : await image.toColourspace("srgb").raw().toBuffer();
  const samples = isDeep
    ? Array.from(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2), (v) => Math.round(v / 257))
    : bytes;
  const pixels = Uint8Array.from(samples);
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] === 0) pixels.fill(0, i, i + 3);
  return pixels;
}

function read(png: Uint8Array) {
  const picture = reader.openPng(png, { maxMemoryBytes });
  if ("kind" in picture) return picture;
  const pixels = readPixels(picture);
  return pixels instanceof Uint8Array ? { ...picture, pixels } : pixels;
}

/** Gives each whole chunk the checksum of what is in it. */
function repairChecksums(png: Uint8Array): void {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 8; at + 12 <= png.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > png.length) return;
    view.setUint32(end - 4, crc32(png.subarray(at + 4, end - 4)));
    at = end;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

describe("every kind of PNG", () => {
  test("is read as another decoder reads it", async () => {
    const wrong: string[] = [];
    for (const { name, bytes } of sound) {
      const ours = read(bytes);
      if ("kind" in ours || !isSame(ours.pixels, await readWithPeer(bytes))) wrong.push(name);
    }

    expect(sound.length).toBeGreaterThan(500);
    expect(wrong).toEqual([]);
  });

  test("says truly what may be transparent and what is grey", () => {
    const wrong = sound.filter(({ bytes }) => {
      const ours = read(bytes);
      if ("kind" in ours) return true;
      const { pixels, hasAlpha, isGrey } = ours;
      return pixels.some((value, i) =>
        i % 4 === 3 ? !hasAlpha && value !== 255 : isGrey && value !== pixels[i - (i % 4)],
      );
    });

    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test("becomes a file that other decoders read, and of the same pixels where it says so", async () => {
    const wrong: string[] = [];
    let exact = 0;
    for (const { name, bytes } of sound) {
      const result = engine.recompressPng(bytes, { quality: 50, maxMemoryBytes });
      if (result.kind === "already_small") continue;
      const before = await readWithPeer(bytes);
      const after = result.kind === "compressed" ? await readWithPeer(result.bytes) : new Uint8Array(0);
      if (after.length !== before.length) wrong.push(name);
      else if (result.kind === "compressed" && result.lossless) {
        exact++;
        if (!isSame(before, after)) wrong.push(name);
      }
    }

    expect(exact).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });
});

describe("every kind of damage", () => {
  test("anywhere in a file ends the same whether it is read or written again", () => {
    const seen = new Map<string, number>();
    for (const [index, { bytes }] of sound.entries()) {
      const spoilt = bytes.slice();
      // Not the signature, which says what it is.
      for (let i = 0; i <= index % 3; i++) {
        const hash = Math.imul(index * 31 + i + 1, 0x9e3779b1) >>> 0;
        spoilt[8 + (hash % (bytes.length - 8))] = hash >>> 24;
        // Or the checksums would end it all.
        repairChecksums(spoilt);
      }
      const ours = read(spoilt);
      const fate = "kind" in ours ? ours.kind : "sound";
      seen.set(fate, (seen.get(fate) ?? 0) + 1);

      const again = engine.recompressPng(spoilt, { quality: 50, maxMemoryBytes });
      const isFine = again.kind === "compressed" || again.kind === "already_small";
      expect([isFine ? "sound" : again.kind, "reason" in again && again.reason], `${index}`).toEqual([
        fate,
        "reason" in ours && ours.reason,
      ]);
    }

    expect(seen.get("corrupt")).toBeGreaterThan(50);
    expect(seen.get("sound")).toBeGreaterThan(10);
  });

  test.each(broken)("$name is $fate, read or written again", ({ bytes, fate }) => {
    expect(read(bytes)).toEqual({ kind: fate, reason: expect.any(String) });
    expect(engine.recompressPng(bytes, { quality: 50 })).toEqual(read(bytes));
  });
});
