// Pure. What the boxes of an AVIF say before anything is decoded: dimensions, kind, and what outlives the pixels.

import type { ImageFailure } from "../errors.ts";
import { type AvifFile, type AvifItem, readAvifItems } from "./avif-items.ts";
import { readExif } from "./exif.ts";
import type { Metadata } from "./picture.ts";
import type { PixelProbe } from "./probe.ts";

export interface AvifHeader extends PixelProbe {
  format: "avif";
  /** Bits of a sample: 8, 10 or 12. */
  depth: number;
  hasAlpha: boolean;
  isGrey: boolean;
}

const alphaKinds = ["urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1"];

/** Of ISO/IEC 23091-2: transfer functions that no sRGB display shows as they are. */
const hdrTransfers = new Map([
  [16, "PQ"],
  [18, "HLG"],
]);
/** BT.709, which are those of sRGB, and "unspecified". */
const plainPrimaries = [0, 1, 2];

export function readAvifHeader(bytes: Uint8Array): AvifHeader | ImageFailure {
  const file = readAvifItems(bytes);
  if ("kind" in file) return file;
  const { primary } = file;
  const size = propertyOf(primary, "ispe");
  if (size === null || size.length < 12) return { kind: "corrupt", reason: "it does not say how large it is" };
  const view = viewOf(size);
  const [width, height] = [view.getUint32(4), view.getUint32(8)];
  if (width === 0 || height === 0) return { kind: "corrupt", reason: "it claims to have no pixels" };
  const code = propertyOf(primary, "av1C") ?? propertyOf(firstCell(file), "av1C");
  if (primary.type !== "av01" && primary.type !== "grid") {
    return { kind: "unsupported_format", format: primary.type === "hvc1" ? "HEIC" : "HEIF" };
  }
  if (code === null || code.length < 4) return { kind: "corrupt", reason: "it does not say how it is coded" };
  if (primary.extents.length === 0) return { kind: "corrupt", reason: "it holds no picture data" };

  // AV1 in ISOBMFF, 2.3.3: high_bitdepth, twelve_bit, monochrome.
  const flags = code[2] ?? 0;
  return {
    kind: "image",
    format: "avif",
    width,
    height,
    depth: (flags & 0x40) === 0 ? 8 : (flags & 0x20) === 0 ? 10 : 12,
    hasAlpha: alphaOf(file) !== null,
    isGrey: (flags & 0x10) !== 0,
    animated: file.brands.includes("avis"),
    variant: variantOf(primary),
    path: "avif",
  };
}

/** Null when every box is whole and every byte that an item needs is there. Bytes behind them are allowed. */
export function checkAvifStructure(bytes: Uint8Array): ImageFailure | null {
  const file = readAvifItems(bytes);
  return "kind" in file ? file : null;
}

/** Nothing for a file that cannot be read. An AVIF is turned by properties; what EXIF says of it does not count. */
export function readAvifMetadata(bytes: Uint8Array): Metadata {
  const file = readAvifItems(bytes);
  if ("kind" in file) return { orientation: 1, copyright: null, profile: null };
  const { primary } = file;
  const colours = primary.properties.filter(({ type }) => type === "colr").map(({ data }) => data);
  const profile = colours.find((data) => ["prof", "rICC"].includes(kindOf(data)));
  return {
    orientation: orientationOf(primary),
    copyright: readExif(exifOf(bytes, file)).copyright,
    profile: profile === undefined ? null : profile.slice(4),
  };
}

/** The item that holds the alpha of the primary one, or of the first cell when that is a grid. */
export function alphaOf(file: AvifFile): AvifItem | null {
  return (
    file.items.find(
      (item) =>
        file.references.some(
          ({ type, from, to }) => type === "auxl" && from === item.id && to.includes(file.primary.id),
        ) && alphaKinds.some((kind) => auxiliaryKind(item).startsWith(kind)),
    ) ?? null
  );
}

export function propertyOf(item: AvifItem | null, wanted: string): Uint8Array | null {
  return item?.properties.find(({ type }) => type === wanted)?.data ?? null;
}

function firstCell({ primary, items, references }: AvifFile): AvifItem | null {
  const cells = references.find(({ type, from }) => type === "dimg" && from === primary.id);
  return items.find(({ id }) => id === cells?.to[0]) ?? null;
}

function variantOf(primary: AvifItem): string | null {
  if (propertyOf(primary, "clap") !== null) return "a cropped AVIF";
  const colours = primary.properties.filter(({ type }) => type === "colr").map(({ data }) => data);
  const coded = colours.find((data) => kindOf(data) === "nclx" && data.length >= 11);
  if (coded === undefined) return null;
  const [primaries, transfer] = [viewOf(coded).getUint16(4), viewOf(coded).getUint16(6)];
  const hdr = hdrTransfers.get(transfer);
  if (hdr !== undefined) return `an AVIF with the brightness of ${hdr}`;
  const hasProfile = colours.some((data) => ["prof", "rICC"].includes(kindOf(data)));
  // Nothing would carry them over.
  return hasProfile || plainPrimaries.includes(primaries) ? null : "an AVIF with wide colours and no profile";
}

/**
 * As EXIF counts. `irot` turns to the left in quarters; `imir` then mirrors, at 0 top to bottom, at 1 left to right
 * (23008-12, 6.5.10 and 6.5.12). Readers turn first, whichever stands first.
 */
function orientationOf(primary: AvifItem): number {
  const turns = (propertyOf(primary, "irot")?.[0] ?? 0) & 3;
  const mirror = propertyOf(primary, "imir");
  const orientations = mirror === null ? [1, 8, 3, 6] : (mirror[0] ?? 0) & 1 ? [2, 7, 4, 5] : [4, 5, 2, 7];
  return orientations[turns] ?? 1;
}

function exifOf(bytes: Uint8Array, { items, references, primary }: AvifFile): Uint8Array | null {
  const item = items.find(
    ({ id, type }) =>
      type === "Exif" &&
      references.some(
        (reference) => reference.type === "cdsc" && reference.from === id && reference.to.includes(primary.id),
      ),
  );
  const extent = item?.extents[0];
  if (extent === undefined || extent.to - extent.from < 4) return null;
  const data = bytes.subarray(extent.from, extent.to);
  // So many bytes, often a label, stand before the TIFF block.
  return data.subarray(4 + viewOf(data).getUint32(0));
}

function auxiliaryKind(item: AvifItem): string {
  const data = propertyOf(item, "auxC");
  return data === null ? "" : new TextDecoder("latin1").decode(data.subarray(4));
}

function kindOf(colour: Uint8Array): string {
  return String.fromCharCode(...colour.subarray(0, 4));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
