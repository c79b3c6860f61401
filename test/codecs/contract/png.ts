import { image } from "../../fixtures/images/images.ts";
import { decode } from "../../support/decode.ts";
import { chunk, everyKind, writeSample } from "../png-engine/samples.ts";
import { ownOutput } from "./own-output.ts";
import { block, palette, photo, pixels, veil } from "./pictures.ts";
import { fixtureKind, type Kind, type Row } from "./row.ts";

const colourNames = { 0: "grey", 2: "RGB", 3: "palette", 4: "grey with alpha", 6: "RGBA" };

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
    ...everyKind.map(({ colourType, depth }) =>
      sampleKind(`${colourNames[colourType]} of ${depth} bits`, colourType, depth),
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
