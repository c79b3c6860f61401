import { writeAvif } from "../../../src/codecs/avif.ts";
import { image } from "../../fixtures/images/images.ts";
import { decode } from "../../support/decode.ts";
import { painted } from "../scale-engine/pictures.ts";
import { findBytes } from "./find-bytes.ts";
import { photo, pixels, veil } from "./pictures.ts";
import { fixtureKind, type Kind, type Row } from "./row.ts";
import { unlimited } from "../../support/room.ts";

export const avif: Row = {
  format: "avif",
  // Its own limits, before and behind the decoder, are in avif.test.ts.
  path: null,
  photo: () => ({ bytes: image("photo.avif"), shown: pixels(64, 48, photo) }),
  tolerance: 5,
  alpha: () => ({ bytes: image("alpha.avif"), shown: pixels(48, 32, veil) }),
  alphaTolerance: 16,
  grey: greyAvif,
  profile: () => image("profile.avif"),
  rotated: () => image("rotated.avif"),
  small: () => image("picture.avif"),
  dot: () => image("dot.avif"),
  tall: () => image("tall.avif"),
  kinds: () => [
    fixtureKind("8 bits", "photo.avif", 4),
    fixtureKind("10 bits", "ten-bits.avif", 4),
    fixtureKind("12 bits", "twelve-bits.avif", 4),
    fixtureKind("alpha", "alpha.avif", 6),
    greyKind(),
  ],
  spoiled() {
    const bytes = image("photo.avif");
    bytes.fill(0x55, bytes.length >> 1);
    return bytes;
  },
  lie(bytes, width, height) {
    const at = findBytes(bytes, [0x69, 0x73, 0x70, 0x65]) + 8;
    new DataView(bytes.buffer).setUint32(at, width);
    new DataView(bytes.buffer).setUint32(at + 4, height);
  },
  largestLie: 65_535,
  bomb: "too_many_pixels",
};

/** One channel, which no other encoder at hand makes. */
function greyAvif(): Uint8Array {
  const grey = painted({ width: 64, height: 48 }, (x, y) => {
    const [value = 0] = photo(x, y);
    return [value, value, value, 255];
  });
  const room = { roomBytes: unlimited.roomBytes, wasmBytes: unlimited.roomBytes };
  const metadata = { orientation: 1, copyright: null, profile: null };
  const bytes = writeAvif({ ...grey, isGrey: true }, { quality: 95, metadata, ...room });
  if (!(bytes instanceof Uint8Array)) throw new Error(bytes.kind);
  return bytes;
}

function greyKind(): Kind {
  const bytes = greyAvif();
  return { name: "grey", bytes, shown: decode(bytes), tolerance: 4 };
}
