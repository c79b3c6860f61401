// How a stored image is named and served, by its format.

import type { Format } from "../codecs/probe.ts";

const fileTypes = {
  jpeg: { extension: "jpg", contentType: "image/jpeg" },
  png: { extension: "png", contentType: "image/png" },
  avif: { extension: "avif", contentType: "image/avif" },
  webp: { extension: "webp", contentType: "image/webp" },
  gif: { extension: "gif", contentType: "image/gif" },
  bmp: { extension: "bmp", contentType: "image/bmp" },
  tiff: { extension: "tif", contentType: "image/tiff" },
  ico: { extension: "ico", contentType: "image/vnd.microsoft.icon" },
  jxl: { extension: "jxl", contentType: "image/jxl" },
} as const satisfies Record<Format, { extension: string; contentType: string }>;

export function fileTypeOf(format: Format): { extension: string; contentType: string } {
  return fileTypes[format];
}

/** The format of a stored object; null for an extension that no format has. */
export function formatOfExtension(extension: string): string | null {
  return Object.entries(fileTypes).find(([, type]) => type.extension === extension)?.[0] ?? null;
}
