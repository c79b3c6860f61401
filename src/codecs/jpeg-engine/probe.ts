// What can be said of a JPEG from its header, before anything is decoded. Only a height that the header leaves to a later
// segment (DNL) is looked for behind it.
import type { ImageFailure } from "../../errors.ts";
import { readExif } from "../exif.ts";
import { colourModelOf, type ColourModel } from "./colour.ts";
import { parseHeader, type UnsupportedJpeg } from "./markers.ts";
import { isWholeProfile } from "./metadata.ts";

export interface JpegProbe {
  kind: "jpeg";
  width: number;
  height: number;
  components: number;
  colour: ColourModel;
  /** Factors across and down by component, such as ["2x2", "1x1", "1x1"] for 4:2:0. */
  sampling: string[];
  progressive: boolean;
  /** Bits a sample. */
  precision: 8;
  /** EXIF, 1 to 8; 1 is upright. */
  orientation: number;
  hasColourProfile: boolean;
}

export function probeJpeg(
  bytes: Uint8Array,
): JpegProbe | UnsupportedJpeg | Exclude<ImageFailure, { kind: "unsupported_variant" }> {
  const header = parseHeader(bytes);
  if ("kind" in header) return header;
  const { frame, extras } = header;
  return {
    kind: "jpeg",
    width: frame.width,
    height: frame.height,
    components: frame.components.length,
    colour: colourModelOf(header),
    sampling: frame.components.map(({ h, v }) => `${h}x${v}`),
    progressive: frame.progressive,
    precision: 8,
    orientation: readExif(extras.exif).orientation,
    hasColourProfile: isWholeProfile(extras.iccChunks),
  };
}
