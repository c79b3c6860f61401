// Real encoders make the sources, real decoders judge the outputs.
import sharp, { type JpegOptions, type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import {
  createJpegEngine,
  type RecompressedJpeg,
  type RecompressOptions,
} from "../../../src/codecs/jpeg-engine/engine.ts";
import { probeJpeg } from "../../../src/codecs/jpeg-engine/probe.ts";
import { compileWasm } from "../../support/compile-wasm.ts";
import { inserted } from "./samples.ts";

const engine = createJpegEngine(compileWasm("src/codecs/jpeg-engine/jpeg-engine.wasm"));

describe("what the decoder shows", () => {
  test.each(sizes([1, 1], [8, 8], [17, 9], [16, 33], [250, 131]))(
    "at %i x %i is the source, near enough",
    async (...size) => {
      for (const options of encodings) {
        const source = await encode(drawn(...size), options);
        const result = compressed(padded(source), { quality: 90 });

        const likeness = await psnr(result.bytes, source);
        expect(likeness, `encoded with ${JSON.stringify(options)}`).toBeGreaterThan(30);
      }
    },
  );

  test.each(sizes([1, 1], [17, 9], [33, 16], [70, 50]))(
    "at %i x %i is the very same at quality 100",
    async (...size) => {
      for (const options of encodings) {
        const source = await encode(drawn(...size), options);
        for (const progressive of [false, true]) {
          const result = compressed(padded(source), { quality: 100, chroma: "keep", progressive });

          expect(result.progressive).toBe(progressive);
          const likeness = await psnr(result.bytes, source);
          expect(likeness, `${JSON.stringify(options)}, progressive: ${progressive}`).toBe(Infinity);
        }
      }
    },
  );

  test("halves colour by averaging, as an encoder that sees the pixels does", async () => {
    const source = await encode(drawn(200, 120), { quality: 98, chromaSubsampling: "4:4:4" });
    const result = compressed(source, { quality: 97, rdo: false });
    const { data, info } = await sharp(source).raw().toBuffer({ resolveWithObject: true });
    const peer = await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
      .jpeg({ quality: 97 })
      .toBuffer();

    expect(probeJpeg(result.bytes)).toMatchObject({ sampling: ["2x2", "1x1", "1x1"] });
    expect(await psnr(result.bytes, source)).toBeGreaterThan((await psnr(peer, source)) - 0.5);
  });
});

describe("colour", () => {
  test("CMYK stays CMYK and looks the same", async () => {
    const source = await sharp(await encode(drawn(120, 90), { quality: 95 }))
      .toColourspace("cmyk")
      .jpeg({ quality: 95 })
      .toBuffer();
    const result = compressed(source, { quality: 85 });

    expect((await sharp(result.bytes).metadata()).space).toBe("cmyk");
    expect(await psnr(result.bytes, source)).toBeGreaterThan(30);
  });

  test("grey stays grey", async () => {
    const source = await drawn(120, 90).toColourspace("b-w").jpeg({ quality: 95 }).toBuffer();
    const result = compressed(source, { quality: 50 });

    expect(result.components).toBe(1);
    expect((await sharp(result.bytes).metadata()).space).toBe("b-w");
  });

  test("the colour profile is carried over, whole", async () => {
    const source = await drawn(120, 90).withIccProfile("p3").jpeg({ quality: 95 }).toBuffer();
    const result = compressed(source, { quality: 50 });

    expect((await sharp(result.bytes).metadata()).icc).toEqual((await sharp(source).metadata()).icc);
  });

  test("orientation is carried over and nothing is turned", async () => {
    const source = await drawn(120, 90).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    const result = compressed(source, { quality: 50 });

    expect(await sharp(result.bytes).metadata()).toMatchObject({ orientation: 6, width: 120, height: 90 });
  });
});

describe("quality", () => {
  test("buys size and likeness, step by step", async () => {
    const source = await encode(drawn(320, 200), { quality: 98 });
    let bytes = 0;
    let likeness = 0;
    for (const quality of [5, 15, 25, 35, 45, 55, 65, 75, 85, 92]) {
      const result = compressed(source, { quality });
      const next = await psnr(result.bytes, source);

      expect(result.bytes.length, `${quality}`).toBeGreaterThan(bytes);
      expect(next, `${quality}`).toBeGreaterThan(likeness);
      bytes = result.bytes.length;
      likeness = next;
    }
  });

  test("never spends more than the source did", async () => {
    const source = compressed(await encode(drawn(320, 200), { quality: 90 }), { quality: 20 }).bytes;

    expect(engine.recompressJpeg(source, { quality: 90 })).toEqual({ kind: "already_small" });
  });
});

describe("memory", () => {
  test("stays below the source and 0.4 bytes a pixel and 1 MB", async () => {
    const source = await encode(drawn(2400, 1800), { quality: 90, progressive: true });
    const result = compressed(source, { quality: 50 });

    expect(result.peakBytes - source.length).toBeLessThan(0.4 * 2400 * 1800 + 1e6);
  });

  test("of a large picture is not held against the small one after it", async () => {
    const large = compressed(await encode(drawn(2400, 1800), { quality: 90 }), { quality: 50 });
    const small = compressed(padded(await encode(drawn(16, 16), { quality: 90 })), { quality: 50 });

    expect(large.peakBytes).toBeGreaterThan(1e6);
    expect(small.peakBytes).toBeLessThan(300_000);
  });
});

const encodings: JpegOptions[] = [
  { quality: 90 },
  { quality: 90, chromaSubsampling: "4:4:4" },
  { quality: 90, progressive: true },
  { quality: 90, progressive: true, chromaSubsampling: "4:4:4" },
  { quality: 90, mozjpeg: true },
];

function sizes(...all: [number, number][]): [number, number][] {
  return all;
}

/** Smooth colours, an edge and some texture. */
function drawn(width: number, height: number): Sharp {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 3) {
      const texture = 20 * Math.sin(x * 0.9) * Math.cos(y * 0.7);
      pixels[at] = 128 + 100 * Math.sin(x / 37) + (x > y ? 20 : 0);
      pixels[at + 1] = 128 + 80 * Math.cos(y / 23) + texture;
      pixels[at + 2] = 128 + 90 * Math.sin((x + y) / 51);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

function encode(picture: Sharp, options: JpegOptions): Promise<Buffer> {
  return picture.jpeg(options).toBuffer();
}

/** With a comment so long that the output is smaller whatever the picture becomes. */
function padded(source: Uint8Array): Uint8Array {
  const comment = new Uint8Array(65535);
  comment.set([0xff, 0xfe, 0xff, 0xfd]);
  return inserted(source, 2, ...comment);
}

function compressed(source: Uint8Array, options: RecompressOptions): RecompressedJpeg {
  const result = engine.recompressJpeg(source, options);
  if (result.kind !== "compressed") throw new Error(JSON.stringify(result));
  return result;
}

/** A warning of the decoder is a failure. */
async function psnr(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [one, other] = await Promise.all([a, b].map((bytes) => sharp(bytes, { failOn: "warning" }).raw().toBuffer()));
  if (!one || !other || one.length !== other.length) throw new Error("the pictures differ in size");
  const sum = one.reduce((total, value, i) => total + (value - (other[i] ?? 0)) ** 2, 0);
  return sum === 0 ? Infinity : 10 * Math.log10((255 * 255 * one.length) / sum);
}
