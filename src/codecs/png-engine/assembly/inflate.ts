// Inflates a zlib stream (RFC 1950, RFC 1951) that comes in pieces, a little at a time: as much as fits behind the 32
// KB that matches may refer to. So memory is fixed and a bomb ends where the picture ends. Checks everything, Adler-32
// included.
//
// Suspends only between symbols and blocks: unless the input is the last, a kilobyte is always left, which no symbol
// and no block header exceeds, so nothing in between needs a check of its own.

import { adler32 } from "./adler";
import {
  allocateTables,
  buildTable,
  codeLengths,
  DISTANCE_BITS,
  DISTANCES,
  distanceTable,
  INVALID,
  LENGTH_CODES,
  lengthCodeTable,
  LITERAL,
  LITERAL_BITS,
  LITERALS,
  literalTable,
  SECOND,
  SPECIAL,
} from "./inflate-tables";
import { allocate } from "../../assembly/memory";
import { BAD_CHECKSUM, BAD_DEFLATE, BAD_ZLIB_HEADER, DATA_RAN_OUT, NEEDS_INPUT, OK } from "./status";

const WINDOW: usize = 32768;
const OUTPUT: usize = 65536;
/** A match, and what its copying in vectors may write behind it. */
const LONGEST_STEP: usize = 258 + 16;
const INPUT: usize = 65536;
const RESERVE: usize = 1024;

const AT_HEADER: i32 = 0;
const AT_BLOCK: i32 = 1;
const IN_STORED: i32 = 2;
const IN_CODES: i32 = 3;
const AT_CHECKSUM: i32 = 4;
const AT_END: i32 = 5;

let input: usize = 0;
let inputEnd: usize = 0;
let isLastInput: bool = false;
let next: usize = 0;
let bits: u64 = 0;
let bitCount: u64 = 0;

let output: usize = 0;
/** Bytes from here on may be referred to. */
let historyStart: usize = 0;
/** What is inflated and not taken yet lies from `outputRead` to `outputEnd`; whoever takes it moves `outputRead`. */
export let outputRead: usize = 0;
export let outputEnd: usize = 0;

let state: i32 = 0;
let isLastBlock: bool = false;
let storedLeft: usize = 0;
let checksum: u32 = 0;

const lengthCodeOrder = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

export function allocateInflate(): void {
  allocateTables();
  input = allocate(INPUT);
  output = allocate(WINDOW + OUTPUT + LONGEST_STEP);
}

export function beginInflate(): void {
  next = inputEnd = input;
  isLastInput = false;
  bits = bitCount = 0;
  historyStart = outputRead = outputEnd = output;
  state = AT_HEADER;
  checksum = 1;
}

export function isInflated(): bool {
  return state == AT_END;
}

export function moveOutputRead(to: usize): void {
  outputRead = to;
}

/** Makes room behind what is left of the input; the answer is where the next bytes go. */
export function inputTail(): usize {
  const left = inputEnd - next;
  memory.copy(input, next, left);
  next = input;
  inputEnd = input + left;
  return inputEnd;
}

export function inputRoom(): usize {
  return input + INPUT - inputEnd;
}

export function addInput(bytes: usize, isLast: bool): void {
  inputEnd += bytes;
  isLastInput = isLast;
}

/**
 * All that was inflated must have been taken. Afterwards there is more, or the stream has ended; all else is an error.
 */
export function inflateMore(): i32 {
  if (outputEnd > output + WINDOW) {
    memory.copy(output, outputEnd - WINDOW, WINDOW);
    outputEnd = output + WINDOW;
    historyStart = output;
  }
  outputRead = outputEnd;
  const limit = output + WINDOW + OUTPUT;
  while (outputEnd < limit && state != AT_END) {
    if (!isLastInput && next + RESERVE >= inputEnd) {
      if (outputEnd > outputRead) break;
      return NEEDS_INPUT;
    }
    const status = step(limit);
    if (isLastInput) {
      // Bits behind the end were taken for data, or would have been: a code has up to 15. They may make any error.
      const unread = next - <usize>(bitCount >> 3);
      if (unread > inputEnd || (status == BAD_DEFLATE && unread + 2 > inputEnd)) return DATA_RAN_OUT;
    }
    if (status != OK) return status;
  }
  return OK;
}

function step(limit: usize): i32 {
  switch (state) {
    case AT_HEADER: {
      const status = readHeader();
      state = AT_BLOCK;
      return status;
    }
    case AT_BLOCK:
      return readBlockHeader();
    case IN_STORED:
      copyStored(limit);
      return OK;
    case IN_CODES: {
      const from = outputEnd;
      const status = readCodes(limit);
      checksum = adler32(checksum, from, outputEnd);
      return status;
    }
    default:
      return readChecksum();
  }
}

/** RFC 1950, 2.2; PNG 10.1 allows no preset dictionary. */
function readHeader(): i32 {
  const method = take(8);
  const flags = take(8);
  const isDeflate = (method & 15) == 8 && method >> 4 <= 7;
  return isDeflate && ((method << 8) | flags) % 31 == 0 && (flags & 32) == 0 ? OK : BAD_ZLIB_HEADER;
}

function readBlockHeader(): i32 {
  isLastBlock = take(1) != 0;
  const type = take(2);
  if (type == 0) {
    take(<u32>bitCount & 7);
    const length = take(16);
    if (take(16) != (length ^ 0xffff)) return BAD_DEFLATE;
    storedLeft = length;
    state = IN_STORED;
    return OK;
  }
  if (type == 3) return BAD_DEFLATE;
  state = IN_CODES;
  return (type == 1 ? buildFixedCodes() : readCodeLengths()) ? OK : BAD_DEFLATE;
}

/** RFC 1951, 3.2.6. */
function buildFixedCodes(): bool {
  memory.fill(codeLengths, 8, 144);
  memory.fill(codeLengths + 144, 9, 112);
  memory.fill(codeLengths + 256, 7, 24);
  memory.fill(codeLengths + 280, 8, 8);
  memory.fill(codeLengths + 288, 5, 32);
  return buildTable(LITERALS, codeLengths, 288) && buildTable(DISTANCES, codeLengths + 288, 32);
}

/** RFC 1951, 3.2.7. */
function readCodeLengths(): bool {
  const literals = take(5) + 257;
  const distances = take(5) + 1;
  const lengthCodes = take(4) + 4;
  if (literals > 286) return false;
  memory.fill(codeLengths, 0, 19);
  for (let index: u32 = 0; index < lengthCodes; index++) {
    store<u8>(codeLengths + load<u8>(lengthCodeOrder + index), <u8>take(3));
  }
  if (!buildTable(LENGTH_CODES, codeLengths, 19)) return false;
  const all = literals + distances;
  for (let index: u32 = 0; index < all;) {
    refill();
    const entry = load<u32>(lengthCodeTable + ((<usize>bits & 127) << 2));
    if (entry & SPECIAL) return false;
    drop(entry & 63);
    const symbol = entry >> 16;
    if (symbol < 16) {
      store<u8>(codeLengths + index++, <u8>symbol);
      continue;
    }
    if (symbol == 16 && index == 0) return false;
    const value: u8 = symbol == 16 ? load<u8>(codeLengths + index - 1) : 0;
    const count = symbol == 16 ? take(2) + 3 : symbol == 17 ? take(3) + 3 : take(7) + 11;
    if (index + count > all) return false;
    memory.fill(codeLengths + index, value, count);
    index += count;
  }
  // Without an end of block the block could not end.
  if (load<u8>(codeLengths + 256) == 0) return false;
  return buildTable(DISTANCES, codeLengths + literals, distances) && buildTable(LITERALS, codeLengths, literals);
}

function copyStored(limit: usize): void {
  // Whole bytes that wait as bits go back to the input.
  next -= <usize>(bitCount >> 3);
  bits = bitCount = 0;
  const have = inputEnd > next ? inputEnd - next : 0;
  const count = min(min(storedLeft, limit - outputEnd), have);
  memory.copy(outputEnd, next, count);
  checksum = adler32(checksum, outputEnd, outputEnd + count);
  next += count;
  outputEnd += count;
  storedLeft -= count;
  if (storedLeft == 0) state = isLastBlock ? AT_CHECKSUM : AT_BLOCK;
  // The last input holds less than the block says: one byte too far, so that the caller sees it.
  else if (count == have && isLastInput) next = inputEnd + 1;
}

/** Reads symbols until the block ends, the output is full or the input goes short. */
function readCodes(limit: usize): i32 {
  const literals = literalTable;
  const distances = distanceTable;
  const stop = isLastInput ? inputEnd + 16 : inputEnd - RESERVE;
  const oldest = historyStart;
  let from = next;
  let to = outputEnd;
  let held = bits;
  let count = bitCount;
  let status = OK;
  while (from < stop && to < limit) {
    held |= load<u64>(from) << count;
    from += <usize>((63 - count) >> 3);
    count |= 56;
    let entry = load<u32>(literals + ((<usize>held & ((1 << LITERAL_BITS) - 1)) << 2));
    // Three literals of up to 11 bits leave enough for one more code with its extra bits only after a refill.
    if (entry & LITERAL) {
      held >>= entry & 63;
      count -= entry & 63;
      store<u8>(to++, <u8>(entry >> 16));
      entry = load<u32>(literals + ((<usize>held & ((1 << LITERAL_BITS) - 1)) << 2));
      if (entry & LITERAL) {
        held >>= entry & 63;
        count -= entry & 63;
        store<u8>(to++, <u8>(entry >> 16));
        entry = load<u32>(literals + ((<usize>held & ((1 << LITERAL_BITS) - 1)) << 2));
        if (entry & LITERAL) {
          held >>= entry & 63;
          count -= entry & 63;
          store<u8>(to++, <u8>(entry >> 16));
          continue;
        }
      }
      held |= load<u64>(from) << count;
      from += <usize>((63 - count) >> 3);
      count |= 56;
    }
    if (entry & SECOND) {
      held >>= LITERAL_BITS;
      count -= LITERAL_BITS;
      const index = (entry >> 16) + (<u32>held & ((1 << ((entry >> 8) & 31)) - 1));
      entry = load<u32>(literals + ((<usize>index) << 2));
    }
    held >>= entry & 63;
    count -= entry & 63;
    if (entry & LITERAL) {
      store<u8>(to++, <u8>(entry >> 16));
      continue;
    }
    if (entry & SPECIAL) {
      if ((entry & INVALID) == INVALID) status = BAD_DEFLATE;
      else state = isLastBlock ? AT_CHECKSUM : AT_BLOCK;
      break;
    }
    let extra = (entry >> 8) & 31;
    const length = <usize>((entry >> 16) + (<u32>held & ((1 << extra) - 1)));
    held >>= extra;
    count -= extra;

    entry = load<u32>(distances + ((<usize>held & ((1 << DISTANCE_BITS) - 1)) << 2));
    if (entry & SECOND) {
      held >>= DISTANCE_BITS;
      count -= DISTANCE_BITS;
      const index = (entry >> 16) + (<u32>held & ((1 << ((entry >> 8) & 31)) - 1));
      entry = load<u32>(distances + ((<usize>index) << 2));
    }
    held >>= entry & 63;
    count -= entry & 63;
    extra = (entry >> 8) & 31;
    const distance = <usize>((entry >> 16) + (<u32>held & ((1 << extra) - 1)));
    held >>= extra;
    count -= extra;
    if (entry & SPECIAL || distance > to - oldest) {
      status = BAD_DEFLATE;
      break;
    }
    copyMatch(to, distance, length);
    to += length;
  }
  next = from;
  bits = held;
  bitCount = count;
  outputEnd = to;
  return status;
}

/** May write up to 15 bytes behind the match. */
function copyMatch(to: usize, distance: usize, length: usize): void {
  const end = to + length;
  let from = to - distance;
  if (distance >= 16) {
    do {
      v128.store(to, v128.load(from));
      to += 16;
      from += 16;
    } while (to < end);
  } else if (distance == 1) {
    const byte = i8x16.splat(load<i8>(from));
    do {
      v128.store(to, byte);
      to += 16;
    } while (to < end);
  } else if (distance >= 4) {
    do {
      store<u32>(to, load<u32>(from));
      to += 4;
      from += 4;
    } while (to < end);
  } else {
    do {
      store<u8>(to++, load<u8>(from++));
    } while (to < end);
  }
}

function readChecksum(): i32 {
  take(<u32>bitCount & 7);
  let stored: u32 = 0;
  for (let index = 0; index < 4; index++) stored = (stored << 8) | take(8);
  state = AT_END;
  // What lies behind the end of the input is no checksum but a cut one.
  if (isLastInput && next - <usize>(bitCount >> 3) > inputEnd) return DATA_RAN_OUT;
  return stored == checksum ? OK : BAD_CHECKSUM;
}

function refill(): void {
  bits |= load<u64>(next) << bitCount;
  next += <usize>((63 - bitCount) >> 3);
  bitCount |= 56;
}

function drop(count: u32): void {
  bits >>= count;
  bitCount -= count;
}

function take(count: u32): u32 {
  refill();
  const value = <u32>bits & ((1 << count) - 1);
  drop(count);
  return value;
}
