// Blocks of 8 x 8 x i16: rows become columns.

@inline
export function interleaveLow(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
export function interleaveHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** In place. Three perfect shuffles of eight rows: each moves one bit of the row number into the column number. */
export function transpose(block: usize): void {
  const a0 = v128.load(block);
  const a1 = v128.load(block, 16);
  const a2 = v128.load(block, 32);
  const a3 = v128.load(block, 48);
  const a4 = v128.load(block, 64);
  const a5 = v128.load(block, 80);
  const a6 = v128.load(block, 96);
  const a7 = v128.load(block, 112);
  const b0 = interleaveLow(a0, a4);
  const b1 = interleaveHigh(a0, a4);
  const b2 = interleaveLow(a1, a5);
  const b3 = interleaveHigh(a1, a5);
  const b4 = interleaveLow(a2, a6);
  const b5 = interleaveHigh(a2, a6);
  const b6 = interleaveLow(a3, a7);
  const b7 = interleaveHigh(a3, a7);
  const c0 = interleaveLow(b0, b4);
  const c1 = interleaveHigh(b0, b4);
  const c2 = interleaveLow(b1, b5);
  const c3 = interleaveHigh(b1, b5);
  const c4 = interleaveLow(b2, b6);
  const c5 = interleaveHigh(b2, b6);
  const c6 = interleaveLow(b3, b7);
  const c7 = interleaveHigh(b3, b7);
  v128.store(block, interleaveLow(c0, c4));
  v128.store(block, interleaveHigh(c0, c4), 16);
  v128.store(block, interleaveLow(c1, c5), 32);
  v128.store(block, interleaveHigh(c1, c5), 48);
  v128.store(block, interleaveLow(c2, c6), 64);
  v128.store(block, interleaveHigh(c2, c6), 80);
  v128.store(block, interleaveLow(c3, c7), 96);
  v128.store(block, interleaveHigh(c3, c7), 112);
}
