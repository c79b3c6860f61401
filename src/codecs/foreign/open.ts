// The formats that are read here and written in another one: what their headers say, their rows, and what outlives both.

import type { ImageFailure } from "../../errors.ts";
import { foreignRoom } from "../memory.ts";
import type { Metadata, Picture } from "../picture.ts";
import type { ForeignFormat } from "../probe.ts";
import { openBmp, readBmpHeader } from "./bmp.ts";
import { openGif, readGifHeader } from "./gif.ts";
import type { ForeignHeader } from "./header.ts";
import { openIco, readIcoHeader, type IcoPng } from "./ico.ts";
import { readJxlHeader } from "./jxl-header.ts";
import { openJxl } from "./jxl.ts";
import { openTiff, readTiffHeader, readTiffMetadata } from "./tiff.ts";

export function readForeignHeader(bytes: Uint8Array, format: ForeignFormat): ForeignHeader | ImageFailure {
  switch (format) {
    case "gif":
      return readGifHeader(bytes);
    case "bmp":
      return readBmpHeader(bytes);
    case "tiff":
      return readTiffHeader(bytes);
    case "ico":
      return readIcoHeader(bytes);
    case "jxl":
      return readJxlHeader(bytes);
  }
}

/** Answers the file of a PNG where that is what an icon holds. `budgetBytes` are for all that is held beside the source. */
export function openForeign(
  bytes: Uint8Array,
  format: ForeignFormat,
  { budgetBytes }: { budgetBytes: number },
): Picture | IcoPng | ImageFailure {
  const room = { budgetBytes: foreignRoom(budgetBytes) };
  switch (format) {
    case "gif":
      return openGif(bytes, room);
    case "bmp":
      return openBmp(bytes, room);
    case "tiff":
      return openTiff(bytes, room);
    case "ico":
      return openIco(bytes, room);
    case "jxl":
      return openJxl(bytes, { budgetBytes });
  }
}

export function readForeignMetadata(bytes: Uint8Array, format: ForeignFormat): Metadata {
  return format === "tiff" ? readTiffMetadata(bytes) : { orientation: 1, copyright: null, profile: null };
}
