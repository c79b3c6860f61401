// From rows of RGBA bytes to the samples of grey and YCbCr as JFIF defines them, not rounded to whole numbers but with
// three bits below the point. Chroma is the mean of two by two pixels, for 4:2:0. Counts of pixels are multiples of 16.

/** 32768 times the weights; luma's sum is 32768 and chroma's is 0, so that grey stays exactly what it is. */
const RED_Y: i16 = 9798;
const GREEN_Y: i16 = 19235;
const BLUE_Y: i16 = 3735;
const RED_CB: i16 = -5529;
const GREEN_CB: i16 = -10855;
const BLUE_CB: i16 = 16384;
const RED_CR: i16 = 16384;
const GREEN_CR: i16 = -13720;
const BLUE_CR: i16 = -2664;

/** 128 with three bits below the point (T.81 A.3.1). */
const LEVEL_SHIFT: i32 = 1024;

/** `out` gets an i16 a pixel. */
export function lumaOf(row: usize, pixels: u32, out: usize): void {
  const weights = i16x8(RED_Y, GREEN_Y, BLUE_Y, 0, RED_Y, GREEN_Y, BLUE_Y, 0);
  // Rounding, and the level shift in the same place.
  const offset = i32x4.splat((1 << 11) - (LEVEL_SHIFT << 12));
  const end = row + ((<usize>pixels) << 2);
  for (; row < end; row += 32, out += 16) {
    const a = i32x4.shr_s(i32x4.add(weighted(v128.load(row), weights), offset), 12);
    const b = i32x4.shr_s(i32x4.add(weighted(v128.load(row, 16), weights), offset), 12);
    v128.store(out, i16x8.narrow_i32x4_s(a, b));
  }
}

/** Of two rows, the upper and the lower; `cb` and `cr` get an i16 for every two pixels of a row. */
export function chromaOf(upper: usize, lower: usize, pixels: u32, cb: usize, cr: usize): void {
  const cbWeights = i16x8(RED_CB, GREEN_CB, BLUE_CB, 0, RED_CB, GREEN_CB, BLUE_CB, 0);
  const crWeights = i16x8(RED_CR, GREEN_CR, BLUE_CR, 0, RED_CR, GREEN_CR, BLUE_CR, 0);
  const half = i32x4.splat(1 << 13);
  const end = upper + ((<usize>pixels) << 2);
  for (; upper < end; upper += 32, lower += 32, cb += 8, cr += 8) {
    const first = quads(v128.load(upper), v128.load(lower));
    const second = quads(v128.load(upper, 16), v128.load(lower, 16));
    const b = joinPairs(i32x4.dot_i16x8_s(first, cbWeights), i32x4.dot_i16x8_s(second, cbWeights));
    const r = joinPairs(i32x4.dot_i16x8_s(first, crWeights), i32x4.dot_i16x8_s(second, crWeights));
    // 15 bits of the weights and two of the four pixels, less the three below the point.
    const narrow = i16x8.narrow_i32x4_s(
      i32x4.shr_s(i32x4.add(b, half), 14),
      i32x4.shr_s(i32x4.add(r, half), 14),
    );
    v128.store64_lane(cb, narrow, 0);
    v128.store64_lane(cr, narrow, 1);
  }
}

/**
 * Lays pixels over a background, on the bytes as they are, as browsers do: round((c * alpha + b * (255 - alpha)) / 255).
 * What comes out is opaque. `background` is red, green, blue from the lowest byte.
 */
export function layOver(row: usize, pixels: u32, background: u32): void {
  const opaque = i32x4.splat(<i32>0xff000000);
  const below = i16x8.extend_low_i8x16_u(i32x4.splat(<i32>background));
  const end = row + ((<usize>pixels) << 2);
  for (; row < end; row += 16) {
    const four = v128.load(row);
    const alpha = v128.shuffle<u8>(four, four, 3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15);
    if (i8x16.all_true(i8x16.eq(alpha, i8x16.splat(-1)))) continue;
    const low = mix(i16x8.extend_low_i8x16_u(four), below, i16x8.extend_low_i8x16_u(alpha));
    const high = mix(i16x8.extend_high_i8x16_u(four), below, i16x8.extend_high_i8x16_u(alpha));
    v128.store(row, v128.or(i8x16.narrow_i16x8_u(low, high), opaque));
  }
}

/** The weighted sums of four pixels. */
@inline
function weighted(four: v128, weights: v128): v128 {
  return joinPairs(
    i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(four), weights),
    i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(four), weights),
  );
}

/** Adds each two neighbours: red and green together, and blue. */
@inline
function joinPairs(a: v128, b: v128): v128 {
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
}

/** Sums over two by two pixels, of which there are two. */
@inline
function quads(upper: v128, lower: v128): v128 {
  const left = i16x8.add(i16x8.extend_low_i8x16_u(upper), i16x8.extend_low_i8x16_u(lower));
  const right = i16x8.add(i16x8.extend_high_i8x16_u(upper), i16x8.extend_high_i8x16_u(lower));
  return i16x8.add(v128.shuffle<i64>(left, right, 0, 2), v128.shuffle<i64>(left, right, 1, 3));
}

/** All products are at most 255 * 255, and with the 128 and the carry of the exact division by 255 fit in 16 bits. */
@inline
function mix(colour: v128, below: v128, alpha: v128): v128 {
  const through = i16x8.sub(i16x8.splat(255), alpha);
  const sum = i16x8.add(i16x8.add(i16x8.mul(colour, alpha), i16x8.mul(below, through)), i16x8.splat(128));
  return i16x8.shr_u(i16x8.add(sum, i16x8.shr_u(sum, 8)), 8);
}
