// Pure. Reads the tags of the first picture of a TIFF (Adobe, TIFF 6.0, 1992), in either byte order.

import type { ImageFailure } from "../../errors.ts";

export interface TiffDirectory {
  kind: "directory";
  isLittle: boolean;
  /** The values of a tag with whole numbers; empty where it is missing. */
  numbers(tag: number): number[];
  /** The bytes of a tag, or null. */
  bytes(tag: number): Uint8Array | null;
}

interface Entry {
  type: number;
  count: number;
  from: number;
}

const cut: ImageFailure = { kind: "truncated", reason: "it ends before one of its tags" };
/** Of BYTE, ASCII, SHORT, LONG and UNDEFINED. Others are of no interest here. */
const typeBytes = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
  [7, 1],
]);
const entryBytes = 12;
const subfileTag = 254;
/** Further than that nobody looks for a second page. */
const mostDirectories = 16;

export function readTiffDirectory(bytes: Uint8Array): TiffDirectory | ImageFailure {
  if (bytes.length < 8) return cut;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = view.getUint16(0) === 0x4949;
  if (view.getUint16(2, isLittle) === 43) return { kind: "unsupported_variant", variant: "a BigTIFF" };
  const first = readEntries(bytes, view, view.getUint32(4, isLittle), isLittle);
  if (first === null) return cut;

  let { next } = first;
  for (let index = 1; next !== 0 && index < mostDirectories; index++) {
    const other = readEntries(bytes, view, next, isLittle);
    if (other === null) return cut;
    // The lowest bit says that it is the first page again, smaller.
    const subfile = other.entries.get(subfileTag);
    const isSmaller = subfile !== undefined && (readNumbers(view, subfile, isLittle)[0] ?? 0) % 2 === 1;
    if (!isSmaller) return { kind: "unsupported_variant", variant: "a TIFF of several pages" };
    next = other.next;
  }
  return {
    kind: "directory",
    isLittle,
    numbers(tag) {
      const entry = first.entries.get(tag);
      return entry === undefined ? [] : readNumbers(view, entry, isLittle);
    },
    bytes(tag) {
      const entry = first.entries.get(tag);
      if (entry === undefined) return null;
      return bytes.subarray(entry.from, entry.from + entry.count * (typeBytes.get(entry.type) ?? 0));
    },
  };
}

/** Null where the file ends first. */
function readEntries(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  isLittle: boolean,
): { entries: Map<number, Entry>; next: number } | null {
  if (at + 2 > bytes.length) return null;
  const count = view.getUint16(at, isLittle);
  const end = at + 2 + count * entryBytes;
  if (end > bytes.length) return null;
  const entries = new Map<number, Entry>();
  for (let entry = at + 2; entry < end; entry += entryBytes) {
    const type = view.getUint16(entry + 2, isLittle);
    const values = view.getUint32(entry + 4, isLittle);
    const size = (typeBytes.get(type) ?? 0) * values;
    const from = size <= 4 ? entry + 8 : view.getUint32(entry + 8, isLittle);
    if (from + size > bytes.length) return null;
    entries.set(view.getUint16(entry, isLittle), { type, count: values, from });
  }
  // The very last pointer is missing in some files.
  return { entries, next: end + 4 > bytes.length ? 0 : view.getUint32(end, isLittle) };
}

function readNumbers(view: DataView, { type, count, from }: Entry, isLittle: boolean): number[] {
  switch (type) {
    case 1:
    case 7:
      return Array.from({ length: count }, (_, index) => view.getUint8(from + index));
    case 3:
      return Array.from({ length: count }, (_, index) => view.getUint16(from + 2 * index, isLittle));
    case 4:
      return Array.from({ length: count }, (_, index) => view.getUint32(from + 4 * index, isLittle));
    default:
      return [];
  }
}
