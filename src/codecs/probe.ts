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

/** Of an image that becomes pixels in memory. */
export interface PixelProbe extends Header {
  format: "png" | "webp" | "avif";
  /** The row of the memory table. */
  path: PixelPath;
}

/** Of an image that is read here and written in another format. */
export interface ForeignProbe extends Header {
  format: ForeignFormat;
}

export type Probe = CoefficientProbe | PixelProbe | ForeignProbe;

export const writtenFormats = ["jpeg", "png", "webp", "avif"] as const;
export type WrittenFormat = (typeof writtenFormats)[number];

export const foreignFormats = ["gif", "bmp", "tiff", "ico", "jxl"] as const;
export type ForeignFormat = (typeof foreignFormats)[number];

export type Format = WrittenFormat | ForeignFormat;

export const formatNames: Record<Format, string> = {
  jpeg: "JPEG",
  png: "PNG",
  webp: "WebP",
  avif: "AVIF",
  gif: "GIF",
  bmp: "BMP",
  tiff: "TIFF",
  ico: "ICO",
  jxl: "JPEG XL",
};

export function isWritten(format: Format): format is WrittenFormat {
  return writtenFormats.some((one) => one === format);
}

/** Whether its codec writes it too. */
export function isForeign(image: Probe): image is ForeignProbe {
  return !isWritten(image.format);
}
