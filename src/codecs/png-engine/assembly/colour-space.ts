// The space in which colours are compared: four floats, premultiplied by alpha, turned so that the plain squared distance is the mean
// of the squared errors that are seen on black and on white. On black a channel errs by d, on white by d - dAlpha;
// (d^2 + (d - a)^2) / 2 summed over three channels is (d - a/2)^2 summed, plus 3/4 a^2.

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

export function sumOfSquares(vector: v128): f32 {
  const squares = f32x4.mul(vector, vector);
  return (
    f32x4.extract_lane(squares, 0) +
    f32x4.extract_lane(squares, 1) +
    f32x4.extract_lane(squares, 2) +
    f32x4.extract_lane(squares, 3)
  );
}

function clampToByte(value: f32): u32 {
  return <u32>max<f32>(0, min<f32>(255, value + 0.5));
}
