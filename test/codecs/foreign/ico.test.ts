import { describe, expect, test } from "vitest";
import { openIco } from "../../../src/codecs/foreign/ico.ts";
import { image } from "../../fixtures/images/images.ts";
import { pixelsOf } from "../scale-engine/pictures.ts";
import { writeBitmap, writeIcon } from "./bitmaps.ts";
import { readAll, readDamaged } from "./damage.ts";

const open = (bytes: Uint8Array) => openIco(bytes, { budgetBytes: 1_000_000 });

/** A square of one colour, and below it the mask: the left half is transparent. */
function square(side: number, depth: number, value: number, hasMask: boolean) {
  const palette =
    depth <= 8
      ? [
          [0, 0, 0],
          [10, 200, 30],
        ]
      : [];
  const colours = writeBitmap({ width: side, height: side, depth, at: () => value, palette, isIcon: true });
  const maskRow = new Uint8Array(4 * Math.ceil(side / 32));
  for (let x = 0; x < side / 2; x++) maskRow[x >> 3] = (maskRow[x >> 3] ?? 0) | (0x80 >> (x & 7));
  const mask = Array.from({ length: side }, () =>
    hasMask ? Array.from(maskRow) : Array.from(maskRow, () => 0),
  ).flat();
  return { side, depth, data: Uint8Array.from([...colours, ...mask]) };
}

describe("openIco", () => {
  test("takes the largest picture, and of two the one with more colours", () => {
    const icon = writeIcon([
      square(16, 32, 0xff00_0000, false),
      square(48, 8, 1, false),
      square(48, 24, 0x80_4020, false),
    ]);

    const picture = open(icon);

    expect(picture).toMatchObject({ width: 48, height: 48, hasAlpha: false });
    expect("read" in picture && Array.from(pixelsOf(picture).subarray(0, 4))).toEqual([0x80, 0x40, 0x20, 255]);
  });

  test("makes what the mask says transparent", () => {
    for (const icon of [writeIcon([square(10, 8, 1, true)]), writeIcon([square(10, 24, 0x0a_c81e, true)])]) {
      const picture = open(icon);
      if (!("read" in picture)) throw new Error(picture.kind);

      expect(picture.hasAlpha).toBe(true);
      const row = Array.from({ length: 10 }, (_, x) => (x < 5 ? [0, 0, 0, 0] : [10, 200, 30, 255])).flat();
      expect(pixelsOf(picture)).toEqual(Uint8Array.from(Array.from({ length: 10 }, () => row).flat()));
      expect(pixelsOf(picture)).toEqual(pixelsOf(picture));
    }
  });

  test("prefers the alpha of 32 bits to the mask", () => {
    const picture = open(writeIcon([square(10, 32, 0x80_0ac81e, true)]));

    expect("read" in picture && Array.from(pixelsOf(picture).subarray(0, 4))).toEqual([10, 200, 30, 128]);
  });

  test("hands a PNG on as it is", () => {
    const png = image("alpha.png");

    const icon = writeIcon([square(16, 32, 0, false), { side: 256, depth: 32, data: png }]);

    expect(open(icon)).toEqual({ kind: "png", bytes: png });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("refuses a file cut at %i tenths", (tenths) => {
    const icon = writeIcon([square(16, 8, 1, true), square(24, 24, 9, true)]);

    expect(readAll(open, icon.subarray(0, (icon.length * tenths) / 10))).toBe("truncated");
  });

  test("refuses an icon without pictures, and one of no height", () => {
    const flat = square(10, 24, 9, false);
    new DataView(flat.data.buffer).setInt32(8, 1, true);

    expect(readAll(open, writeIcon([]))).toBe("corrupt");
    expect(readAll(open, writeIcon([flat]))).toBe("corrupt");
  });

  test("bears damage of every kind", () => {
    expect(readDamaged(open, writeIcon([square(16, 8, 1, true), square(24, 32, 9, true)]), 3000)).toBeGreaterThan(0);
  });
});
