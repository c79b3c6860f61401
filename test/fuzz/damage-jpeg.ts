// Damages a JPEG at its markers too.
import type { Random } from "../support/random.ts";
import { anywhere, damage, type Mutation, spliced } from "./damage.ts";

export function damageJpeg(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  return damage(bytes, mutations, random, others);
}

const mutations: readonly Mutation[] = [
  ...anywhere,
  changeHeader,
  changeHeader,
  lieAboutLength,
  lieAboutSize,
  insertMarker,
];

/** Before the first scan, where a byte decides more than in the data. */
function changeHeader(bytes: Uint8Array, random: Random): Uint8Array {
  const end = Math.max(1, findMarker(bytes, 0xda, 0) + 16);
  const at = random.integer(0, Math.min(end, bytes.length) - 1);
  if (at >= 0 && at < bytes.length) bytes[at] = random.pick([0, 255, random.integer(0, 255), (bytes[at] ?? 0) ^ 1]);
  return bytes;
}

/** The length field of some segment. */
function lieAboutLength(bytes: Uint8Array, random: Random): Uint8Array {
  const marker = random.pick([0xc0, 0xc2, 0xc4, 0xda, 0xdb, 0xdd, 0xe0, 0xe1]);
  const at = findMarker(bytes, marker, 0);
  if (at >= 0 && at + 3 < bytes.length) {
    const length = random.pick([0, 1, 2, 3, 7, 8, 18, 0x7fff, 0xffff, random.integer(0, 400)]);
    bytes.set([length >> 8, length & 255], at + 2);
  }
  return bytes;
}

/** Width, height, sampling or number of components of the frame. */
function lieAboutSize(bytes: Uint8Array, random: Random): Uint8Array {
  const marker = random.pick([0xc0, 0xc1, 0xc2]);
  const at = findMarker(bytes, marker, 0);
  if (at < 0 || at + 13 >= bytes.length) return bytes;
  const field = random.integer(0, 3);
  if (field < 2) {
    const size = random.pick([0, 1, 8, 17, 255, 4096, 0x7fff, 0xffff, random.integer(1, 200)]);
    bytes.set([size >> 8, size & 255], at + 5 + 2 * field);
  } else if (field === 2) bytes[at + 9] = random.integer(0, 5);
  else bytes[at + 11] = random.integer(0, 255);
  return bytes;
}

function insertMarker(bytes: Uint8Array, random: Random): Uint8Array {
  const marker = random.pick([0xd0, 0xd3, 0xd7, 0xd8, 0xd9, 0xda, 0xc0, 0xc2, 0xc4, 0xdb, 0xdc, 0xdd, 0x01, 0xff]);
  return spliced(bytes, random, Uint8Array.of(0xff, marker), random.pick([0, 2]));
}

function findMarker(bytes: Uint8Array, marker: number, from: number): number {
  for (let i = from; i + 1 < bytes.length; i++) if (bytes[i] === 0xff && bytes[i + 1] === marker) return i;
  return -1;
}
