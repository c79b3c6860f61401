import { image } from "../../fixtures/images/images.ts";
import { findBytes } from "./find-bytes.ts";
import { photo, pixels, veil } from "./pictures.ts";
import { fixtureKind, type Row } from "./row.ts";

export const webp: Row = {
  format: "webp",
  path: "webp",
  photo: () => ({ bytes: image("photo.webp"), shown: pixels(64, 48, photo) }),
  tolerance: 4,
  alpha: () => ({ bytes: image("alpha.webp"), shown: pixels(48, 32, veil) }),
  alphaTolerance: 0,
  // A WebP has three colours or none.
  grey: null,
  profile: () => image("profile.webp"),
  rotated: () => image("rotated.webp"),
  small: () => image("flat.webp"),
  dot: () => image("dot.webp"),
  tall: () => image("tall.webp"),
  kinds: () => [
    fixtureKind("lossy", "photo.webp", 4),
    fixtureKind("lossy with alpha", "alpha.webp", 6),
    fixtureKind("lossless", "lossless.webp", 4),
  ],
  spoiled() {
    const bytes = image("photo.webp");
    const cut = bytes.slice(0, (bytes.length >> 1) & ~1);
    new DataView(cut.buffer).setUint32(4, cut.length - 8, true);
    new DataView(cut.buffer).setUint32(16, cut.length - 20, true);
    return cut;
  },
  lie(bytes, width, height) {
    const at = findBytes(bytes, [0x9d, 0x01, 0x2a]);
    new DataView(bytes.buffer).setUint16(at + 3, width, true);
    new DataView(bytes.buffer).setUint16(at + 5, height, true);
  },
  largestLie: 16_383,
  bomb: "too_many_pixels",
};
