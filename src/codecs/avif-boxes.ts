// Pure. Writes items, what is said of them and how they belong together as a file of ISO base media boxes.

import { joinBytes } from "./join-bytes.ts";
import type { AvifProperty } from "./avif-items.ts";

export interface WrittenItem {
  /** Four letters; its number is its place in the list, from 1. */
  type: string;
  data: Uint8Array;
  properties: AvifProperty[];
  /** No picture of its own but part of another. */
  isHidden: boolean;
}

export interface WrittenReference {
  type: string;
  from: number;
  to: number[];
}

/** The first item is the picture that is shown. */
export function writeBoxes(items: WrittenItem[], references: WrittenReference[]): Uint8Array {
  const brands = box("ftyp", text("avif"), uint32(0), text("avif"), text("mif1"), text("miaf"));
  // The offsets have a fixed length, so that the boxes before the data are as long with them as without.
  const headBytes = brands.length + meta(items, references, 0).length + 8;
  const data = items.map((item) => item.data);
  return joinBytes([brands, meta(items, references, headBytes), box("mdat", ...data)]);
}

function meta(items: WrittenItem[], references: WrittenReference[], dataFrom: number): Uint8Array {
  let at = dataFrom;
  const places = items.map(({ data }, index) => {
    const place = joinBytes([uint16(index + 1), uint16(0), uint16(1), uint32(at), uint32(data.length)]);
    at += data.length;
    return place;
  });
  const infos = items.map(({ type, isHidden }, index) =>
    fullBox("infe", 2, isHidden ? 1 : 0, uint16(index + 1), uint16(0), text(type), Uint8Array.of(0)),
  );
  const links = references.map(({ type, from, to }) => box(type, uint16(from), uint16(to.length), ...to.map(uint16)));
  return fullBox(
    "meta",
    0,
    0,
    fullBox("hdlr", 0, 0, uint32(0), text("pict"), new Uint8Array(13)),
    fullBox("pitm", 0, 0, uint16(1)),
    // Four bytes each for offset and length, none for a base.
    fullBox("iloc", 0, 0, Uint8Array.of(0x44, 0), uint16(items.length), ...places),
    fullBox("iinf", 0, 0, uint16(items.length), ...infos),
    properties(items),
    ...(links.length > 0 ? [fullBox("iref", 0, 0, ...links)] : []),
  );
}

/** Each property is written once, however many items have it. */
function properties(items: WrittenItem[]): Uint8Array {
  const written: Uint8Array[] = [];
  const indexOf = ({ type, data }: AvifProperty): number => {
    const one = box(type, data);
    const known = written.findIndex((other) => isSame(other, one));
    return known >= 0 ? known + 1 : written.push(one);
  };
  const links = items.flatMap(({ properties: own }, index) =>
    own.length === 0
      ? []
      : [
          uint16(index + 1),
          Uint8Array.of(own.length, ...own.map((one) => indexOf(one) | (isEssential(one) ? 0x80 : 0))),
        ],
  );
  const count = items.filter(({ properties: own }) => own.length > 0).length;
  return box("iprp", box("ipco", ...written), fullBox("ipma", 0, 0, uint32(count), ...links));
}

/** Who does not know these shows something else. */
function isEssential({ type }: AvifProperty): boolean {
  return type === "av1C" || type === "irot" || type === "imir";
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function fullBox(type: string, version: number, flags: number, ...parts: Uint8Array[]): Uint8Array {
  return box(type, uint32(version * 2 ** 24 + flags), ...parts);
}

function box(type: string, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 8);
  return joinBytes([uint32(length), text(type), ...parts]);
}

export function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

export function uint32(value: number): Uint8Array {
  return Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

export function text(value: string): Uint8Array {
  return Uint8Array.from(value, (letter) => letter.charCodeAt(0));
}
