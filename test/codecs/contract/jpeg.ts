import { image } from "../../fixtures/images/images.ts";
import { findBytes } from "./find-bytes.ts";
import { ownOutput } from "./own-output.ts";
import { photo, pixels } from "./pictures.ts";
import { fixtureKind, type Row } from "./row.ts";

export const jpeg: Row = {
  format: "jpeg",
  path: null,
  photo: () => ({ bytes: image("photo.jpg"), shown: pixels(64, 48, photo) }),
  tolerance: 4,
  alpha: null,
  alphaTolerance: 0,
  grey: () => image("grey.jpg"),
  profile: () => image("profile.jpg"),
  rotated: () => image("rotated.jpg"),
  small: () => ownOutput(image("photo.jpg")),
  dot: () => image("dot.jpg"),
  tall: () => image("tall.jpg"),
  kinds: () => [
    fixtureKind("4:4:4", "photo.jpg", 4),
    fixtureKind("progressive", "progressive.jpg", 4),
    fixtureKind("grey", "grey.jpg", 4),
  ],
  spoiled() {
    const bytes = image("photo.jpg");
    return Uint8Array.from([...bytes.subarray(0, bytes.length >> 1), 0xff, 0xd9]);
  },
  lie(bytes, width, height) {
    const at = findBytes(bytes, [0xff, 0xc0]);
    new DataView(bytes.buffer).setUint16(at + 5, height);
    new DataView(bytes.buffer).setUint16(at + 7, width);
  },
  largestLie: 65_535,
  bomb: "too_many_pixels",
};
