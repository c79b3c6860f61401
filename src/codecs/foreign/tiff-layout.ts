// Pure. What the tags say of the pixels: how they are coded, and in which pieces, strips or tiles, they lie in the file.

import type { ImageFailure } from "../../errors.ts";
import { longestSide } from "./header.ts";
import { readTiffDirectory, type TiffDirectory } from "./tiff-directory.ts";

export interface TiffLayout {
  kind: "layout";
  width: number;
  height: number;
  isLittle: boolean;
  colours: "white_is_zero" | "black_is_zero" | "rgb" | "palette";
  /** Bits of a sample. */
  depth: 1 | 2 | 4 | 8 | 16;
  /** Of a pixel, those that mean nothing here included. */
  samples: number;
  alpha: "none" | "plain" | "premultiplied";
  compression: "none" | "lzw" | "deflate" | "packbits";
  /** Each sample is stored as the difference to its left neighbour. */
  isPredicted: boolean;
  /** All reds, then all greens, then all blues, of 16 bits each. */
  palette: number[];
  /** A strip is as wide as the picture. */
  pieceWidth: number;
  pieceHeight: number;
  /** From the top left, row by row. */
  pieces: { from: number; to: number }[];
}

const tags = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  predictor: 317,
  palette: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  sampleFormat: 339,
};
const compressions = new Map<number, TiffLayout["compression"]>([
  [1, "none"],
  [5, "lzw"],
  [8, "deflate"],
  [32_946, "deflate"],
  [32_773, "packbits"],
]);
const otherCompressions = new Map([
  [2, "CCITT fax"],
  [3, "CCITT fax"],
  [4, "CCITT fax"],
  [6, "JPEG"],
  [7, "JPEG"],
]);
const photometrics: (TiffLayout["colours"] | undefined)[] = ["white_is_zero", "black_is_zero", "rgb", "palette"];
const otherPhotometrics = new Map([
  [5, "CMYK"],
  [6, "YCbCr"],
  [8, "Lab"],
]);

export function readTiffLayout(bytes: Uint8Array): TiffLayout | ImageFailure {
  const directory = readTiffDirectory(bytes);
  if (directory.kind !== "directory") return directory;
  const number = (tag: number, otherwise: number) => directory.numbers(tag)[0] ?? otherwise;
  const width = number(tags.width, 0);
  const height = number(tags.height, 0);
  if (width === 0 || height === 0) return { kind: "corrupt", reason: "it claims to have no pixels" };
  if (Math.max(width, height) > longestSide) return variant(`with a side of ${Math.max(width, height)} pixels`);

  const compressionNumber = number(tags.compression, 1);
  const compression = compressions.get(compressionNumber);
  if (compression === undefined) {
    return variant(`compressed as ${otherCompressions.get(compressionNumber) ?? `method ${compressionNumber}`}`);
  }
  const photometric = number(tags.photometric, 1);
  const colours = photometrics[photometric];
  if (colours === undefined) {
    return variant(`with colours in ${otherPhotometrics.get(photometric) ?? `space ${photometric}`}`);
  }
  const samples = number(tags.samples, 1);
  const allDepths = directory.numbers(tags.bits);
  const depth = allDepths[0] ?? 1;
  const colourSamples = colours === "rgb" ? 3 : 1;
  if (samples < colourSamples || samples > 16)
    return { kind: "corrupt", reason: "it has an impossible number of samples" };
  const isDepthKnown = isDepth(depth) && (colours !== "rgb" || depth >= 8) && (colours !== "palette" || depth <= 8);
  const isInteger = directory.numbers(tags.sampleFormat).every((format) => format === 1);
  if (!isDepthKnown || !isInteger || allDepths.some((one) => one !== depth)) {
    return variant(`with samples of ${depth} bits${isInteger ? "" : " that are no whole numbers"}`);
  }
  if (samples > 1 && depth < 8) return variant(`with ${samples} samples of ${depth} bits`);
  if (samples > 1 && number(tags.planar, 1) !== 1) return variant("with its colours apart");
  if (number(tags.fillOrder, 1) !== 1) return variant("with its bits in reverse order");
  const predictor = number(tags.predictor, 1);
  if (predictor !== 1 && (predictor !== 2 || depth < 8)) return variant(`with predictor ${predictor}`);

  const pieces = readPieces(bytes, directory, width, height);
  if ("kind" in pieces) return pieces;
  const extra = samples > colourSamples ? number(tags.extraSamples, 0) : 0;
  return {
    kind: "layout",
    width,
    height,
    isLittle: directory.isLittle,
    colours,
    depth,
    samples,
    alpha: colours === "palette" || extra === 0 || extra > 2 ? "none" : extra === 1 ? "premultiplied" : "plain",
    compression,
    isPredicted: predictor === 2,
    palette: directory.numbers(tags.palette),
    pieceWidth: pieces.width,
    pieceHeight: pieces.height,
    pieces: pieces.list,
  };
}

interface Pieces {
  width: number;
  height: number;
  list: TiffLayout["pieces"];
}

function readPieces(bytes: Uint8Array, directory: TiffDirectory, width: number, height: number): Pieces | ImageFailure {
  const isTiled = directory.numbers(tags.tileOffsets).length > 0;
  const offsets = directory.numbers(isTiled ? tags.tileOffsets : tags.stripOffsets);
  const lengths = directory.numbers(isTiled ? tags.tileBytes : tags.stripBytes);
  const pieceWidth = isTiled ? (directory.numbers(tags.tileWidth)[0] ?? 0) : width;
  const pieceHeight = isTiled
    ? (directory.numbers(tags.tileHeight)[0] ?? 0)
    : Math.min(height, directory.numbers(tags.rowsPerStrip)[0] ?? height);
  if (pieceWidth === 0 || pieceHeight === 0 || Math.max(pieceWidth, pieceHeight) > longestSide) {
    return { kind: "corrupt", reason: "its strips or tiles have an impossible size" };
  }
  const count = Math.ceil(width / pieceWidth) * Math.ceil(height / pieceHeight);
  if (offsets.length < count || lengths.length < count) {
    return { kind: "corrupt", reason: "it has fewer strips or tiles than its size asks for" };
  }
  const list = offsets.slice(0, count).map((from, index) => ({ from, to: from + (lengths[index] ?? 0) }));
  if (list.some(({ to }) => to > bytes.length)) {
    return { kind: "truncated", reason: "it ends before its last strip or tile" };
  }
  return { width: pieceWidth, height: pieceHeight, list };
}

function isDepth(depth: number): depth is TiffLayout["depth"] {
  return [1, 2, 4, 8, 16].includes(depth);
}

function variant(what: string): ImageFailure {
  return { kind: "unsupported_variant", variant: `a TIFF ${what}` };
}
