import createJpegEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import jpegEncoderWasm from "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm";
import { defaultOptions as jpegDefaults } from "@jsquash/jpeg/meta.js";
import { defaultOptions } from "@jsquash/webp/meta.js";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/codecs/emscripten.ts";
import { webpEncoder } from "../../src/codecs/webp.ts";
import { image } from "../fixtures/images/images.ts";
import { jpegDecoder } from "../support/jpeg-peer.ts";

describe("an engine", () => {
  test("keeps its instance for the next image and lets it go when told", () => {
    jpegDecoder.run(Infinity, (module) => module.decode(image("photo.jpg"), false));
    expect(jpegDecoder.idleBytes()).toBeGreaterThan(16_000_000);

    jpegDecoder.release();
    expect(jpegDecoder.idleBytes()).toBe(0);
  });

  test("keeps no instance that has given up, and starts a new one", () => {
    const refused = jpegDecoder.run(Infinity, (module) => module.decode(new Uint8Array(10), false));
    expect(refused.kind).toBe("refused");
    expect(jpegDecoder.idleBytes()).toBe(0);

    const again = jpegDecoder.run(Infinity, (module) => module.decode(image("photo.jpg"), false));
    expect(again).toMatchObject({ kind: "done", result: { width: 64, height: 48 } });
  });

  test("hands out nothing that was made out of failed allocations", () => {
    // Here libwebp answers with a file of 144 bytes in place of 59,628.
    const run = webpEncoder.run(17_000_000, (module) =>
      module.encode(paintTiles(500), 500, 500, { ...defaultOptions, lossless: 1 }),
    );

    expect(run).toEqual({ kind: "out_of_memory" });
    expect(webpEncoder.idleBytes()).toBe(0);
  });

  test("lets through what is our own mistake", () => {
    expect(() =>
      jpegDecoder.run(Infinity, () => {
        throw new RangeError("Array buffer allocation failed");
      }),
    ).toThrow("Array buffer allocation failed");
  });
});

interface Encoder {
  encode(data: Uint8Array, width: number, height: number, options: object): Uint8Array | null;
}

/** With the number of instances that it has started. */
function countingEngine() {
  const started = { count: 0 };
  const engine = createEngine<Encoder>((options) => {
    started.count++;
    return createJpegEncoder(options);
  }, jpegEncoderWasm);
  const flat = new Uint8Array(1600 * 1000 * 4).fill(128);
  return {
    started,
    engine,
    encodeLarge: (module: Encoder) => module.encode(flat, 1600, 1000, { ...jpegDefaults, progressive: false }),
    encodeSmall: (module: Encoder) => module.encode(flat, 16, 16, jpegDefaults),
  };
}

describe("an instance that has grown", () => {
  test("serves the next image too, which comes out the same", () => {
    const { started, engine, encodeLarge } = countingEngine();

    const first = engine.run(Infinity, encodeLarge);
    const second = engine.run(Infinity, encodeLarge);

    expect(first.kind === "done" && first.memoryBytes).toBeGreaterThan(17_000_000);
    expect(second).toEqual(first);
    expect(engine.idleBytes()).toBe(first.kind === "done" && first.memoryBytes);
    expect(started.count).toBe(1);
  });

  test("is used again up to what the next image may have, and not for one that may have less", () => {
    const { started, engine, encodeLarge, encodeSmall } = countingEngine();
    engine.run(Infinity, encodeLarge);
    const grown = engine.idleBytes();

    engine.run(grown, encodeSmall);
    expect(started.count).toBe(1);

    const run = engine.run(grown - 1, encodeSmall);
    expect(started.count).toBe(2);
    expect(run.kind === "done" && run.memoryBytes).toBeLessThan(17_000_000);
    expect(engine.idleBytes()).toBeLessThan(17_000_000);
  });

  test("is used again up to what is useful to the next image, and not for one that needs less", () => {
    const { started, engine, encodeLarge, encodeSmall } = countingEngine();
    engine.run(Infinity, encodeLarge);
    const grown = engine.idleBytes();

    engine.run(Infinity, encodeSmall, { usefulBytes: grown });
    expect(started.count).toBe(1);

    engine.run(Infinity, encodeSmall, { usefulBytes: grown - 1 });
    expect(started.count).toBe(2);
  });

  test("is not used again when it has given up", () => {
    const { started, engine, encodeLarge, encodeSmall } = countingEngine();
    engine.run(Infinity, encodeLarge);

    expect(engine.run(Infinity, () => null)).toEqual({ kind: "refused", cause: null });
    expect(engine.idleBytes()).toBe(0);

    engine.run(Infinity, encodeSmall);
    expect(engine.run(17_000_000, encodeLarge)).toEqual({ kind: "out_of_memory" });
    expect(engine.idleBytes()).toBe(0);
    expect(started.count).toBe(2);
  });
});

describe("an instance that has not grown", () => {
  test("is used again for an image that may have less, for a new one would hold as much", () => {
    const { started, engine, encodeSmall } = countingEngine();

    engine.run(0, encodeSmall);
    engine.run(0, encodeSmall, { usefulBytes: 0 });

    expect(started.count).toBe(1);
  });
});

describe("what waits beside an engine", () => {
  function waitingFor(bytes: number) {
    const waiting = { bytes, idleBytes: () => waiting.bytes, release: () => void (waiting.bytes = 0) };
    return waiting;
  }

  test("stays as long as both fit, and is let go for one byte more", () => {
    const { engine, encodeSmall } = countingEngine();
    engine.run(Infinity, encodeSmall);
    const besideBytes = engine.idleBytes() + 1000;
    const [fits, doesNot] = [waitingFor(1000), waitingFor(1001)];

    engine.run(Infinity, encodeSmall, { waiting: fits, besideBytes });
    engine.run(Infinity, encodeSmall, { waiting: doesNot, besideBytes });

    expect([fits.bytes, doesNot.bytes]).toEqual([1000, 0]);
  });

  test("is let go when the engine grows, which may have all it could have alone", () => {
    const { engine, encodeLarge, encodeSmall } = countingEngine();
    engine.run(Infinity, encodeLarge);
    const grown = engine.idleBytes();
    engine.release();
    const waiting = waitingFor(1_000_000);

    engine.run(grown, encodeSmall, { waiting });
    expect(waiting.bytes).toBe(1_000_000);

    expect(engine.run(grown, encodeLarge, { waiting })).toMatchObject({ kind: "done" });
    expect(waiting.bytes).toBe(0);
  });
});

/** More than 256 colours, or the encoder would pack them, and a few bits of noise. */
function paintTiles(side: number): Uint8Array {
  const rgba = new Uint8Array(side * side * 4).fill(255);
  for (let pixel = 0; pixel < side * side; pixel++) {
    rgba[pixel * 4] = (pixel % side) & 63;
    rgba[pixel * 4 + 1] = (pixel / side) & 63;
    rgba[pixel * 4 + 2] = Math.imul(pixel ^ (pixel >>> 5), 0x9e3779b1) >>> 28;
  }
  return rgba;
}
