import { image } from "../../fixtures/images/images.ts";
import { decode } from "../../support/decode.ts";
import { chunk, writeSample } from "../png-engine/samples.ts";
import { ownOutput } from "./own-output.ts";
import { block, palette, photo, pixels, veil } from "./pictures.ts";
import { fixtureKind, type Kind, type Row } from "./row.ts";

/** All that a PNG can be; W3C PNG, 11.2.1. */
const depthsOf = [
  { name: "grey", colourType: 0, depths: [1, 2, 4, 8, 16] },
  { name: "RGB", colourType: 2, depths: [8, 16] },
  { name: "palette", colourType: 3, depths: [1, 2, 4, 8] },
  { name: "grey with alpha", colourType: 4, depths: [8, 16] },
  { name: "RGBA", colourType: 6, depths: [8, 16] },
];

export const png: Row = {
  format: "png",
  path: null,
  photo: () => ({ bytes: image("photo.png"), shown: pixels(64, 48, photo) }),
  tolerance: 4,
  alpha: () => ({ bytes: image("alpha.png"), shown: pixels(48, 32, veil) }),
  alphaTolerance: 24,
  grey: () => image("grey.png"),
  profile: () => image("profile.png"),
  rotated: () => image("rotated.png"),
  small: () => ownOutput(image("photo.png")),
  dot: () => image("dot.png"),
  tall: () => image("tall.png"),
  kinds: () => [
    fixtureKind("interlaced", "interlaced.png", 4),
    ...depthsOf.flatMap(({ name, colourType, depths }) =>
      depths.map((depth) => sampleKind(`${name} of ${depth} bits`, colourType, depth)),
    ),
  ],
  spoiled() {
    const bytes = image("photo.png");
    const half = bytes.length >> 1;
    // Only a checksum tells: the decoder would show this.
    bytes[half] = (bytes[half] ?? 0) ^ 0x10;
    return bytes;
  },
  lie(bytes, width, height) {
    new DataView(bytes.buffer).setUint32(16, width);
    new DataView(bytes.buffer).setUint32(20, height);
  },
  largestLie: 0x7fffffff,
  bomb: "too_many_pixels",
};

function sampleKind(name: string, colourType: number, depth: number): Kind {
  const bytes = writeSample({
    width: 64,
    height: 48,
    colourType,
    depth,
    at: (x, y, channel) => (depth === 16 ? 257 : 1) * block(x + 8 * channel, y, 2 ** Math.min(8, depth)),
    before: [
      ...(colourType === 3 ? [chunk("PLTE", Uint8Array.from(palette(2 ** depth).flat()))] : []),
      // So that each kind can be made smaller.
      chunk("tEXt", new TextEncoder().encode(`Comment\0${"A".repeat(600)}`)),
    ],
  });
  return { name, bytes, shown: decode(bytes), tolerance: 0 };
}
