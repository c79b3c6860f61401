import type { PixelPath } from "./memory.ts";

/** What the header of an image says. Nothing has been decoded. */
interface Header {
  kind: "image";
  /** As stored; an EXIF orientation of 5 to 8 shows them exchanged. */
  width: number;
  height: number;
  animated: boolean;
  /** Names a kind of the format that no codec here re-encodes; null for all others. */
  variant: string | null;
}

/** Of an image that is re-encoded without ever being pixels. */
export interface CoefficientProbe extends Header {
  format: "jpeg";
}

/** Of an image that is decoded and encoded whole. */
export interface PixelProbe extends Header {
  format: "png" | "webp" | "avif";
  /** The row of the memory table. */
  path: PixelPath;
}

export type Probe = CoefficientProbe | PixelProbe;

export type Format = Probe["format"];

/** Those that are written here too. */
export const writtenFormats = ["jpeg", "png", "webp", "avif"] as const satisfies Format[];
export type WrittenFormat = (typeof writtenFormats)[number];

export const formatNames: Record<Format, string> = { jpeg: "JPEG", png: "PNG", webp: "WebP", avif: "AVIF" };
