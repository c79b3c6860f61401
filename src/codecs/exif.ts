// Pure. Reads the two EXIF tags that survive re-encoding and writes a TIFF block that holds nothing else: GPS, serial
// numbers and thumbnails are gone because nothing copies them. The same block serves JPEG, PNG and WebP.

export interface Exif {
  /** 1 to 8; 1 is upright. */
  orientation: number;
  /** The bytes of the Copyright tag without the closing zero, or null. */
  copyright: Uint8Array | null;
}

const orientationTag = 0x0112;
const copyrightTag = 0x8298;
const asciiType = 2;
const shortType = 3;
const entryBytes = 12;
/** A notice is a line; more is not carried. */
const maxCopyrightBytes = 1024;

const nothing: Exif = { orientation: 1, copyright: null };

/** Reads a TIFF block, which begins with its byte order mark. Damaged blocks read as if they were empty, as null does. */
export function readExif(tiff: Uint8Array | null): Exif {
  if (tiff === null || tiff.length < 14) return nothing;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return nothing;
  const little = order === 0x4949;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return nothing;

  const found = { ...nothing };
  const entries = view.getUint16(directory, little);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * entryBytes;
    if (entry + entryBytes > tiff.length) break;
    const tag = view.getUint16(entry, little);
    const type = view.getUint16(entry + 2, little);
    const count = view.getUint32(entry + 4, little);
    if (tag === orientationTag && type === shortType && count === 1) {
      const value = view.getUint16(entry + 8, little);
      if (value >= 1 && value <= 8) found.orientation = value;
    }
    if (tag === copyrightTag && type === asciiType && count <= maxCopyrightBytes) {
      const start = count <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
      found.copyright = readNotice(tiff, start, count);
    }
  }
  return found;
}

/** Writes a big-endian TIFF block of 26 bytes and the copyright, or null when there is nothing to say. */
export function writeExif({ orientation, copyright }: Exif): Uint8Array | null {
  const entries = (orientation === 1 ? 0 : 1) + (copyright === null ? 0 : 1);
  if (entries === 0) return null;

  const noticeBytes = copyright === null ? 0 : copyright.length + 1;
  const valuesAt = 8 + 2 + entries * entryBytes + 4;
  const outOfLineBytes = noticeBytes > 4 ? noticeBytes : 0;
  const tiff = new Uint8Array(valuesAt + outOfLineBytes);
  const view = new DataView(tiff.buffer);
  view.setUint32(0, 0x4d4d002a);
  view.setUint32(4, 8);
  view.setUint16(8, entries);

  let entry = 10;
  if (orientation !== 1) {
    view.setUint16(entry, orientationTag);
    view.setUint16(entry + 2, shortType);
    view.setUint32(entry + 4, 1);
    view.setUint16(entry + 8, orientation);
    entry += entryBytes;
  }
  if (copyright !== null) {
    view.setUint16(entry, copyrightTag);
    view.setUint16(entry + 2, asciiType);
    view.setUint32(entry + 4, noticeBytes);
    if (outOfLineBytes === 0) {
      tiff.set(copyright, entry + 8);
    } else {
      view.setUint32(entry + 8, valuesAt);
      tiff.set(copyright, valuesAt);
    }
  }
  return tiff;
}

function readNotice(tiff: Uint8Array, start: number, count: number): Uint8Array | null {
  if (start + count > tiff.length) return null;
  let end = start + count;
  while (end > start && (tiff[end - 1] === 0 || tiff[end - 1] === 0x20)) end--;
  return end > start ? tiff.slice(start, end) : null;
}
