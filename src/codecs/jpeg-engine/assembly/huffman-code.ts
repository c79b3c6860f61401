// The best Huffman code for counted symbols (T.81 K.2), at most 16 bits long, never using the all-ones code.

const SYMBOLS: u32 = 257; // the last one stands for the reserved all-ones code
const COUNTS: usize = 0; // 257 x u32
const CODES: usize = 1032; // 256 x u16
const SIZES: usize = CODES + 512; // 256 x u8
const BITS: usize = SIZES + 256; // 17 x u8, by length
const VALUES: usize = BITS + 24; // 256 x u8
const CODE_BYTES: usize = VALUES + 256;

/** Two DC codes, two AC codes of a sequential file, and one for each AC scan of a progressive one. */
export const MAX_CODES: i32 = 8;
const codes: usize = memory.data(<i32>CODE_BYTES * MAX_CODES, 8);

const FREQUENCIES: usize = memory.data(SYMBOLS * 4, 8);
const LENGTHS: usize = memory.data(SYMBOLS * 4, 8);
const OTHERS: usize = memory.data(SYMBOLS * 4, 8);
const LIVE: usize = memory.data(SYMBOLS * 4, 8);
const BY_LENGTH: usize = memory.data(64 * 4, 8);

@inline
export function codeAt(index: u32): usize {
  return codes + <usize>index * CODE_BYTES;
}

export function clearCounts(code: usize): void {
  memory.fill(code + COUNTS, 0, SYMBOLS * 4);
}

@inline
export function countOf(code: usize, symbol: u32): u32 {
  return load<u32>(code + (symbol << 2));
}

@inline
export function countSymbol(code: usize, symbol: u32): void {
  const at = code + (symbol << 2);
  store<u32>(at, load<u32>(at) + 1);
}

@inline
export function addToCount(code: usize, symbol: u32, times: u32): void {
  const at = code + (symbol << 2);
  store<u32>(at, load<u32>(at) + times);
}

@inline
export function codeOf(code: usize, symbol: u32): u32 {
  return load<u16>(code + CODES + (symbol << 1));
}

@inline
export function sizeOf(code: usize, symbol: u32): u32 {
  return load<u8>(code + SIZES + symbol);
}

/** 16 bytes BITS and then HUFFVAL, as a DHT segment holds them. */
export function codeSpec(index: u32): usize {
  return codeAt(index) + BITS + 1;
}

export function codeValues(index: u32): usize {
  return codeAt(index) + VALUES;
}

export function codeValueCount(index: u32): u32 {
  const code = codeAt(index);
  let count: u32 = 0;
  for (let length: u32 = 1; length <= 16; length++) count += load<u8>(code + BITS + length);
  return count;
}

/** Bits of the code's own DHT entry. */
export function specBits(index: u32): u64 {
  return <u64>(17 + codeValueCount(index)) * 8;
}

/** Bits of all counted symbols under the code, without the bits that follow them. */
export function symbolBits(code: usize): u64 {
  let bits: u64 = 0;
  for (let symbol: u32 = 0; symbol < 256; symbol++) {
    bits += <u64>load<u32>(code + (symbol << 2)) * sizeOf(code, symbol);
  }
  return bits;
}

/** Builds the code from its counts. */
export function buildCode(code: usize): void {
  let liveCount: u32 = 0;
  for (let symbol: u32 = 0; symbol < SYMBOLS; symbol++) {
    const frequency = symbol == 256 ? 1 : load<u32>(code + (symbol << 2));
    store<u32>(FREQUENCIES + (symbol << 2), frequency);
    store<u32>(LENGTHS + (symbol << 2), 0);
    store<i32>(OTHERS + (symbol << 2), -1);
    if (frequency > 0) store<u32>(LIVE + (liveCount++ << 2), symbol);
  }
  // A table must not be empty: a scan without any symbol still names one.
  if (liveCount == 1) {
    store<u32>(LIVE, 0);
    store<u32>(LIVE + 4, 256);
    store<u32>(FREQUENCIES, 1);
    liveCount = 2;
  }
  mergeAll(liveCount);
  limitLengths();
  assign(code);
}

/** Figures K.1 and K.2. The larger symbol of equally rare ones goes first, so that 256 gets a longest code. */
function mergeAll(liveCount: u32): void {
  while (liveCount > 1) {
    const first = takeRarest(liveCount);
    liveCount--;
    // The second stays as the merged tree.
    const place = placeOfRarest(liveCount);
    const second = load<u32>(LIVE + (place << 2));
    store<u32>(FREQUENCIES + (second << 2), load<u32>(FREQUENCIES + (second << 2)) + load<u32>(FREQUENCIES + (first << 2)));
    const end = lengthen(second);
    store<u32>(OTHERS + (end << 2), first);
    lengthen(first);
  }
}

/** One more bit for every symbol of the tree that begins at `symbol`; returns its last symbol. */
function lengthen(symbol: u32): u32 {
  let at = symbol;
  store<u32>(LENGTHS + (at << 2), load<u32>(LENGTHS + (at << 2)) + 1);
  while (load<i32>(OTHERS + (at << 2)) >= 0) {
    at = load<u32>(OTHERS + (at << 2));
    store<u32>(LENGTHS + (at << 2), load<u32>(LENGTHS + (at << 2)) + 1);
  }
  return at;
}

function placeOfRarest(liveCount: u32): u32 {
  let place: u32 = 0;
  let rarest: u32 = u32.MAX_VALUE;
  let largest: u32 = 0;
  for (let i: u32 = 0; i < liveCount; i++) {
    const symbol = load<u32>(LIVE + (i << 2));
    const frequency = load<u32>(FREQUENCIES + (symbol << 2));
    if (frequency < rarest || (frequency == rarest && symbol > largest)) {
      place = i;
      rarest = frequency;
      largest = symbol;
    }
  }
  return place;
}

function takeRarest(liveCount: u32): u32 {
  const place = placeOfRarest(liveCount);
  const symbol = load<u32>(LIVE + (place << 2));
  store<u32>(LIVE + (place << 2), load<u32>(LIVE + ((liveCount - 1) << 2)));
  return symbol;
}

/** Figure K.3, which also takes out the reserved code. Counts are below 2^32, so that no code is longer than 46 bits. */
function limitLengths(): void {
  memory.fill(BY_LENGTH, 0, 64 * 4);
  for (let symbol: u32 = 0; symbol < SYMBOLS; symbol++) {
    const length = load<u32>(LENGTHS + (symbol << 2));
    if (length > 0) bump(length, 1);
  }
  for (let i: u32 = 63; i > 16; i--) {
    while (load<i32>(BY_LENGTH + (i << 2)) > 0) {
      let j = i - 2;
      while (load<i32>(BY_LENGTH + (j << 2)) == 0) j--;
      bump(i, -2);
      bump(i - 1, 1);
      bump(j + 1, 2);
      bump(j, -1);
    }
  }
  let longest: u32 = 16;
  while (load<i32>(BY_LENGTH + (longest << 2)) == 0) longest--;
  bump(longest, -1);
}

@inline
function bump(length: u32, by: i32): void {
  store<i32>(BY_LENGTH + (length << 2), load<i32>(BY_LENGTH + (length << 2)) + by);
}

/** Figures K.4 and C.1 to C.3: symbols by length, then by number; codes in that order. */
function assign(code: usize): void {
  memory.fill(code + SIZES, 0, 256);
  for (let length: u32 = 0; length <= 16; length++) {
    store<u8>(code + BITS + length, <u8>load<u32>(BY_LENGTH + (length << 2)));
  }
  let count: u32 = 0;
  for (let length: u32 = 1; length < 64; length++) {
    for (let symbol: u32 = 0; symbol < 256; symbol++) {
      if (load<u32>(LENGTHS + (symbol << 2)) == length) store<u8>(code + VALUES + count++, <u8>symbol);
    }
  }
  let next: u32 = 0;
  let index: u32 = 0;
  for (let length: u32 = 1; length <= 16; length++) {
    const here: u32 = load<u8>(code + BITS + length);
    for (let i: u32 = 0; i < here; i++) {
      const symbol: u32 = load<u8>(code + VALUES + index++);
      store<u16>(code + CODES + (symbol << 1), <u16>next);
      next++;
      store<u8>(code + SIZES + symbol, <u8>length);
    }
    next <<= 1;
  }
}
