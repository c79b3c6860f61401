// Blocks of 8 x 8 x i16: rows become columns.

@inline
export function interleaveLow(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
export function interleaveHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** In place. */
export function transpose(block: usize): void {
  for (let pass = 0; pass < 3; pass++) {
    // Three perfect shuffles of eight rows: each moves one bit of the row number into the column number.
    const r0 = v128.load(block);
    const r1 = v128.load(block, 16);
    const r2 = v128.load(block, 32);
    const r3 = v128.load(block, 48);
    const r4 = v128.load(block, 64);
    const r5 = v128.load(block, 80);
    const r6 = v128.load(block, 96);
    const r7 = v128.load(block, 112);
    v128.store(block, interleaveLow(r0, r4));
    v128.store(block, interleaveHigh(r0, r4), 16);
    v128.store(block, interleaveLow(r1, r5), 32);
    v128.store(block, interleaveHigh(r1, r5), 48);
    v128.store(block, interleaveLow(r2, r6), 64);
    v128.store(block, interleaveHigh(r2, r6), 80);
    v128.store(block, interleaveLow(r3, r7), 96);
    v128.store(block, interleaveHigh(r3, r7), 112);
  }
}
