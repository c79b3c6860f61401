// Pure. Whether a file is whole, as far as that shows without decoding it.

import type { ImageFailure } from "../errors.ts";
import { checkAvifStructure } from "./avif-container.ts";
import { checkJxlStructure } from "./foreign/jxl-frames.ts";
import { checkJpegStructure } from "./jpeg-container.ts";
import { checkPngStructure } from "./png-chunks.ts";
import type { Format } from "./probe.ts";
import { checkWebpStructure } from "./webp-container.ts";

export function checkStructure(bytes: Uint8Array, format: Format): ImageFailure | null {
  switch (format) {
    case "jpeg":
      return checkJpegStructure(bytes);
    case "png":
      return checkPngStructure(bytes);
    case "avif":
      return checkAvifStructure(bytes);
    case "webp":
      return checkWebpStructure(bytes);
    case "jxl":
      return checkJxlStructure(bytes);
    // Their headers cannot be read without.
    case "gif":
    case "bmp":
    case "tiff":
    case "ico":
      return null;
  }
}
