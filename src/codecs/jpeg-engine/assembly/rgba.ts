// One row of components becomes one of RGBA. YCbCr is JFIF's (ITU-T T.871, 7): 16 bits below the point, rounded, which
// is what libjpeg computes. The factors' whole parts are taken out so that the rest fits 16 bits: 1.402 = 1 + 0.402,
// 1.772 = 2 - 0.228, -0.71414 = -1 + 0.28586.

const CR_TO_RED: i32 = 26345;
const CB_TO_BLUE: i32 = -14942;
const CB_TO_GREEN: i32 = -22554;
const CR_TO_GREEN: i32 = 18734;

/** All of them read and write up to 15 samples beyond the row's end. */
export function greyToRgba(grey: usize, width: u32, out: usize): void {
  const end = grey + width;
  for (; grey < end; grey += 16, out += 64) {
    const samples = v128.load(grey);
    storePixels(out, samples, samples, samples);
  }
}

export function rgbToRgba(red: usize, green: usize, blue: usize, width: u32, out: usize): void {
  for (let x: usize = 0; x < <usize>width; x += 16) {
    storePixels(out + (x << 2), v128.load(red + x), v128.load(green + x), v128.load(blue + x));
  }
}

export function ycbcrToRgba(luma: usize, cb: usize, cr: usize, width: u32, out: usize): void {
  for (let x: usize = 0; x < <usize>width; x += 16) {
    const y0 = v128.load_ext<u8>(luma + x);
    const y1 = v128.load_ext<u8>(luma + x, 8);
    const cb0 = around0(v128.load_ext<u8>(cb + x));
    const cb1 = around0(v128.load_ext<u8>(cb + x, 8));
    const cr0 = around0(v128.load_ext<u8>(cr + x));
    const cr1 = around0(v128.load_ext<u8>(cr + x, 8));
    storePixels(
      out + (x << 2),
      i8x16.narrow_i16x8_u(red(y0, cr0), red(y1, cr1)),
      i8x16.narrow_i16x8_u(green(y0, cb0, cr0), green(y1, cb1, cr1)),
      i8x16.narrow_i16x8_u(blue(y0, cb0), blue(y1, cb1)),
    );
  }
}

@inline
function around0(samples: v128): v128 {
  return i16x8.sub(samples, i16x8.splat(128));
}

@inline
function red(y: v128, cr: v128): v128 {
  return i16x8.add(i16x8.add(y, cr), times(cr, CR_TO_RED));
}

@inline
function blue(y: v128, cb: v128): v128 {
  return i16x8.add(i16x8.add(y, i16x8.shl(cb, 1)), times(cb, CB_TO_BLUE));
}

@inline
function green(y: v128, cb: v128, cr: v128): v128 {
  const factors = i32x4.splat((CB_TO_GREEN & 0xffff) | (CR_TO_GREEN << 16));
  const low = i32x4.dot_i16x8_s(v128.shuffle<i16>(cb, cr, 0, 8, 1, 9, 2, 10, 3, 11), factors);
  const high = i32x4.dot_i16x8_s(v128.shuffle<i16>(cb, cr, 4, 12, 5, 13, 6, 14, 7, 15), factors);
  return i16x8.add(i16x8.sub(y, cr), rounded(low, high));
}

@inline
function times(chroma: v128, factor: i32): v128 {
  const factors = i16x8.splat(<i16>factor);
  return rounded(i32x4.extmul_low_i16x8_s(chroma, factors), i32x4.extmul_high_i16x8_s(chroma, factors));
}

/** Takes the upper half of each sum. */
@inline
function rounded(low: v128, high: v128): v128 {
  const half = i32x4.splat(1 << 15);
  return v128.shuffle<i16>(i32x4.add(low, half), i32x4.add(high, half), 1, 3, 5, 7, 9, 11, 13, 15);
}

@inline
function storePixels(out: usize, r: v128, g: v128, b: v128): void {
  const a = i8x16.splat(-1);
  const rg0 = v128.shuffle<i8>(r, g, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const rg1 = v128.shuffle<i8>(r, g, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const ba0 = v128.shuffle<i8>(b, a, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const ba1 = v128.shuffle<i8>(b, a, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  v128.store(out, v128.shuffle<i16>(rg0, ba0, 0, 8, 1, 9, 2, 10, 3, 11));
  v128.store(out, v128.shuffle<i16>(rg0, ba0, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  v128.store(out, v128.shuffle<i16>(rg1, ba1, 0, 8, 1, 9, 2, 10, 3, 11), 32);
  v128.store(out, v128.shuffle<i16>(rg1, ba1, 4, 12, 5, 13, 6, 14, 7, 15), 48);
}
