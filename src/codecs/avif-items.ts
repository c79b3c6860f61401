// Pure. Reads the items of an AVIF: what pictures and metadata are in the file, what is said of them, and where their
// bytes are (ISO/IEC 14496-12, section 8.11, and 23008-12). Pays no heed to boxes it does not need.

import type { ImageFailure } from "../errors.ts";
import { createCursor } from "./byte-cursor.ts";

export interface AvifProperty {
  type: string;
  data: Uint8Array;
}

export interface AvifItem {
  id: number;
  type: string;
  properties: AvifProperty[];
  /** Where the parts of its bytes lie in the file. */
  extents: { from: number; to: number }[];
}

export interface AvifFile {
  /** Major brand first. */
  brands: string[];
  primary: AvifItem;
  items: AvifItem[];
  references: { type: string; from: number; to: number[] }[];
}

interface Box {
  type: string;
  from: number;
  to: number;
  /** False when the file, or the box around it, ends first. */
  isWhole: boolean;
}

interface Draft {
  types: Map<number, string>;
  extents: Map<number, AvifItem["extents"]>;
  properties: AvifProperty[];
  /** Which properties belong to which item, counted from 1. */
  links: Map<number, number[]>;
  references: AvifFile["references"];
  primaryId: number;
}

const cut: ImageFailure = { kind: "truncated", reason: "it is shorter than its AVIF boxes say" };
const damaged: ImageFailure = { kind: "corrupt", reason: "its AVIF boxes contradict each other" };

/** Every picture of a grid is an item; no writer makes nearly as many. */
const mostItems = 4096;

export function readAvifItems(bytes: Uint8Array): AvifFile | ImageFailure {
  const boxes = readBoxes(bytes, 0, bytes.length);
  const brandBox = boxes.find(({ type }) => type === "ftyp");
  const meta = boxes.find(({ type }) => type === "meta");
  if (boxes.some(({ isWhole }) => !isWhole)) return cut;
  if (brandBox === undefined || meta === undefined) return cut;

  const draft = readMeta(bytes, meta);
  if (draft === null) return damaged;
  const items = Array.from(draft.types, ([id, type]) => ({
    id,
    type,
    properties: (draft.links.get(id) ?? []).flatMap((index) => draft.properties[index - 1] ?? []),
    extents: draft.extents.get(id) ?? [],
  }));
  if (items.some(({ extents }) => extents.some(({ to }) => to > bytes.length))) return cut;
  const primary = items.find(({ id }) => id === draft.primaryId);
  if (primary === undefined) return damaged;
  return { brands: readBrands(bytes, brandBox), primary, items, references: draft.references };
}

/** All boxes that begin inside; the last may be cut. */
function readBoxes(bytes: Uint8Array, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at < to;) {
    const cursor = createCursor(bytes, at, to);
    let size = cursor.uint(4);
    const type = cursor.text(4);
    if (size === 1) size = cursor.uint(8);
    if (size === 0) size = to - at;
    const isWhole = !cursor.isPastEnd && at + size <= to && cursor.at <= at + size;
    boxes.push({ type, from: Math.min(cursor.at, to), to: Math.min(at + size, to), isWhole });
    if (!isWhole) break;
    at += size;
  }
  return boxes;
}

function readBrands(bytes: Uint8Array, { from, to }: Box): string[] {
  const cursor = createCursor(bytes, from, to);
  const brands = [cursor.text(4)];
  cursor.skip(4);
  while (cursor.at + 4 <= to) brands.push(cursor.text(4));
  return brands;
}

/** Null when a box inside is broken. */
function readMeta(bytes: Uint8Array, meta: Box): Draft | null {
  const boxes = readBoxes(bytes, meta.from + 4, meta.to);
  if (boxes.some(({ isWhole }) => !isWhole)) return null;
  const draft: Draft = {
    types: new Map(),
    extents: new Map(),
    properties: [],
    links: new Map(),
    references: [],
    primaryId: 0,
  };
  const inside = boxes.find(({ type }) => type === "idat");
  const isRead = boxes.map((box) => {
    switch (box.type) {
      case "pitm":
        return readPrimary(bytes, box, draft);
      case "iinf":
        return readTypes(bytes, box, draft);
      case "iloc":
        return readPlaces(bytes, box, inside, draft);
      case "iprp":
        return readProperties(bytes, box, draft);
      case "iref":
        return readReferences(bytes, box, draft);
      default:
        return true;
    }
  });
  return isRead.every(Boolean) ? draft : null;
}

function readPrimary(bytes: Uint8Array, { from, to }: Box, draft: Draft): boolean {
  const cursor = createCursor(bytes, from, to);
  const version = cursor.uint(1);
  cursor.skip(3);
  draft.primaryId = cursor.uint(version === 0 ? 2 : 4);
  return !cursor.isPastEnd;
}

function readTypes(bytes: Uint8Array, { from, to }: Box, draft: Draft): boolean {
  const cursor = createCursor(bytes, from, to);
  const version = cursor.uint(1);
  cursor.skip(version === 0 ? 5 : 7);
  const entries = readBoxes(bytes, Math.min(cursor.at, to), to);
  if (entries.length > mostItems) return false;
  return entries.every((entry) => {
    const info = createCursor(bytes, entry.from, entry.to);
    const infoVersion = info.uint(1);
    info.skip(3);
    const id = info.uint(infoVersion === 3 ? 4 : 2);
    info.skip(2);
    // Versions 0 and 1 have no type, and no picture.
    if (infoVersion >= 2) draft.types.set(id, info.text(4));
    return entry.isWhole && !info.isPastEnd;
  });
}

function readPlaces(bytes: Uint8Array, { from, to }: Box, inside: Box | undefined, draft: Draft): boolean {
  const cursor = createCursor(bytes, from, to);
  const version = cursor.uint(1);
  cursor.skip(3);
  const sizes = cursor.uint(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const count = cursor.uint(version < 2 ? 2 : 4);
  for (let item = 0; item < count; item++) {
    const id = cursor.uint(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : cursor.uint(2) & 15;
    cursor.skip(2);
    const base = cursor.uint(baseBytes);
    const extents = [];
    for (let left = cursor.uint(2); left > 0 && !cursor.isPastEnd; left--) {
      cursor.skip(indexBytes);
      const start = base + cursor.uint(offsetBytes) + (method === 1 ? (inside?.from ?? 0) : 0);
      const length = cursor.uint(lengthBytes);
      // No length means all the rest.
      const end =
        length === 0 ? Math.max(start, (method === 1 ? inside?.to : undefined) ?? bytes.length) : start + length;
      extents.push({ from: start, to: end });
    }
    if (cursor.isPastEnd || (method === 1 && inside === undefined)) return false;
    draft.extents.set(id, extents);
  }
  return true;
}

function readProperties(bytes: Uint8Array, { from, to }: Box, draft: Draft): boolean {
  const boxes = readBoxes(bytes, from, to);
  return boxes.every((box) => {
    if (!box.isWhole) return false;
    if (box.type === "ipma") return readLinks(bytes, box, draft);
    if (box.type !== "ipco") return true;
    const properties = readBoxes(bytes, box.from, box.to);
    for (const property of properties) {
      draft.properties.push({ type: property.type, data: bytes.subarray(property.from, property.to) });
    }
    return properties.every(({ isWhole }) => isWhole);
  });
}

function readLinks(bytes: Uint8Array, { from, to }: Box, draft: Draft): boolean {
  const cursor = createCursor(bytes, from, to);
  const version = cursor.uint(1);
  const isWide = (cursor.uint(3) & 1) === 1;
  for (let left = cursor.uint(4); left > 0; left--) {
    const id = cursor.uint(version === 0 ? 2 : 4);
    const links = Array.from({ length: cursor.uint(1) }, () =>
      // The highest bit says whether a reader must know the property.
      isWide ? cursor.uint(2) & 0x7fff : cursor.uint(1) & 0x7f,
    );
    if (cursor.isPastEnd) return false;
    draft.links.set(id, links);
  }
  return !cursor.isPastEnd;
}

function readReferences(bytes: Uint8Array, { from, to }: Box, draft: Draft): boolean {
  const idBytes = (bytes[from] ?? 0) === 0 ? 2 : 4;
  return readBoxes(bytes, from + 4, to).every((box) => {
    const cursor = createCursor(bytes, box.from, box.to);
    const source = cursor.uint(idBytes);
    const count = cursor.uint(2);
    if (!box.isWhole || cursor.at + count * idBytes > box.to) return false;
    const targets = Array.from({ length: count }, () => cursor.uint(idBytes));
    draft.references.push({ type: box.type, from: source, to: targets });
    return true;
  });
}
