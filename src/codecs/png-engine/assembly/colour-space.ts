// The space in which colours are compared: four floats, premultiplied by alpha, turned so that the plain squared
// distance is the mean of the squared errors that are seen on black and on white. On black a channel errs by d, on
// white by d - dAlpha; (d^2 + (d - a)^2) / 2 summed over three channels is (d - a/2)^2 summed, plus 3/4 a^2.

const ALPHA_SCALE: f32 = 0.8660254;

export function toVector(rgba: u32): v128 {
  const channels = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(<i32>rgba))));
  const alpha = f32x4.splat(<f32>(rgba >> 24));
  const premultiplied = f32x4.mul(channels, f32x4.mul(alpha, f32x4.splat(1.0 / 255.0)));
  const turned = f32x4.sub(premultiplied, f32x4.mul(alpha, f32x4.splat(0.5)));
  return f32x4.replace_lane(turned, 3, f32x4.extract_lane(alpha, 0) * ALPHA_SCALE);
}

/** From sums of premultiplied channels and alpha over so many pixels. */
export function toVectorFromSums(red: f32, green: f32, blue: f32, alpha: f32, count: f32): v128 {
  const a = alpha / count;
  return f32x4(red / count - a * 0.5, green / count - a * 0.5, blue / count - a * 0.5, a * ALPHA_SCALE);
}

/** The nearest RGBA word; opaque where the alpha rounds to it. */
export function toRgba(vector: v128): u32 {
  const alpha = f32x4.extract_lane(vector, 3) / ALPHA_SCALE;
  const a = clampToByte(alpha);
  if (a == 0) return 0;
  const scale: f32 = 255.0 / alpha;
  return (
    clampToByte((f32x4.extract_lane(vector, 0) + alpha * 0.5) * scale) |
    (clampToByte((f32x4.extract_lane(vector, 1) + alpha * 0.5) * scale) << 8) |
    (clampToByte((f32x4.extract_lane(vector, 2) + alpha * 0.5) * scale) << 16) |
    (a << 24)
  );
}

export function sumOfProducts(a: v128, b: v128): f32 {
  const products = f32x4.mul(a, b);
  return (
    f32x4.extract_lane(products, 0) +
    f32x4.extract_lane(products, 1) +
    f32x4.extract_lane(products, 2) +
    f32x4.extract_lane(products, 3)
  );
}

/** Above all grains of opaque colours. */
const TRANSLUCENT: u32 = 1 << 23;

/**
 * Colours that are looked up together: in steps of 4 a channel, premultiplied, and of 8 for alpha. Below 2^24.
 */
export function grainOf(rgba: u32): u32 {
  const alpha = rgba >> 24;
  if (alpha == 255) return ((rgba >> 2) & 0x3f) | ((rgba >> 4) & 0xfc0) | ((rgba >> 6) & 0x3f000);
  const red = ((rgba & 255) * alpha) / 255;
  const green = (((rgba >> 8) & 255) * alpha) / 255;
  const blue = (((rgba >> 16) & 255) * alpha) / 255;
  return TRANSLUCENT | (red >> 2) | ((green >> 2) << 6) | ((blue >> 2) << 12) | ((alpha >> 3) << 18);
}

/** The vector in the middle of a grain. */
export function middleOf(grain: u32): v128 {
  if (grain < TRANSLUCENT) {
    return toVector(((grain & 63) << 2) | (((grain >> 6) & 63) << 10) | ((grain >> 12) << 18) | 0xff020202);
  }
  const premultiplied = i32x4(grain & 63, (grain >> 6) & 63, (grain >> 12) & 63, 0);
  const channels = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(premultiplied), f32x4.splat(4)), f32x4.splat(1.5));
  const alpha: f32 = <f32>((grain >> 18) & 31) * 8 + 3.5;
  return f32x4.replace_lane(f32x4.sub(channels, f32x4.splat(alpha * 0.5)), 3, alpha * ALPHA_SCALE);
}

function clampToByte(value: f32): u32 {
  return <u32>max<f32>(0, min<f32>(255, value + 0.5));
}
