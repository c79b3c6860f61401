// What every reader of a stranger's file must bear.

import { expect } from "vitest";
import type { ImageFailure } from "../../../src/errors.ts";
import type { Picture } from "../../../src/codecs/picture.ts";
import { mix, readPixels } from "../scale-engine/pictures.ts";

type Open = (bytes: Uint8Array) => Picture | ImageFailure | { kind: "png"; bytes: Uint8Array };

/** Opens and reads; the pixels, or the kind of the failure. */
export function readAll(open: Open, bytes: Uint8Array): Uint8Array | string {
  const picture = open(bytes);
  if ("kind" in picture) return picture.kind;
  const pixels = readPixels(picture);
  return pixels instanceof Uint8Array ? pixels : pixels.kind;
}

/**
 * How many of so many damaged files could still be read. Changes a few bytes, mostly of the beginning, thousands of times;
 * bytes that mean a lot are preferred.
 */
export function readDamaged(open: Open, source: Uint8Array, rounds: number): number {
  let readable = 0;
  const extremes = [0, 1, 0x7f, 0x80, 0xff];
  for (let round = 0; round < rounds; round++) {
    const damaged = source.slice();
    for (let change = 0; change <= round % 3; change++) {
      const mixed = mix(round * 5 + change + 1);
      const reach = round % 2 === 0 ? Math.min(80, source.length) : source.length;
      damaged[(mixed >>> 8) % reach] = round % 4 < 2 ? (extremes[mixed % 5] ?? 0) : mixed & 0xff;
    }
    const picture = open(damaged);
    if ("kind" in picture) {
      expect(picture.kind).toMatch(/^(truncated|corrupt|animated|unsupported|too_large|png)/);
      continue;
    }
    // A lie about the size is stopped by the limit of pixels before anything is opened.
    if (picture.width * picture.height > 1_000_000) continue;
    let rows = 0;
    const failure = picture.read((some) => {
      rows += some.length / (4 * picture.width);
      return true;
    });
    if (failure === null) {
      expect(rows).toBe(picture.height);
      readable++;
    } else expect(failure.kind).toMatch(/^(truncated|corrupt)$/);
  }
  return readable;
}

/** Stops after a row, then reads the whole twice. */
export function expectToReadAgain(picture: Picture): void {
  let calls = 0;
  expect(picture.read(() => ++calls < 2)).toBeNull();
  expect(calls).toBeLessThanOrEqual(2);
  expect(readAll(() => picture, new Uint8Array(0))).toEqual(readAll(() => picture, new Uint8Array(0)));
}
