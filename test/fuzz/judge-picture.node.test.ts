import { describe, expect, test } from "vitest";
import type { Picture } from "../../src/codecs/picture.ts";
import { drawPicture } from "../support/picture-of.ts";
import { judgePicture } from "./judge-picture.ts";
import { createTrial } from "./trial.ts";

const sound = drawPicture(20, 10, (x, y) => [9 * x, 9 * y, 40]);

async function problemOf(picture: Picture): Promise<string | null> {
  return (await judgePicture(picture, createTrial())).problem;
}

describe("judgePicture", () => {
  test("finds nothing wrong with a sound picture", async () => {
    expect(await judgePicture(sound, createTrial())).toMatchObject({ outcome: "read", problem: null });
  });

  test.each<[string, Picture]>([
    ["200 rows claimed", { ...sound, height: 200 }],
    ["fewer rows claimed than come", { ...sound, height: 9 }],
    ["colours called grey", { ...sound, isGrey: true }],
    ["transparency called opaque", { ...drawPicture(4, 4, () => [1, 2, 3, 4], { hasAlpha: true }), hasAlpha: false }],
    ["a part of a row", { ...sound, read: (take) => (take(sound.data.subarray(0, 70)), null) }],
    ["an end that is passed over", { ...sound, width: 2000, height: 2000, read: (take) => readForEver(take) }],
    ["a throw", { ...sound, read: (take) => readRowOf(sound.data.subarray(0, -1), take) }],
    ["a failure that no codec has", { ...sound, read: () => ({ kind: "dns_error", host: "example.com" }) }],
    ["a sentence without its number", { ...sound, read: () => ({ kind: "corrupt", reason: `row ${Number.NaN}` }) }],
  ])("finds %s", async (_, picture) => {
    expect(await problemOf(picture)).not.toBeNull();
  });

  test("finds a picture that is another the second time", async () => {
    let readings = 0;
    const fickle: Picture = {
      ...sound,
      read(take) {
        take(sound.data.map((byte, at) => (at === 0 ? byte + readings : byte)));
        readings++;
        return null;
      },
    };

    expect(await problemOf(fickle)).toBe("it reads otherwise the second time");
  });
});

function readRowOf(data: Uint8Array, take: (rows: Uint8Array) => boolean): null {
  if (data.length % 80 !== 0) throw new RangeError("a trap");
  take(data);
  return null;
}

function readForEver(take: (rows: Uint8Array) => boolean): null {
  const row = new Uint8Array(4 * 2000).fill(255);
  for (let y = 0; y < 2000; y++) take(row);
  return null;
}
