import { describe, expect, test } from "vitest";
import { createScaleEngine, scaleBytes, scaledSize } from "../../../src/codecs/scale-engine/engine.ts";
import wasm from "../../../src/codecs/scale-engine/scale-engine.wasm";
import { mix, painted, pixelsOf, scaleSlowly } from "./pictures.ts";
import { wasmMemories } from "../../../src/codecs/wasm-memories.ts";

const engine = createScaleEngine(wasm);

/** A pattern in which neighbours have nothing to do with each other. */
function noise(x: number, y: number, channel: number): number {
  return mix(x + 71 * y + 7919 * channel) >>> 24;
}

function noisy(width: number, height: number, hasAlpha: boolean) {
  return painted(
    { width, height },
    (x, y) => [noise(x, y, 0), noise(x, y, 1), noise(x, y, 2), hasAlpha ? noise(x >> 2, y >> 2, 3) : 255],
    { hasAlpha },
  );
}

describe("scaledSize", () => {
  test.each([
    [1000, 0.5, 500],
    [1001, 0.5, 501],
    [999, 0.3, 300],
    [3, 0.01, 1],
    [7, 1, 7],
  ])("makes %i by %f to %i", (length, scale, expected) => {
    expect(scaledSize({ width: length, height: 10 }, scale).width).toBe(expected);
    expect(scaledSize({ width: 10, height: length }, scale).height).toBe(expected);
  });
});

describe("scalePicture", () => {
  test.each([
    [0.9, 41, 37],
    [0.5, 64, 48],
    [0.5, 63, 47],
    [0.3, 61, 53],
    [0.1, 90, 77],
    [0.02, 333, 299],
  ])("at %f comes as near to the exact picture as bytes can, %i x %i", (scale, width, height) => {
    for (const hasAlpha of [false, true]) {
      const source = noisy(width, height, hasAlpha);
      const size = scaledSize(source, scale);

      const pixels = pixelsOf(engine.scalePicture(source, size));

      const exact = scaleSlowly(source, size);
      let sum = 0;
      let worst = 0;
      pixels.forEach((value, at) => {
        // The colours of what is nearly transparent have few steps, and nobody sees them.
        const seen = at % 4 === 3 ? 1 : (pixels[at | 3] ?? 0) / 255;
        const off = Math.abs(value - (exact[at] ?? 0)) * seen;
        sum += off;
        worst = Math.max(worst, off);
      });
      expect(worst).toBeLessThanOrEqual(1);
      expect(sum / pixels.length).toBeLessThan(0.05);
    }
  });

  test("leaves every opaque colour exactly as it is", () => {
    for (let value = 0; value < 256; value++) {
      const source = painted({ width: 13, height: 11 }, () => [value, 255 - value, value ^ 0x55, 255]);

      const pixels = pixelsOf(engine.scalePicture(source, { width: 5, height: 4 }));

      expect(pixels).toEqual(Uint8Array.from({ length: 80 }, (_, at) => source.data[at % 4] ?? 0));
    }
  });

  test("mixes black and white to the grey of half the light", () => {
    const board = painted({ width: 64, height: 64 }, (x, y) =>
      (x + y) % 2 === 0 ? [0, 0, 0, 255] : [255, 255, 255, 255],
    );

    const pixels = pixelsOf(engine.scalePicture(board, { width: 32, height: 32 }));

    const middle = pixels.subarray(4 * (16 * 32 + 16)).subarray(0, 4);
    expect(Array.from(middle)).toEqual([188, 188, 188, 255]);
  });

  test("keeps a gradient rising", () => {
    const gradient = painted({ width: 512, height: 4 }, (x) => [x >> 1, x >> 1, x >> 1, 255]);

    const pixels = pixelsOf(engine.scalePicture(gradient, { width: 170, height: 2 }));

    for (let x = 1; x < 170; x++) expect(pixels[4 * x]).toBeGreaterThanOrEqual(pixels[4 * x - 4] ?? 0);
  });

  test("gives an edge no halo, wherever it is", () => {
    for (let edge = 40; edge < 50; edge++) {
      for (const scale of [0.9, 0.5, 0.3]) {
        const source = painted({ width: 97, height: 97 }, (x, y) =>
          x < edge || y < edge ? [40, 0, 200, 255] : [255, 9, 190, 255],
        );

        const pixels = pixelsOf(engine.scalePicture(source, scaledSize(source, scale)));

        const samples = (channel: number) => pixels.filter((_, at) => at % 4 === channel);
        expect(Math.min(...samples(0))).toBe(40);
        expect(Math.max(...samples(1))).toBe(9);
        expect([Math.min(...samples(2)), Math.max(...samples(2))]).toEqual([190, 200]);
      }
    }
  });

  test("spreads an edge over no more than two pixels", () => {
    const source = painted({ width: 64, height: 2 }, (x) => (x < 32 ? [0, 0, 0, 255] : [255, 255, 255, 255]));

    const pixels = pixelsOf(engine.scalePicture(source, { width: 32, height: 1 }));

    expect([pixels[4 * 14], pixels[4 * 17]]).toEqual([0, 255]);
    expect(pixels[4 * 15]).toBeLessThan(70);
    expect(pixels[4 * 16]).toBeGreaterThan(245);
  });

  test("lets nothing of transparent colours into their neighbours", () => {
    const source = painted({ width: 40, height: 40 }, (x) => (x < 21 ? [0, 255, 0, 0] : [200, 10, 20, 255]), {
      hasAlpha: true,
    });

    const pixels = pixelsOf(engine.scalePicture(source, { width: 17, height: 17 }));

    for (let at = 0; at < pixels.length; at += 4) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4);
      const [wantedRed, wantedGreen, wantedBlue] = alpha === 0 ? ([0, 0, 0] as const) : ([200, 10, 20] as const);
      expect(Math.abs(red - wantedRed) + Math.abs(green - wantedGreen) + Math.abs(blue - wantedBlue)).toBeLessThan(3);
    }
  });

  test("takes opaque alpha as such, however it is announced", () => {
    const paint = (x: number, y: number) => [noise(x, y, 0), noise(x, y, 1), noise(x, y, 2), 255];
    const size = { width: 11, height: 9 };

    const opaque = pixelsOf(engine.scalePicture(painted({ width: 33, height: 29 }, paint), size));
    const announced = pixelsOf(
      engine.scalePicture(painted({ width: 33, height: 29 }, paint, { hasAlpha: true }), size),
    );

    expect(announced).toEqual(opaque);
  });

  test.each([
    [1, 1000, 1, 10],
    [1000, 1, 10, 1],
    [2, 2, 1, 1],
    [3, 3, 2, 2],
    [7, 5, 7, 2],
    [7, 5, 3, 5],
    [65_535, 1, 1, 1],
    [1, 65_535, 1, 1],
  ])("makes %i x %i to %i x %i", (width, height, toWidth, toHeight) => {
    const source = painted({ width, height }, () => [12, 99, 230, 255]);

    const pixels = pixelsOf(engine.scalePicture(source, { width: toWidth, height: toHeight }));

    expect(pixels.length).toBe(4 * toWidth * toHeight);
    expect(Array.from(pixels.subarray(-4))).toEqual([12, 99, 230, 255]);
  });

  test("is the source itself at its size", () => {
    const source = noisy(5, 5, false);

    expect(engine.scalePicture(source, { width: 5, height: 5 })).toBe(source);
  });

  test("reads the same each time, however the rows come, and in whatever the last picture left", () => {
    const size = { width: 20, height: 15 };
    const once = engine.scalePicture(noisy(50, 41, true), size);
    const first = pixelsOf(once);
    pixelsOf(engine.scalePicture(noisy(200, 90, false), { width: 199, height: 3 }));

    expect(pixelsOf(once)).toEqual(first);
    for (const rowsAtOnce of [1, 2, 41]) {
      const source = painted({ width: 50, height: 41 }, () => [0, 0, 0, 0], { hasAlpha: true, rowsAtOnce });
      source.data.set(noisy(50, 41, true).data);
      expect(pixelsOf(engine.scalePicture(source, size))).toEqual(first);
    }
  });

  test("scales what is scaled already", () => {
    const source = noisy(64, 64, false);
    const half = engine.scalePicture(source, { width: 32, height: 32 });
    const held = painted({ width: 32, height: 32 }, () => [0, 0, 0, 0]);
    held.data.set(pixelsOf(half));

    expect(pixelsOf(engine.scalePicture(half, { width: 9, height: 9 }))).toEqual(
      pixelsOf(engine.scalePicture(held, { width: 9, height: 9 })),
    );
  });

  test("stops its source soon after it is stopped, and can be read again", () => {
    let rowsRead = 0;
    const source = noisy(40, 400, false);
    const counted = {
      ...source,
      read: (take: (rows: Uint8Array) => boolean) =>
        source.read((rows) => {
          rowsRead += rows.length / 160;
          return take(rows);
        }),
    };
    const scaled = engine.scalePicture(counted, { width: 20, height: 200 });

    let rowsTaken = 0;
    const failure = scaled.read(() => ++rowsTaken < 10);

    expect(failure).toBeNull();
    expect(rowsTaken).toBe(10);
    expect(rowsRead).toBeLessThan(40);
    expect(pixelsOf(scaled)).toEqual(pixelsOf(engine.scalePicture(source, { width: 20, height: 200 })));
  });

  test("hands a failure of its source on", () => {
    const source = noisy(40, 40, false);
    const broken = {
      ...source,
      read(take: (rows: Uint8Array) => boolean) {
        take(source.data.subarray(0, 160 * 20));
        return { kind: "truncated" as const, reason: "it ends in the middle" };
      },
    };

    expect(engine.scalePicture(broken, { width: 20, height: 20 }).read(() => true)).toEqual({
      kind: "truncated",
      reason: "it ends in the middle",
    });
  });

  test("throws for a source that ends without a word", () => {
    const source = noisy(40, 40, false);
    const short = { ...source, height: 60 };

    expect(() => engine.scalePicture(short, { width: 20, height: 20 }).read(() => true)).toThrow("60 rows");
  });

  test.each([
    [0, 5],
    [11, 5],
    [5, 11],
    [2.5, 5],
    [Number.NaN, 5],
  ])("throws for a target of %f x %f", (width, height) => {
    expect(() => engine.scalePicture(noisy(10, 10, false), { width, height })).toThrow(RangeError);
  });

  test("takes no more memory than it says, whatever the height", () => {
    for (const scale of [0.99, 0.5, 0.3, 0.01]) {
      const source = { ...noisy(1, 1, true), width: 20_000, height: 5000 };
      const size = scaledSize(source, scale);
      const bytes = scaleBytes(source, size);
      wasmMemories.clear();
      const fresh = createScaleEngine(wasm);

      fresh
        .scalePicture({ ...source, read: () => ({ kind: "internal" }) }, size, { maxMemoryBytes: bytes })
        .read(() => true);

      expect(bytes).toBeLessThan(4_000_000);
      expect(fresh.idleBytes()).toBeLessThanOrEqual(bytes + 65_536);
    }
  });

  test("refuses a width for which there is no memory, before it reads", () => {
    const source = { ...noisy(1, 1, false), width: 30_000_000, height: 4 };
    const size = { width: 15_000_000, height: 2 };
    const refusing = createScaleEngine(wasm);

    const failure = refusing.scalePicture(source, size).read(() => true);

    expect(failure).toMatchObject({ kind: "too_large_for_memory", width: 30_000_000, height: 4 });
    expect(failure?.kind === "too_large_for_memory" && failure.limitPixels).toBeLessThan(120_000_000);
  });

  test("keeps its instance for the next picture", () => {
    const own = createScaleEngine(wasm);
    pixelsOf(own.scalePicture(noisy(50, 50, false), { width: 5, height: 5 }));
    const held = own.idleBytes();
    pixelsOf(own.scalePicture(noisy(50, 50, false), { width: 5, height: 5 }));

    expect(held).toBeGreaterThan(0);
    expect(own.idleBytes()).toBe(held);
  });
});
