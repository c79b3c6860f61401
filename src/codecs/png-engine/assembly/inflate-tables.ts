// Decoding tables for the prefix codes of RFC 1951, 3.2.2: a first table by the next bits, and behind it a second one
// for the codes that are longer. An entry says in one word how many bits to take and what they mean.

import { allocate } from "../../assembly/memory";

export const LITERAL_BITS: u32 = 11;
export const DISTANCE_BITS: u32 = 8;
const LENGTH_CODE_BITS: u32 = 7;

/** Entry: bits 0-5 bits to take, 8-12 extra bits, 13-15 flags, 16-31 literal, base or place of the second table. */
export const SECOND: u32 = 1 << 13;
/** End of block or a symbol that must not occur. */
export const SPECIAL: u32 = 1 << 14;
export const LITERAL: u32 = 1 << 15;
export const INVALID: u32 = SPECIAL | (1 << 16);

/** The most entries that 288 and 32 symbols of up to 15 bits can need behind such first tables. */
const LITERAL_ENTRIES: usize = 2342;
const DISTANCE_ENTRIES: usize = 402;

export const LITERALS: u32 = 0;
export const DISTANCES: u32 = 1;
export const LENGTH_CODES: u32 = 2;

export let literalTable: usize = 0;
export let distanceTable: usize = 0;
export let lengthCodeTable: usize = 0;
/** One byte a symbol: literals and lengths, distances behind them. */
export let codeLengths: usize = 0;
let sorted: usize = 0;
let counts: usize = 0;
let starts: usize = 0;

const lengthBase = memory.data<u16>([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]);
const lengthExtra = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
const distanceBase = memory.data<u16>([
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
]);

export function allocateTables(): void {
  literalTable = allocate(LITERAL_ENTRIES * 4);
  distanceTable = allocate(DISTANCE_ENTRIES * 4);
  lengthCodeTable = allocate((1 << LENGTH_CODE_BITS) * 4);
  codeLengths = allocate(320);
  sorted = allocate(288 * 2);
  counts = allocate(16 * 4);
  starts = allocate(16 * 4);
}

/** Answers false for lengths that form no code; a code of one symbol may be incomplete, and one of none is empty. */
export function buildTable(kind: u32, lengths: usize, symbols: u32): bool {
  const table = kind == LITERALS ? literalTable : kind == DISTANCES ? distanceTable : lengthCodeTable;
  const bits: u32 = kind == LITERALS ? LITERAL_BITS : kind == DISTANCES ? DISTANCE_BITS : LENGTH_CODE_BITS;
  memory.fill(counts, 0, 64);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const at = counts + ((<usize>load<u8>(lengths + symbol)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let longest: u32 = 15;
  while (longest > 0 && load<u32>(counts + (longest << 2)) == 0) longest--;
  for (let index: u32 = 0; index < 1 << bits; index++) store<u32>(table + (index << 2), INVALID | 1);
  if (longest == 0) return kind != LENGTH_CODES;

  let left: i32 = 1;
  let sum: u32 = 0;
  for (let length: u32 = 1; length <= 15; length++) {
    store<u32>(starts + (length << 2), sum);
    const count = load<u32>(counts + (length << 2));
    sum += count;
    left = (left << 1) - <i32>count;
    if (left < 0) return false;
  }
  if (left > 0 && (kind == LENGTH_CODES || longest != 1)) return false;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <usize>load<u8>(lengths + symbol);
    if (length == 0) continue;
    const start = load<u32>(starts + (length << 2));
    store<u16>(sorted + (start << 1), <u16>symbol);
    store<u32>(starts + (length << 2), start + 1);
  }
  fillTable(kind, table, bits, longest, sum);
  return true;
}

function fillTable(kind: u32, table: usize, bits: u32, longest: u32, symbols: u32): void {
  const mask: u32 = (1 << bits) - 1;
  let next: u32 = 1 << bits;
  let prefix: u32 = 0xffffffff;
  let secondAt: u32 = 0;
  let secondBits: u32 = 0;
  let code: u32 = 0;
  let length: u32 = 1;
  for (let index: u32 = 0; index < symbols; index++) {
    while (load<u32>(counts + (length << 2)) == 0) {
      length++;
      code <<= 1;
    }
    const reversed = reverse(code, length);
    const entry = entryFor(kind, load<u16>(sorted + (index << 1)));
    if (length <= bits) {
      for (let at = reversed; at <= mask; at += 1 << length) store<u32>(table + (at << 2), entry | length);
    } else {
      if ((reversed & mask) != prefix) {
        // As large as the codes that share the prefix need: they follow each other in order of length.
        prefix = reversed & mask;
        secondAt = next;
        secondBits = length - bits;
        let left: i32 = 1 << secondBits;
        while (secondBits + bits < longest) {
          left -= <i32>load<u32>(counts + ((secondBits + bits) << 2));
          if (left <= 0) break;
          secondBits++;
          left <<= 1;
        }
        next += 1 << secondBits;
        store<u32>(table + (prefix << 2), (secondAt << 16) | SECOND | (secondBits << 8) | bits);
      }
      for (let at = reversed >> bits; at < 1 << secondBits; at += 1 << (length - bits)) {
        store<u32>(table + ((secondAt + at) << 2), entry | (length - bits));
      }
    }
    store<u32>(counts + (length << 2), load<u32>(counts + (length << 2)) - 1);
    code++;
  }
}

function entryFor(kind: u32, symbol: u32): u32 {
  if (kind == LENGTH_CODES) return symbol << 16;
  if (kind == DISTANCES) {
    if (symbol > 29) return INVALID;
    const extra: u32 = symbol < 4 ? 0 : (symbol >> 1) - 1;
    return ((<u32>load<u16>(distanceBase + (symbol << 1))) << 16) | (extra << 8);
  }
  if (symbol < 256) return (symbol << 16) | LITERAL;
  if (symbol == 256) return SPECIAL;
  if (symbol > 285) return INVALID;
  const index = symbol - 257;
  return ((<u32>load<u16>(lengthBase + (index << 1))) << 16) | ((<u32>load<u8>(lengthExtra + index)) << 8);
}

function reverse(code: u32, length: u32): u32 {
  let reversed: u32 = 0;
  for (let bit: u32 = 0; bit < length; bit++) {
    reversed = (reversed << 1) | (code & 1);
    code >>= 1;
  }
  return reversed;
}
