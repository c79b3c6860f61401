import { describe, expect, test } from "vitest";
import { encodePng } from "../../src/codecs/png-encode.ts";
import type { Pixels } from "../../src/codecs/pixels.ts";
import { decodePng } from "../../src/codecs/png-wasm.ts";
import { paint, paintWithAlpha } from "../fixtures/images/paint.ts";

const options = { allowGrey: true, chunks: [] };
const colour = 2;
const grey = 0;
const index = 3;
const colourAlpha = 6;
const greyAlpha = 4;

describe("encodePng", () => {
  test.each([
    ["two colours", colours(2), index, 1],
    ["three", colours(3), index, 2],
    ["four", colours(4), index, 2],
    ["five", colours(5), index, 4],
    ["16", colours(16), index, 4],
    ["17", colours(17), index, 8],
    ["256", colours(256), index, 8],
    ["257", colours(257), colour, 8],
    ["a photograph", opaque(paint(61, 40), 61, 40), colour, 8],
    ["a photograph with alpha", { data: paintWithAlpha(61, 40), width: 61, height: 40 }, colourAlpha, 8],
    ["a grey gradient", shades(255), grey, 8],
    ["a grey gradient with alpha", greyWithAlpha(), greyAlpha, 8],
  ])("writes %s in the smallest kind that holds it, without loss", (_, pixels, type, depth) => {
    const png = encodePng(pixels, options);

    expect([png[25], png[24]]).toEqual([type, depth]);
    expect(decodePng([png]).data).toEqual(pixels.data);
  });

  test("writes no grey file where a colour profile goes with it", () => {
    const png = encodePng(greyWithAlpha(), { allowGrey: false, chunks: [] });

    expect(png[25]).toBe(colourAlpha);
    expect(decodePng([png]).data).toEqual(greyWithAlpha().data);
  });

  test("keeps the colour of transparent pixels", () => {
    const data = new Uint8Array([10, 20, 30, 0, 200, 100, 50, 255, 10, 20, 30, 128, 1, 2, 3, 0]);

    expect(decodePng([encodePng({ data, width: 4, height: 1 }, options)]).data).toEqual(data);
  });

  test("writes odd widths at every depth", () => {
    for (const count of [2, 4, 16]) {
      const pixels = colours(count, 13, 7);
      expect(decodePng([encodePng(pixels, options)]).data).toEqual(pixels.data);
    }
  });
});

/** A picture of exactly `count` colours, none of them grey. */
function colours(count: number, width = 33, height = 31): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const shade = (pixel * 7) % count;
    data.set([shade & 255, 10 + (shade >> 8), 255, 255], pixel * 4);
  }
  return { data, width, height };
}

function shades(count: number): Pixels {
  const data = new Uint8Array(64 * 64 * 4).fill(255);
  for (let pixel = 0; pixel < 64 * 64; pixel++) {
    const shade = ((pixel % 64) * 2 + (pixel >> 6) * 2) % count;
    data.fill(shade, pixel * 4, pixel * 4 + 3);
  }
  return { data, width: 64, height: 64 };
}

function greyWithAlpha(): Pixels {
  const pixels = shades(255);
  for (let pixel = 0; pixel < 64 * 64; pixel++) pixels.data[pixel * 4 + 3] = pixel & 255;
  return pixels;
}

function opaque(rgb: Uint8Array, width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) data.set(rgb.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
  return { data, width, height };
}
