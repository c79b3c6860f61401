// Pure. What the engine needs of a source file: its header, its palette and transparency, and where its picture data
// lie.

import type { ImageFailure } from "../../errors.ts";
import { checkPngStructure, readPngHeader, walkChunks } from "../png-chunks.ts";

/** As IHDR says it (W3C PNG, third edition, 11.2.1). */
export const colourTypes = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

/** A few rows must fit in memory; no JPEG or WebP is wider either. */
const maxWidth = 65_535;

export interface PngSource {
  width: number;
  height: number;
  /** Bits of a sample. */
  depth: number;
  colourType: number;
  isInterlaced: boolean;
  /** Three bytes an entry; empty where the colour type has none. */
  palette: Uint8Array;
  /** The tRNS chunk; empty where there is none. */
  transparency: Uint8Array;
  /** The zlib stream, in the pieces in which it is stored. */
  data: Uint8Array[];
}

export function readPngSource(bytes: Uint8Array): PngSource | ImageFailure {
  const header = readPngHeader(bytes);
  if (header.kind !== "image") return header;
  const damage = checkPngStructure(bytes);
  if (damage !== null) return damage;
  if (header.animated) return { kind: "animated", format: "PNG" };
  if (header.width > maxWidth) return { kind: "unsupported_variant", variant: `a PNG ${header.width} pixels wide` };

  const [depth = 0, colourType = 0, , , interlace = 0] = bytes.subarray(24, 29);
  const source: PngSource = {
    width: header.width,
    height: header.height,
    depth,
    colourType,
    isInterlaced: interlace === 1,
    palette: new Uint8Array(0),
    transparency: new Uint8Array(0),
    data: [],
  };
  for (const { type, data } of walkChunks(bytes)) {
    if (type === "PLTE" && colourType === colourTypes.palette) source.palette = data;
    if (type === "tRNS") source.transparency = data;
    if (type === "IDAT") source.data.push(data);
  }
  return checkPalette(source) ?? source;
}

function checkPalette({ colourType, palette, transparency }: PngSource): ImageFailure | null {
  if (
    colourType === colourTypes.palette &&
    (palette.length === 0 || palette.length % 3 !== 0 || palette.length > 768)
  ) {
    return { kind: "corrupt", reason: "its palette is missing or has an impossible length" };
  }
  const keyBytes = colourType === colourTypes.grey ? 2 : colourType === colourTypes.rgb ? 6 : 0;
  if (transparency.length > 0 && transparency.length < keyBytes) {
    return { kind: "corrupt", reason: "its transparent colour is incomplete" };
  }
  return null;
}
