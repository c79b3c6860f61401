import { defaultOptions as jpegDefaults } from "@jsquash/jpeg/meta.js";
import { defaultOptions } from "@jsquash/webp/meta.js";
import { describe, expect, test } from "vitest";
import { webpEncoder } from "../../src/codecs/webp.ts";
import { image } from "../fixtures/images/images.ts";
import { jpegDecoder, jpegEncoder } from "../support/jpeg-peer.ts";

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

  test("keeps no instance that has grown", () => {
    const flat = new Uint8Array(1600 * 1000 * 4).fill(128);

    const run = jpegEncoder.run(Infinity, (module) =>
      module.encode(flat, 1600, 1000, { ...jpegDefaults, progressive: false }),
    );

    expect(run.kind === "done" && run.memoryBytes).toBeGreaterThan(17_000_000);
    expect(jpegEncoder.idleBytes()).toBe(0);
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
