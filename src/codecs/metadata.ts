// Pure. What of a source outlives its pixels when it is written in another format or size: how it is to be turned, who
// has the rights, what its colours mean. All other metadata, the place where it was taken above all, ends here.

import { readAvifMetadata } from "./avif-container.ts";
import { readForeignMetadata } from "./foreign/open.ts";
import { parsePicture } from "./jpeg-engine/markers.ts";
import { readJpegMetadata } from "./jpeg-engine/metadata.ts";
import type { Metadata } from "./picture.ts";
import { readPngMetadata } from "./png-metadata.ts";
import type { Format } from "./probe.ts";
import { readWebpMetadata } from "./webp-container.ts";

const none: Metadata = { orientation: 1, copyright: null, profile: null };

/** Answers in words what the colours are where no profile can say it. */
export function readMetadata(source: Uint8Array, format: Format): Metadata | { colours: string } {
  switch (format) {
    case "jpeg": {
      const picture = parsePicture(source);
      return "kind" in picture ? none : readJpegMetadata(picture.extras);
    }
    case "png":
      return readPngMetadata(source);
    case "webp":
      return readWebpMetadata(source);
    case "avif":
      return readAvifMetadata(source);
    case "gif":
    case "bmp":
    case "tiff":
    case "ico":
    case "jxl":
      return readForeignMetadata(source, format);
  }
}
