import { image } from "../../fixtures/images/images.ts";
import { framesOf, lieAboutSize, writeJxl } from "../foreign/jxls.ts";
import { photo, pixels, veil } from "./pictures.ts";
import type { Kind, Row } from "./row.ts";

const size = { width: 64, height: 48 };

export const jxl: Row = {
  format: "jxl",
  path: "jxl",
  photo: () => ({ bytes: writeJxl(size, framesOf(image("photo.jxl"))), shown: pixels(64, 48, photo) }),
  tolerance: 5,
  alpha: () => ({ bytes: image("alpha.jxl"), shown: pixels(48, 32, veil) }),
  alphaTolerance: 24,
  grey: () => image("grey.jxl"),
  // What its pixels come with is in jxl.test.ts: sRGB, upright.
  profile: null,
  rotated: null,
  small: () => image("dot.jxl"),
  dot: () => image("dot.jxl"),
  tall: () => image("tall.jxl"),
  kinds: () => [
    kind("a photograph", "photo.jxl"),
    kind("without loss", "lossless.jxl"),
    kind("16 bits", "deep.jxl"),
    kind("P3 by a profile", "profile.jxl"),
    kind("lossy in the way of lossless ones", "modular.jxl"),
    kind("its low frequencies in a frame of their own", "levels.jxl"),
    kind("coefficients of a JPEG", "recompressed.jxl"),
  ],
  kindsBecome: "jpeg",
  spoiled() {
    const bytes = image("photo.jxl");
    bytes.fill(0x55, bytes.length >> 1);
    return bytes;
  },
  lie: lieAboutSize,
  // The smallest number that can be said is 1.
  isNeverEmpty: true,
  largestLie: 65_535,
  bomb: "too_many_pixels",
};

function kind(name: string, fixture: string): Kind {
  return { name, bytes: image(fixture), shown: pixels(64, 48, photo), tolerance: 5 };
}
