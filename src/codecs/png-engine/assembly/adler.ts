// Adler-32 of RFC 1950, sixteen bytes at a time: the second sum takes each byte as often as it is followed by others.

const MODULUS: u32 = 65521;
/** As many bytes as the second sum takes without overflow in 32 bits, in whole vectors. */
const CHUNK: usize = 5536;

export function adler32(start: u32, from: usize, to: usize): u32 {
  let a = start & 0xffff;
  let b = start >> 16;
  const weightsHigh = i16x8(16, 15, 14, 13, 12, 11, 10, 9);
  const weightsLow = i16x8(8, 7, 6, 5, 4, 3, 2, 1);
  while (to - from >= 16) {
    const end = from + (min<usize>(to - from, CHUNK) & ~(<usize>15));
    let sums = i32x4.splat(0);
    let before = i32x4.splat(0);
    let weighted = i32x4.splat(0);
    b += a * <u32>(end - from);
    for (; from < end; from += 16) {
      const bytes = v128.load(from);
      before = i32x4.add(before, sums);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(bytes), weightsHigh));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(bytes), weightsLow));
    }
    a += sumOf(sums);
    b += 16 * sumOf(before) + sumOf(weighted);
    a %= MODULUS;
    b %= MODULUS;
  }
  for (; from < to; from++) {
    a += load<u8>(from);
    b += a;
  }
  return ((b % MODULUS) << 16) | (a % MODULUS);
}

function sumOf(v: v128): u32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}
