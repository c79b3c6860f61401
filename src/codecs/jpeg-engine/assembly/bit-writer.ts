// Entropy-coded bits on their way out (T.81 F.1.2.3): most significant bit first, a zero stuffed after every FF. They go
// where the source's bytes were, which nobody needs any more, so that the output costs no memory of its own.

/** The lower `filled` bits are still to be written, always fewer than 32. */
export let buffer: u64 = 0;
export let filled: u32 = 0;
let out: usize = 0;
let outStart: usize = 0;
let outEnd: usize = 0;

/** More than a block or an EOB run can take: 64 x 27 bits, every byte stuffed. */
const BLOCK_ROOM: usize = 1024;

export function setOutput(start: usize, end: usize): void {
  outStart = start;
  outEnd = end;
}

export function beginBits(): void {
  buffer = 0;
  filled = 0;
  out = outStart;
}

/** Whether another block fits whatever it holds. */
@inline
export function hasOutputRoom(): bool {
  return out + BLOCK_ROOM <= outEnd;
}

/** At most 31 bits. */
@inline
export function putBits(bits: u32, count: u32): void {
  buffer = (buffer << <u64>count) | <u64>bits;
  filled += count;
  if (filled >= 32) {
    filled -= 32;
    writeWord(<u32>(buffer >> <u64>filled));
  }
}

/** Gives back what a loop has kept for itself. */
@inline
export function setBits(bits: u64, count: u32): void {
  buffer = bits;
  filled = count;
}

export function writeWord(word: u32): void {
  const inverted = ~word;
  // A byte of FF is a zero byte of the inverse.
  if (((inverted - 0x01010101) & ~inverted & 0x80808080) == 0) {
    store<u32>(out, bswap(word));
    out += 4;
    return;
  }
  for (let shift: i32 = 24; shift >= 0; shift -= 8) putByte(word >> <u32>shift);
}

function putByte(byte: u32): void {
  store<u8>(out++, <u8>byte);
  if ((byte & 0xff) == 0xff) store<u8>(out++, 0);
}

/** Fills the last byte with ones and returns how many bytes there are. */
export function endBits(): usize {
  while (filled >= 8) {
    filled -= 8;
    putByte(<u32>(buffer >> <u64>filled));
  }
  if (filled > 0) {
    const missing = 8 - filled;
    putByte((<u32>buffer << missing) | ((1 << missing) - 1));
    filled = 0;
  }
  return out - outStart;
}
