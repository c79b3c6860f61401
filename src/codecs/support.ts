// Pure. What is read and written, up to which size, and what comes along: the table in the README, from the figures that
// hold while it runs.

import { decodedPixelLimit, encodedPixelLimit, foreignRoom, pixelBudget, pixelLimit, wasmRoom } from "./memory.ts";
import { foreignFormats, formatNames, writtenFormats, type Format } from "./probe.ts";

export interface Support {
  name: string;
  /** What of it is read; null where nothing is. */
  read: string | null;
  /** What is written of it; null where nothing is. */
  written: string | null;
  /** The largest picture to be read, and to be written where that is another. */
  limit: string;
  /** What of a source outlives its pixels. */
  kept: string;
}

const metadata = "colour profile, orientation, copyright";

/** @param maxPixels of any picture: the deployment's own limit. */
export function supportTable(maxPixels: number): Support[] {
  const budget = pixelBudget();
  const any = megapixels(maxPixels);
  const rest = { roomBytes: budget, wasmBytes: wasmRoom(budget) };
  const rows: Record<Format, Omit<Support, "name">> = {
    jpeg: {
      read: "all but lossless, arithmetic-coded and 12-bit ones; CMYK stays CMYK and JPEG",
      written: "4:2:0, baseline or progressive, whichever is shorter",
      limit: any,
      kept: `${metadata}, density`,
    },
    png: {
      read: "all but APNG",
      written: "256 colours at most, exact where the source has no more",
      limit: `${any}; interlaced ${megapixels(pixelLimit("png-interlaced", budget))}`,
      kept: `${metadata}, density; other colour descriptions become a profile elsewhere`,
    },
    webp: {
      read: "lossy and lossless",
      written: "lossy, or lossless where that is smaller and the source was",
      limit: `${megapixels(pixelLimit("webp", budget))}; to another format ${megapixels(decodedPixelLimit("webp", budget))}; from one ${megapixels(encodedPixelLimit("webp", rest))}`,
      kept: metadata,
    },
    avif: {
      read: "8 to 12 bits, but no PQ or HLG",
      written: "4:2:0 below quality 90, in cells where it is large",
      limit: `${megapixels(pixelLimit("avif", budget))}; from another format ${any}`,
      kept: metadata,
    },
    gif: { read: "still ones", written: null, limit: any, kept: "no metadata" },
    bmp: { read: "1 to 32 bits, run lengths too", written: null, limit: any, kept: "no metadata" },
    tiff: {
      read: "one page; plain, LZW, Deflate or PackBits; grey, palette, RGB",
      written: null,
      limit: `${any}; strips and tiles up to ${Math.floor(foreignRoom(budget) / 1024 / 1024)} MB`,
      kept: metadata,
    },
    ico: { read: "the largest picture of it", written: null, limit: any, kept: "no metadata" },
    jxl: {
      read: "still ones; their colours become sRGB; no PQ, HLG, CMYK or floating point",
      written: null,
      limit: megapixels(decodedPixelLimit("jxl", budget)),
      kept: "no metadata; it is turned upright",
    },
  };
  return [
    ...[...writtenFormats, ...foreignFormats].map((format) => ({ name: formatNames[format], ...rows[format] })),
    {
      name: "HEIC",
      read: null,
      written: null,
      limit: "by Cloudflare Images only (`IMAGES_FALLBACK=on`)",
      kept: "",
    },
    { name: "SVG, JPEG 2000, PSD, ...", read: null, written: null, limit: "named, and failed", kept: "" },
  ];
}

function megapixels(pixels: number): string {
  return `${Math.floor(pixels / 100_000) / 10} MP`;
}
