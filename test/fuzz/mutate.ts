// Damages a JPEG the way networks, disks, bad software and attackers do. One call makes one to a few changes.
import type { Random } from "../support/jpeg/random.ts";

type Mutation = (bytes: Uint8Array, random: Random, others: readonly Uint8Array[]) => Uint8Array;

export function mutate(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  let mutant: Uint8Array = Uint8Array.from(bytes);
  const changes = random.pick([1, 1, 1, 2, 3, 8]);
  for (let i = 0; i < changes; i++) mutant = random.pick(mutations)(mutant, random, others);
  return mutant;
}

const mutations: readonly Mutation[] = [
  flipBit,
  flipBit,
  setByte,
  setByte,
  changeHeader,
  changeHeader,
  lieAboutLength,
  lieAboutSize,
  insertMarker,
  (bytes, random) => bytes.slice(0, place(bytes, random)),
  (bytes, random) => spliced(bytes, random, new Uint8Array(), random.integer(1, 300)),
  (bytes, random) => spliced(bytes, random, random.bytes(random.integer(1, 300)), 0),
  (bytes, random) => spliced(bytes, random, new Uint8Array(random.integer(1, 300)).fill(random.pick([0, 255])), 0),
  repeatPiece,
  transplant,
];

function place(bytes: Uint8Array, random: Random): number {
  return bytes.length === 0 ? 0 : random.integer(0, bytes.length - 1);
}

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  const at = place(bytes, random);
  if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 7));
  return bytes;
}

function setByte(bytes: Uint8Array, random: Random): Uint8Array {
  const at = place(bytes, random);
  if (at < bytes.length) bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xfe, 0xff, random.integer(0, 255)]);
  return bytes;
}

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

/** Two pieces swapped in place of one: tables and scans come twice or in another order. */
function repeatPiece(bytes: Uint8Array, random: Random): Uint8Array {
  const start = place(bytes, random);
  return spliced(bytes, random, bytes.slice(start, start + random.integer(1, 400)), 0);
}

/** The tail of another file. */
function transplant(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const other = random.pick(others);
  const head = bytes.subarray(0, place(bytes, random));
  const tail = other.subarray(place(other, random));
  return joined(head, tail, new Uint8Array());
}

/** `piece` in the place of `removed` bytes somewhere. */
function spliced(bytes: Uint8Array, random: Random, piece: Uint8Array, removed: number): Uint8Array {
  const at = place(bytes, random);
  return joined(bytes.subarray(0, at), piece, bytes.subarray(at + removed));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function findMarker(bytes: Uint8Array, marker: number, from: number): number {
  for (let i = from; i + 1 < bytes.length; i++) if (bytes[i] === 0xff && bytes[i + 1] === marker) return i;
  return -1;
}
