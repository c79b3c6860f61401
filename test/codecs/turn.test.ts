import { describe, expect, test } from "vitest";
import type { Picture } from "../../src/codecs/picture.ts";
import { turnUpright } from "../../src/codecs/turn.ts";

// Three across, two down, each pixel a letter:  a b c
//                                               d e f
const rows = ["abc", "def"];

describe("turnUpright", () => {
  // What the first row and the first column of the stored picture are when it is seen upright (CIPA DC-008, table 6).
  test.each([
    [1, ["abc", "def"]],
    [2, ["cba", "fed"]],
    [3, ["fed", "cba"]],
    [4, ["def", "abc"]],
    [5, ["ad", "be", "cf"]],
    [6, ["da", "eb", "fc"]],
    [7, ["fc", "eb", "da"]],
    [8, ["cf", "be", "ad"]],
  ])("shows what is stored with orientation %i as a viewer would", (orientation, upright) => {
    expect(lettersOf(turnUpright(picture(rows), orientation))).toEqual(upright);
  });

  test("reads the same a second time", () => {
    const turned = turnUpright(picture(rows), 6);

    expect(lettersOf(turned)).toEqual(lettersOf(turned));
  });

  test("passes on why a source could not be read, and hands out nothing of it", () => {
    const broken: Picture = { ...picture(rows), read: () => ({ kind: "truncated", reason: "as a test" }) };
    let taken = 0;

    const failure = turnUpright(broken, 3).read(() => taken++ === 0);

    expect([failure?.kind, taken]).toEqual(["truncated", 0]);
  });

  test("takes rows that lie at any address", () => {
    const odd: Picture = {
      ...picture(rows),
      read(take) {
        for (const row of rows) take(Uint8Array.from([0, ...bytesOf(row)]).subarray(1));
        return null;
      },
    };

    expect(lettersOf(turnUpright(odd, 8))).toEqual(["cf", "be", "ad"]);
  });
});

function picture(letters: string[]): Picture {
  return {
    width: letters[0]?.length ?? 0,
    height: letters.length,
    hasAlpha: false,
    isGrey: false,
    read(take) {
      for (const row of letters) if (!take(Uint8Array.from(bytesOf(row)))) break;
      return null;
    },
  };
}

function bytesOf(row: string): number[] {
  return Array.from(row, (letter) => letter.charCodeAt(0)).flatMap((code) => [code, 1, 2, 255]);
}

function lettersOf(turned: Picture): string[] {
  let letters = "";
  expect(
    turned.read((taken) => {
      for (let at = 0; at < taken.length; at += 4) letters += String.fromCharCode(taken[at] ?? 0);
      return true;
    }),
  ).toBeNull();
  return Array.from({ length: turned.height }, (_, row) => letters.slice(row * turned.width, (row + 1) * turned.width));
}
