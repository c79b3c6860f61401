// A picture as rows from the top, a few at a time, so that what reads, scales and writes it need never hold it whole.

import type { ImageFailure } from "../errors.ts";

export interface Picture {
  /** As stored: an orientation has not been applied. */
  width: number;
  height: number;
  /** Whether a pixel may be less than opaque; where false, every alpha is 255. */
  hasAlpha: boolean;
  /** Whether red, green and blue are the same everywhere because the source has no colours. */
  isGrey: boolean;
  /**
   * Reads from the top to the bottom. `take` gets one whole row or more (RGBA, 8 bits a sample, alpha not premultiplied,
   * in the colour space of the source), which are valid until it returns; its false ends the reading. May be called
   * again when it is over, and reads the same.
   */
  read(take: TakeRows): ImageFailure | null;
  /** Gives back what it holds between two readings, where it holds anything; there is no reading afterwards. */
  release?(): void;
}

export type TakeRows = (rows: Uint8Array) => boolean;

/** What of a source outlives its pixels, whatever formats it comes from and goes to. */
export interface Metadata {
  /** EXIF's, 1 to 8; 1 is upright. */
  orientation: number;
  /** The bytes of the notice, or null. */
  copyright: Uint8Array | null;
  /** An ICC profile, or null where the colours are sRGB. */
  profile: Uint8Array | null;
}
