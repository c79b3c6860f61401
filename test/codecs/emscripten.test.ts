import createJpegEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import { defaultOptions as jpegDefaults } from "@jsquash/jpeg/meta.js";
import { defaultOptions } from "@jsquash/webp/meta.js";
import { beforeEach, describe, expect, test } from "vitest";
import { createEngine } from "../../src/codecs/emscripten.ts";
import { wasmMemories } from "../../src/codecs/wasm-memories.ts";
import { webpEncoder } from "../../src/codecs/webp.ts";
import { image } from "../fixtures/images/images.ts";
import { jpegDecoder } from "../support/jpeg-peer.ts";
import jpegEncoderWasm from "../support/jsquash/mozjpeg_enc.wasm";
import { unlimited } from "../support/room.ts";

beforeEach(() => wasmMemories.clear());

describe("an engine", () => {
  test("keeps no instance that has given up, but its memory, and starts a new one", () => {
    const refused = jpegDecoder.run(unlimited, (module) => module.decode(new Uint8Array(10), false));
    expect(refused.kind).toBe("refused");
    expect(jpegDecoder.idleBytes()).toBe(0);
    const held = wasmMemories.heldBytes();
    expect(held).toBeGreaterThan(0);

    const room = { roomBytes: held, usualBytes: held };
    const again = jpegDecoder.run(room, (module) => module.decode(image("photo.jpg"), false));
    expect(again).toMatchObject({ kind: "done", result: { width: 64, height: 48 } });
    expect(wasmMemories.heldBytes()).toBe(held);
  });

  test("hands out nothing that was made out of failed allocations", () => {
    const run = webpEncoder.run({ roomBytes: 17_000_000, usualBytes: 0 }, (module) =>
      module.encode(paintTiles(500), 500, 500, { ...defaultOptions, lossless: 1 }),
    );

    expect(run).toEqual({ kind: "out_of_memory" });
    expect(webpEncoder.idleBytes()).toBe(0);
  });

  test("lets through what is our own mistake, and goes on with a new instance", () => {
    const fail = () => {
      throw new RangeError("Array buffer allocation failed");
    };
    expect(() => jpegDecoder.run(unlimited, fail)).toThrow("Array buffer allocation failed");
    expect(jpegDecoder.idleBytes()).toBe(0);

    const again = jpegDecoder.run(unlimited, (module) => module.decode(image("photo.jpg"), false));
    expect(again.kind).toBe("done");
  });
});

interface Encoder {
  encode(data: Uint8Array, width: number, height: number, options: object): Uint8Array | null;
}

/** With the number of instances that it has started. */
function countingEngine() {
  const started = { count: 0 };
  const start = (options: object) => {
    started.count++;
    return createJpegEncoder(options);
  };
  const engine = createEngine<Encoder>(start, jpegEncoderWasm, 6 * 1024 * 1024);
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

    const first = engine.run(unlimited, encodeLarge);
    const second = engine.run(unlimited, encodeLarge);

    expect(first.kind === "done" && first.memoryBytes).toBeGreaterThan(10_000_000);
    expect(second).toEqual(first);
    expect(engine.idleBytes()).toBe(first.kind === "done" && first.memoryBytes);
    expect(started.count).toBe(1);
  });

  test("leaves its memory to another codec for which there is no room beside it, and gets it back empty", () => {
    const [one, other] = [countingEngine(), countingEngine()];
    one.engine.run(unlimited, one.encodeLarge);
    const room = { roomBytes: wasmMemories.heldBytes(), usualBytes: wasmMemories.heldBytes() };

    const result = other.engine.run(room, other.encodeLarge);
    expect(one.engine.idleBytes()).toBe(0);
    expect(one.engine.run(room, one.encodeLarge)).toEqual(result);

    expect([one.started.count, other.started.count]).toEqual([2, 1]);
    expect(wasmMemories.heldBytes()).toBe(room.roomBytes);
  });

  test("is not used again when it has given up", () => {
    const { started, engine, encodeLarge, encodeSmall } = countingEngine();

    expect(engine.run(unlimited, () => null)).toEqual({ kind: "refused", cause: null });
    expect(engine.idleBytes()).toBe(0);

    engine.run(unlimited, encodeSmall);
    expect(engine.run({ roomBytes: 7_000_000, usualBytes: 0 }, encodeLarge)).toEqual({ kind: "out_of_memory" });
    expect(engine.idleBytes()).toBe(0);
    expect(started.count).toBe(2);
  });

  test("lets memories go that nobody works in when it needs their room", () => {
    const [one, other] = [countingEngine(), countingEngine()];
    one.engine.run(unlimited, one.encodeSmall);
    const small = wasmMemories.heldBytes();
    const grown = other.engine.run(unlimited, other.encodeLarge);
    const mostBytes = grown.kind === "done" ? grown.memoryBytes : 0;
    wasmMemories.clear();
    one.engine.run(unlimited, one.encodeSmall);

    const room = { roomBytes: mostBytes + small - 1, usualBytes: 0 };
    expect(other.engine.run(room, other.encodeLarge).kind).toBe("done");

    expect(one.engine.idleBytes()).toBe(0);
    expect(wasmMemories.heldBytes()).toBe(mostBytes);
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
