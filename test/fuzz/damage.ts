// Damages a file the way networks, disks, bad software and attackers do, whatever its format.
import { joinBytes } from "../../src/codecs/join-bytes.ts";
import type { Random } from "../support/random.ts";

/** May write into `bytes`; `others` are files whose parts it may take. */
export type Mutation = (bytes: Uint8Array, random: Random, others: readonly Uint8Array[]) => Uint8Array;

/** Where a byte decides more than in the data behind it: of every format here. */
const headerBytes = 128;

/** Makes one to a few changes to a copy. */
export function damage(
  bytes: Uint8Array,
  mutations: readonly Mutation[],
  random: Random,
  others: readonly Uint8Array[],
): Uint8Array {
  let mutant: Uint8Array = Uint8Array.from(bytes);
  const changes = random.pick([1, 1, 1, 2, 3, 8]);
  for (let i = 0; i < changes; i++) mutant = random.pick(mutations)(mutant, random, others);
  return mutant;
}

/** What any format may suffer. */
export const anywhere: readonly Mutation[] = [
  flipBit,
  flipBit,
  setByte,
  setByte,
  truncate,
  removePiece,
  insertNoise,
  insertBlank,
  repeatPiece,
  transplant,
];

/** What formats suffer whose headers are numbers at fixed places. */
export const inHeader: readonly Mutation[] = [changeHeader, changeHeader, lieInHeader, lieInHeader, lieInHeader];

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

function truncate(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, place(bytes, random));
}

function removePiece(bytes: Uint8Array, random: Random): Uint8Array {
  return spliced(bytes, random, new Uint8Array(), random.integer(1, 300));
}

function insertNoise(bytes: Uint8Array, random: Random): Uint8Array {
  return spliced(bytes, random, random.bytes(random.integer(1, 300)), 0);
}

function insertBlank(bytes: Uint8Array, random: Random): Uint8Array {
  return spliced(bytes, random, new Uint8Array(random.integer(1, 300)).fill(random.pick([0, 255])), 0);
}

/** A piece comes twice: tables, scans and chunks in another order than any reader expects. */
function repeatPiece(bytes: Uint8Array, random: Random): Uint8Array {
  const start = place(bytes, random);
  return spliced(bytes, random, bytes.slice(start, start + random.integer(1, 400)), 0);
}

/** The tail of another file. */
function transplant(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const other = random.pick(others);
  const head = bytes.subarray(0, place(bytes, random));
  return joinBytes([head, other.subarray(place(other, random))]);
}

/** Writes a number that means a lot, in 1, 2 or 4 bytes and either order. */
export function lieAt(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  const size = random.pick([1, 2, 2, 4, 4, 4]);
  if (at < 0 || at + size > bytes.length) return bytes;
  const value = random.pick(tellingNumbers(bytes.length, random));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = random.chance(0.5);
  if (size === 1) view.setUint8(at, value & 255);
  else if (size === 2) view.setUint16(at, value & 0xffff, isLittle);
  else view.setUint32(at, value, isLittle);
  return bytes;
}

/** `piece` in the place of `removed` bytes somewhere. */
export function spliced(bytes: Uint8Array, random: Random, piece: Uint8Array, removed: number): Uint8Array {
  const at = place(bytes, random);
  return joinBytes([bytes.subarray(0, at), piece, bytes.subarray(at + removed)]);
}

function changeHeader(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(0, Math.max(0, Math.min(headerBytes, bytes.length) - 1));
  if (at < bytes.length) bytes[at] = random.pick([0, 255, random.integer(0, 255), (bytes[at] ?? 0) ^ 1]);
  return bytes;
}

function lieInHeader(bytes: Uint8Array, random: Random): Uint8Array {
  return lieAt(bytes, random.integer(0, Math.min(headerBytes, bytes.length)), random);
}

/** Limits of types and formats, the size of the file itself, and one beside each. */
function tellingNumbers(fileBytes: number, random: Random): number[] {
  const edges = [0, 0x80, 0x100, 0x4000, 0x8000, 0x1_0000, 0x8000_0000, fileBytes];
  const beside = edges.flatMap((edge) => [edge - 1, edge, edge + 1]).filter((edge) => edge >= 0);
  return [...beside, 2, 3, 4, 8, 16, 24, 32, 0xffff_ffff, random.integer(0, 400), random.integer(0, fileBytes)];
}

function place(bytes: Uint8Array, random: Random): number {
  return bytes.length === 0 ? 0 : random.integer(0, bytes.length - 1);
}
