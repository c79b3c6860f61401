// Pure. Makes one AVIF out of the pictures that the encoder wrote, each a file of its own: one picture, or the cells of a
// grid (ISO/IEC 23008-12, 6.6.2.3), from the top left row by row. Profile, orientation and copyright come with it.

import { joinBytes } from "./join-bytes.ts";
import { type WrittenItem, type WrittenReference, text, uint16, uint32, writeBoxes } from "./avif-boxes.ts";
import { alphaOf, propertyOf } from "./avif-container.ts";
import type { AvifLayout } from "./avif-layout.ts";
import { type AvifItem, type AvifProperty, readAvifItems } from "./avif-items.ts";
import { writeExif } from "./exif.ts";
import type { Metadata } from "./picture.ts";

/** One coded picture: what the boxes say of it, and its bytes. */
interface Coded {
  data: Uint8Array;
  properties: AvifProperty[];
}

interface Cell {
  colour: Coded;
  alpha: Coded | null;
}

const alphaKind = joinBytes([uint32(0), text("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"), Uint8Array.of(0)]);

/** `isOpaque` drops the alpha that cells have. */
export function assembleAvif(
  files: Uint8Array[],
  layout: AvifLayout,
  { isOpaque, metadata }: { isOpaque: boolean; metadata: Metadata },
): Uint8Array {
  const cells = files.map(readCell);
  const items: WrittenItem[] = [];
  const references: WrittenReference[] = [];
  const shown = [...colourProperties(metadata), ...turnProperties(metadata.orientation)];
  const primary = addPicture(
    cells.map(({ colour }) => colour),
    layout,
    shown,
    { items, references },
  );
  const alphas = isOpaque ? [] : cells.flatMap(({ alpha }) => alpha ?? []);
  if (alphas.length > 0 && alphas.length < cells.length) throw new Error("Some cells have no alpha.");
  if (alphas.length > 0) {
    const kind = { type: "auxC", data: alphaKind };
    const alpha = addPicture(alphas, layout, [kind, ...turnProperties(metadata.orientation)], { items, references });
    references.push({ type: "auxl", from: alpha, to: [primary] });
  }
  const exif = writeExif({ orientation: 1, copyright: metadata.copyright });
  if (exif !== null) {
    items.push({ type: "Exif", data: joinBytes([uint32(0), exif]), properties: [], isHidden: true });
    references.push({ type: "cdsc", from: items.length, to: [primary] });
  }
  return writeBoxes(items, references);
}

/** Answers the number of the item that is the whole picture. */
function addPicture(
  cells: Coded[],
  layout: AvifLayout,
  shown: AvifProperty[],
  { items, references }: { items: WrittenItem[]; references: WrittenReference[] },
): number {
  const { width, height, columns, rows, cellWidth, cellHeight } = layout;
  const [only] = cells;
  if (only === undefined) throw new Error("There is no picture to write.");
  const depth = only.properties.filter(({ type }) => type === "pixi");
  if (cells.length === 1) {
    const properties = [sizeProperty(width, height), ...only.properties, ...shown];
    return items.push({ type: "av01", data: only.data, properties, isHidden: items.length > 0 });
  }
  const grid = joinBytes([Uint8Array.of(0, 1, rows - 1, columns - 1), uint32(width), uint32(height)]);
  const properties = [sizeProperty(width, height), ...depth, ...shown];
  const whole = items.push({ type: "grid", data: grid, properties, isHidden: items.length > 0 });
  const parts = cells.map(({ data, properties: own }) =>
    items.push({ type: "av01", data, properties: [sizeProperty(cellWidth, cellHeight), ...own], isHidden: true }),
  );
  references.push({ type: "dimg", from: whole, to: parts });
  return whole;
}

function readCell(bytes: Uint8Array): Cell {
  const file = readAvifItems(bytes);
  if ("kind" in file) throw new Error(`The AVIF encoder wrote a file that is ${file.kind}.`);
  const alpha = alphaOf(file);
  return { colour: readCoded(bytes, file.primary), alpha: alpha === null ? null : readCoded(bytes, alpha) };
}

function readCoded(bytes: Uint8Array, item: AvifItem): Coded {
  const parts = item.extents.map(({ from, to }) => bytes.subarray(from, to));
  const properties = ["pixi", "av1C"].flatMap((type) => {
    const data = propertyOf(item, type);
    return data === null ? [] : [{ type, data }];
  });
  return { data: joinBytes(parts), properties };
}

function sizeProperty(width: number, height: number): AvifProperty {
  return { type: "ispe", data: joinBytes([uint32(0), uint32(width), uint32(height)]) };
}

/**
 * How the numbers are to be seen: ISO/IEC 23091-2 for sRGB; the colours "unspecified" where a profile tells of them.
 */
function colourProperties({ profile }: Metadata): AvifProperty[] {
  if (profile === null) return [codedColours(1, 13)];
  return [{ type: "colr", data: joinBytes([text("prof"), profile]) }, codedColours(2, 2)];
}

/** In the matrix of BT.601 and the full range, as the encoder writes them. */
function codedColours(primaries: number, transfer: number): AvifProperty {
  return {
    type: "colr",
    data: joinBytes([text("nclx"), uint16(primaries), uint16(transfer), uint16(6), Uint8Array.of(0x80)]),
  };
}

/** By EXIF's number: quarters to the left, then the mirror (0 top to bottom, 1 left to right). */
function turnProperties(orientation: number): AvifProperty[] {
  const turns = [0, 0, 0, 2, 0, 1, 3, 3, 1][orientation] ?? 0;
  const mirror = [null, null, 1, null, 0, 0, null, 0, null][orientation] ?? null;
  return [
    ...(turns === 0 ? [] : [{ type: "irot", data: Uint8Array.of(turns) }]),
    ...(mirror === null ? [] : [{ type: "imir", data: Uint8Array.of(mirror) }]),
  ];
}
