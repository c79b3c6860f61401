// What the contract suite has to know of a format: files that show what is known, and how to make them lie.

import type { PixelPath } from "../../../src/codecs/memory.ts";
import type { Pixels } from "../../../src/codecs/pixels.ts";
import type { Format } from "../../../src/codecs/probe.ts";
import { image } from "../../fixtures/images/images.ts";
import { decode } from "../../support/decode.ts";

export interface Shown {
  bytes: Uint8Array;
  shown: Pixels;
}

/** A number of channels, a depth or a way of coding. */
export interface Kind extends Shown {
  name: string;
  /** Mean difference of a channel after quality 50; 0 where nothing may be lost. */
  tolerance: number;
}

export interface Row {
  format: Format;
  /** The row of the memory table whose limit stands before anything is decoded; null where none does. */
  path: PixelPath | null;
  /** 64 x 48 pixels, and the mean difference of a channel after quality 50. */
  photo(): Shown;
  tolerance: number;
  /** 48 x 32 pixels, and the largest difference of an alpha that is not 255; null where all is opaque. */
  alpha: (() => Shown) | null;
  alphaTolerance: number;
  grey: (() => Uint8Array) | null;
  profile: (() => Uint8Array) | null;
  /** On its side, with a copyright notice, and with a camera, an artist and a place that are nobody's business. */
  rotated: (() => Uint8Array) | null;
  /** That no codec here beats; null where there is none. */
  small: (() => Uint8Array | Promise<Uint8Array>) | null;
  /** One pixel. */
  dot(): Uint8Array;
  /** 1 x 2000 pixels. */
  tall(): Uint8Array;
  kinds(): Kind[];
  /** What they become where that is not PNG, which is larger than a format that codes better. */
  kindsBecome?: "jpeg";
  /** Damaged behind a good header, with lengths that fit; null where any bytes are a picture. */
  spoiled: (() => Uint8Array) | null;
  /** Writes other dimensions into the header. */
  lie(bytes: Uint8Array, width: number, height: number): void;
  /** Its header cannot say 0. */
  isNeverEmpty?: true;
  largestLie: number;
  /** What such a header is called: some tell by their length that they do not hold so much. */
  bomb: "too_many_pixels" | "truncated" | "corrupt";
}

/** Of a fixture, which shows what another decoder sees in it. */
export function fixtureKind(name: string, fixture: string, tolerance: number): Kind {
  const bytes = image(fixture);
  return { name, bytes, shown: decode(bytes), tolerance };
}
